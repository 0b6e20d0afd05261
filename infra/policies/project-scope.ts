import type { EnvironmentDescription, RolePurpose } from '@sealab/sdk/contract';
import type { Settings } from '../settings/settings.ts';
import type { InternalPurpose } from './purposes.ts';

/** What policies speak about: the environment and the ARNs around it. Everything may hold CDK tokens. */
export interface ProjectScope {
  readonly settings: Settings;
  readonly environment: EnvironmentDescription;
  /** ARN in this account and Region; `region: ''` for global services. */
  arn(service: string, resource: string, options?: { readonly region?: string; readonly account?: string }): string;
  bucketArn(purpose: keyof EnvironmentDescription['buckets']): string;
  roleArn(purpose: RolePurpose | InternalPurpose): string;
  /** ARNs of the people of sealab.yaml. */
  people(kind: keyof Settings['people']): readonly string[];
  /** `s3.<region>.<suffix>`: how `kms:ViaService` names a service of this Region. */
  viaService(service: string): string;
  /** Pattern that every role of the project matches. */
  readonly projectRoles: string;
  /** Role that CloudFormation acts with when the stack is deployed by the CDK. */
  readonly deployerRole: string;
}

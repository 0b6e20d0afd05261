import type { EnvironmentDescription, RolePurpose } from '@sealab/sdk/contract';
import type { Settings } from '../settings/settings.ts';
import type { InternalPurpose } from './purposes.ts';

/** ARNs by name, known before any resource is. Everything may hold CDK tokens. */
export interface NameScope {
  readonly settings: Settings;
  /** ARN in this account and Region; `region: ''` for global services. */
  arn(service: string, resource: string, options?: { readonly region?: string; readonly account?: string }): string;
  roleArn(purpose: RolePurpose | InternalPurpose): string;
  /** ARNs of the people of sealab.yaml. */
  people(kind: keyof Settings['people']): readonly string[];
  /** `s3.<region>.amazonaws.com`: how `kms:ViaService` names a service of this Region. */
  viaService(service: string): string;
  /** Pattern that every role of the project matches. */
  readonly projectRoles: string;
  /** The permissions boundary of the project's roles. */
  readonly boundaryArn: string;
  /** Role that CloudFormation acts with when the CDK deploys the stack. */
  readonly deployerRole: string;
}

/** What policies speak about: the environment and the ARNs around it. */
export interface ProjectScope extends NameScope {
  readonly environment: EnvironmentDescription;
  bucketArn(purpose: keyof EnvironmentDescription['buckets']): string;
}

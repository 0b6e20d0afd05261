import { PROJECT_TAG } from '@sealab/sdk/contract';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ProjectScope } from './project-scope.ts';

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** An Allow: what, on which resources, within which limits. */
export const allow = (
  sid: string,
  allowed: readonly string[],
  resources: readonly string[],
  conditions: Conditions = {},
): PolicyStatement => new PolicyStatement({ sid, actions: [...allowed], resources: [...resources], conditions });

/** Every resource of some of SageMaker's types. */
export const sagemaker = (scope: ProjectScope, ...types: readonly string[]): string[] =>
  types.map((type) => scope.arn('sagemaker', `${type}/*`));

/** Another project's resources are out of reach; what somebody created without a tag can still be stopped. */
export const ofThisProject = (scope: ProjectScope): Conditions => ({
  StringEqualsIfExists: { [`aws:ResourceTag/${PROJECT_TAG}`]: scope.environment.project },
});

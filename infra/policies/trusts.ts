import type { RolePurpose } from '@sealab/sdk/contract';
import { ArnPrincipal, CompositePrincipal, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { PrincipalBase } from 'aws-cdk-lib/aws-iam';
import type { Settings } from '../settings/settings.ts';
import type { ProjectScope } from './project-scope.ts';
import type { InternalPurpose } from './purposes.ts';

/**
 * People take a role under their own name only: a user's name, or the session name that single sign-on gave. What a
 * notebook's owner tag is compared with, and what CloudTrail shows, is therefore not a matter of trust.
 */
function people(scope: ProjectScope, kind: keyof Settings['people']): PrincipalBase {
  const principals = scope
    .people(kind)
    .map((arn) =>
      new ArnPrincipal(arn).withConditions(
        arn.includes(':user/')
          ? { StringEquals: { 'sts:RoleSessionName': '${aws:username}' } }
          : { StringLike: { 'aws:userid': '*:${sts:RoleSessionName}' } },
      ),
    );
  return new CompositePrincipal(...principals);
}

/** A service acts for this account alone, never for another customer who knows the role's name. */
const service = (scope: ProjectScope, name: string): PrincipalBase =>
  new ServicePrincipal(name).withConditions({ StringEquals: { 'aws:SourceAccount': scope.environment.account } });

/** Who may take each role, and on which conditions. */
export const TRUSTS: { readonly [Purpose in RolePurpose | InternalPurpose]: (scope: ProjectScope) => PrincipalBase } = {
  'data-scientist': (scope) => people(scope, 'dataScientists'),
  // Notebooks take it too: see roles.ts for why they have no hosting rights of their own.
  'endpoint-creation': (scope) =>
    new CompositePrincipal(people(scope, 'dataScientists'), new ArnPrincipal(scope.roleArn('notebook-execution'))),
  'endpoint-invocation': (scope) => people(scope, 'dataScientists'),
  'notebook-creation': (scope) => people(scope, 'administrators'),
  'project-administrator': (scope) => people(scope, 'administrators'),
  'notebook-execution': (scope) => service(scope, 'sagemaker.amazonaws.com'),
  'job-execution': (scope) => service(scope, 'sagemaker.amazonaws.com'),
  'pipeline-execution': (scope) => service(scope, 'sagemaker.amazonaws.com'),
  // Not the notebook: who builds a model does not approve it.
  'model-approval': (scope) => people(scope, 'approvers'),
  'endpoint-hosting': (scope) => service(scope, 'sagemaker.amazonaws.com'),
  // Service Catalog sends no aws:SourceAccount; who may launch is decided by the portfolio and the launch constraint.
  launch: () => new ServicePrincipal('servicecatalog.amazonaws.com'),
  'environment-launch': () => new ServicePrincipal('servicecatalog.amazonaws.com'),
  'flow-log': (scope) => service(scope, 'vpc-flow-logs.amazonaws.com'),
  // Lambda sends no aws:SourceAccount when it takes a function's role.
  deployment: () => new ServicePrincipal('lambda.amazonaws.com'),
};

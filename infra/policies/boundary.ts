import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as actions from './actions.ts';
import { CHANGE_ROLES, CHANGE_STACKS, ENVIRONMENT_ACTIONS, READ_ROLES } from './environment-launch.ts';
import type { ProjectScope } from './project-scope.ts';

/** What only looks at SageMaker. By prefix, to keep the boundary within IAM's 6,144 characters. */
export const READ_PREFIXES = ['sagemaker:Describe*', 'sagemaker:List*'] as const;
const READING = /^sagemaker:(Describe|List)/;

/**
 * The most that any role of the project can do, whatever is attached to it later. Of IAM, roles are passed and looked
 * at, so no role can make or widen another one; whom a role lets in, its trust says.
 */
export const boundary = (scope: ProjectScope): PolicyStatement[] => [
  new PolicyStatement({
    sid: 'Ceiling',
    actions: [
      ...actions.SAGEMAKER.filter((action) => !READING.test(action)),
      ...READ_PREFIXES,
      ...actions.READ_LOGS,
      ...actions.WRITE_LOGS,
      'logs:DescribeLogGroups',
      ...actions.READ_METRICS,
      actions.READ_ALARMS,
      actions.WRITE_METRICS,
      ...actions.READ_PACKAGES,
      actions.BEARER_TOKEN,
      ...actions.PULL_IMAGES,
      actions.READ_IMAGES,
      ...actions.SIMULATE_ROLES,
      actions.READ_QUOTAS,
      actions.ECR_TOKEN,
      ...actions.READ_NETWORK,
      actions.CREATE_INTERFACE,
      ...actions.MANAGE_INTERFACE,
      ...actions.FIND_PRODUCTS,
      ...actions.LAUNCH_PRODUCT,
      ...actions.OWN_PRODUCTS,
      ...actions.LAUNCH_STACKS,
    ],
    resources: ['*'],
  }),
  new PolicyStatement({
    sid: 'OwnAccountOnly',
    actions: [
      ...actions.OBJECT_ACTIONS,
      actions.READ_BUCKET_ACL,
      ...actions.READ_BUCKET_SETTINGS,
      ...actions.USE_KEY,
      ...actions.READ_KEY,
      actions.GRANT_KEY,
      ...actions.READ_PARAMETERS,
    ],
    resources: ['*'],
    conditions: { StringEquals: { 'aws:ResourceAccount': scope.environment.account } },
  }),
  new PolicyStatement({
    sid: 'PassProjectRoles',
    actions: ['iam:PassRole'],
    resources: [scope.projectRoles],
    conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
  }),
  new PolicyStatement({ sid: 'TakeProjectRoles', actions: ['sts:AssumeRole'], resources: [scope.projectRoles] }),
];

/** The boundary of the role that makes environments: resources and roles, but no role without the project's boundary. */
export const environmentBoundary = (scope: ProjectScope): PolicyStatement[] => [
  new PolicyStatement({ sid: 'Ceiling', actions: [...ENVIRONMENT_ACTIONS, ...CHANGE_STACKS, 's3:GetObject'], resources: ['*'] }),
  new PolicyStatement({ sid: 'ProjectRoles', actions: [...CHANGE_ROLES, ...READ_ROLES, 'iam:PassRole'], resources: [scope.projectRoles] }),
  new PolicyStatement({
    sid: 'NoRoleWithoutBoundary',
    effect: Effect.DENY,
    actions: [...CHANGE_ROLES],
    resources: ['*'],
    conditions: { StringNotEquals: { 'iam:PermissionsBoundary': scope.boundaryArn } },
  }),
];

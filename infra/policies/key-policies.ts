import type { RolePurpose } from '@sealab/sdk/contract';
import { AccountRootPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as actions from './actions.ts';
import type { NameScope } from './project-scope.ts';
import type { InternalPurpose } from './purposes.ts';

/**
 * Every statement speaks to the account and narrows to named principals by `aws:PrincipalArn`: a role that is made anew
 * keeps its rights, one that is gone leaves no dead id behind, and the caller's own policy has to allow the use as well.
 */
const allow = (
  sid: string,
  allowed: readonly string[],
  principals: readonly string[],
  conditions: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>> = {},
): PolicyStatement =>
  new PolicyStatement({
    sid,
    principals: [new AccountRootPrincipal()],
    actions: [...allowed],
    resources: ['*'],
    conditions: { ...conditions, ArnLike: { 'aws:PrincipalArn': principals } },
  });

const ADMINISTER_KEY = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
] as const;

/** Whoever administers a key cannot use it. The account's root user is the way back in when all the others are gone. */
const administration = (scope: NameScope): PolicyStatement =>
  allow('Administration', ADMINISTER_KEY, [
    ...scope.people('administrators'),
    scope.deployerRole,
    scope.roleArn('environment-launch'),
    scope.arn('iam', 'root', { region: '' }),
  ]);

const roles = (scope: NameScope, ...purposes: readonly (RolePurpose | InternalPurpose)[]): string[] =>
  purposes.map((purpose) => scope.roleArn(purpose));

const STORAGE_USERS = [
  'data-scientist',
  'notebook-execution',
  'job-execution',
  'pipeline-execution',
  'endpoint-hosting',
  'model-approval',
  'project-administrator',
  'deployment',
] as const;
const VOLUME_USERS = [
  'data-scientist',
  'notebook-execution',
  'job-execution',
  'pipeline-execution',
  'endpoint-creation',
  'endpoint-hosting',
  'notebook-creation',
  'launch',
  'project-administrator',
] as const;

export const storageKeyPolicy = (scope: NameScope): PolicyStatement[] => [
  administration(scope),
  // Administrators bring data in, through S3 like everybody else; the key's own operations stay closed to them.
  allow('UseThroughS3', actions.USE_KEY, [...roles(scope, ...STORAGE_USERS), ...scope.people('administrators')], {
    StringEquals: { 'kms:ViaService': scope.viaService('s3') },
  }),
  allow('Read', actions.READ_KEY, [scope.projectRoles]),
  allow(
    'PackageMirror',
    [...actions.USE_KEY, actions.GRANT_KEY],
    [...scope.people('administrators'), scope.deployerRole, scope.roleArn('environment-launch')],
    {
      StringEquals: { 'kms:ViaService': scope.viaService('codeartifact') },
    },
  ),
  new PolicyStatement({
    sid: 'EncryptLogs',
    principals: [new ServicePrincipal(`logs.${scope.settings.region}.amazonaws.com`)],
    actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    resources: ['*'],
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': scope.arn('logs', `log-group:/sealab/${scope.settings.project}/*`) } },
  }),
];

export const volumeKeyPolicy = (scope: NameScope): PolicyStatement[] => [
  administration(scope),
  allow('UseForVolumes', actions.USE_KEY, roles(scope, ...VOLUME_USERS), {
    StringEquals: { 'kms:ViaService': [scope.viaService('sagemaker'), scope.viaService('ec2')] },
  }),
  allow('GrantForVolumes', [actions.GRANT_KEY], roles(scope, ...VOLUME_USERS), { Bool: { 'kms:GrantIsForAWSResource': 'true' } }),
  allow('Read', actions.READ_KEY, [scope.projectRoles]),
];

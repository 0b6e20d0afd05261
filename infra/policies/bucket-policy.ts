import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as actions from './actions.ts';
import type { ProjectScope } from './project-scope.ts';

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

const deny = (sid: string, denied: readonly string[], resources: readonly string[], conditions: Conditions): PolicyStatement =>
  new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: [...denied],
    resources: [...resources],
    conditions,
  });

const KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id';
const ALGORITHM = 's3:x-amz-server-side-encryption';

/**
 * Objects are encrypted with the storage key or not stored. A request that names nothing gets the bucket's default,
 * which is that key; one that asks for `aws:kms` and names no key would get the key of AWS, so it is refused.
 */
export const onlyStorageKey = (bucketArn: string, keyArn: string): PolicyStatement[] => {
  const objects = [`${bucketArn}/*`];
  return [
    deny('OtherEncryption', ['s3:PutObject'], objects, { Null: { [ALGORITHM]: 'false' }, StringNotEquals: { [ALGORITHM]: 'aws:kms' } }),
    deny('OtherKey', ['s3:PutObject'], objects, { Null: { [KEY]: 'false' }, StringNotEquals: { [KEY]: keyArn } }),
    deny('UnnamedKey', ['s3:PutObject'], objects, { Null: { [ALGORITHM]: 'false', [KEY]: 'true' } }),
    deny('CustomerKey', ['s3:PutObject'], objects, { Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' } }),
  ];
};

/** The data is reached through the project's endpoint. The exceptions bring data and releases in from outside. */
export const onlyThroughEndpoint = (scope: ProjectScope, bucketArn: string, endpointId: string): PolicyStatement[] => [
  deny('OutsideEndpoint', actions.OBJECT_ACTIONS, [bucketArn, `${bucketArn}/*`], {
    StringNotEquals: { 'aws:SourceVpce': endpointId },
    // Pipelines reads property files with its role from outside the VPC; those credentials reach no container.
    ArnNotLike: { 'aws:PrincipalArn': [...administrators(scope), scope.roleArn('pipeline-execution')] },
    Bool: { 'aws:PrincipalIsAWSService': 'false' },
  }),
];

/** What notebooks run as root when they start is written by the deployment alone. */
export const onlyDeploymentWrites = (scope: ProjectScope, bucketArn: string, keys: readonly string[]): PolicyStatement[] => [
  deny(
    'ReleaseIsDeployed',
    [...actions.WRITE_OBJECTS, ...actions.DELETE_OBJECTS],
    keys.map((key) => `${bucketArn}/${key}`),
    {
      ArnNotLike: { 'aws:PrincipalArn': administrators(scope) },
    },
  ),
];

const administrators = (scope: ProjectScope): string[] => [
  ...scope.people('administrators'),
  scope.roleArn('project-administrator'),
  scope.roleArn('deployment'),
];

import { MAY_PASS, OWNER_TAG, PROJECT_TAG } from '@sealab/sdk/contract';
import type { ObjectPlace, RolePurpose } from '@sealab/sdk/contract';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as actions from './actions.ts';
import { approvedRepositories } from './approved-repositories.ts';
import { allow, ofThisProject, sagemaker } from './grant.ts';
import type { ProjectScope } from './project-scope.ts';

/** Small grants that role policies are put together from. Each names its actions, its resources and its limits. */

export * from './sagemaker-grants.ts';

/** The wall behind every `…Role` control: only these roles, and only to SageMaker. */
export const passRoles = (scope: ProjectScope, ...purposes: readonly RolePurpose[]): PolicyStatement[] => [
  allow(
    'PassRoles',
    ['iam:PassRole'],
    purposes.map((purpose) => scope.roleArn(purpose)),
    { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
  ),
];

/** For the time of a call: a session with exactly that role's rights, instead of these rights for good. */
export const takeRoles = (scope: ProjectScope, ...purposes: readonly RolePurpose[]): PolicyStatement[] => [
  allow(
    'TakeRoles',
    ['sts:AssumeRole'],
    purposes.map((purpose) => scope.roleArn(purpose)),
  ),
];

/** Session names are the people's own names (see trusts.ts), so the end of `aws:userid` says who asks. */
const ownedByCaller = { 'aws:userid': `*:\${aws:ResourceTag/${OWNER_TAG}}` };

export const openOwnNotebooks = (scope: ProjectScope, endpoints: readonly string[]): PolicyStatement[] => [
  allow('RunOwnNotebooks', actions.RUN_NOTEBOOKS, sagemaker(scope, 'notebook-instance'), { StringLike: ownedByCaller }),
  // SageMaker checks these conditions again for every request that the browser makes with the URL.
  allow('OpenOwnNotebooksThroughEndpoint', [actions.OPEN_NOTEBOOK], sagemaker(scope, 'notebook-instance'), {
    StringLike: ownedByCaller,
    StringEquals: { 'aws:SourceVpce': endpoints },
  }),
  ...(scope.settings.network.notebookAccessFrom.length === 0
    ? []
    : [
        allow('OpenOwnNotebooksFromNetwork', [actions.OPEN_NOTEBOOK], sagemaker(scope, 'notebook-instance'), {
          StringLike: ownedByCaller,
          IpAddress: { 'aws:SourceIp': scope.settings.network.notebookAccessFrom },
        }),
      ]),
];

/** Role, lifecycle and volume are decided at creation; the contract has no rows for changing them, so nobody may. */
export const createNotebooks = (scope: ProjectScope): PolicyStatement[] => [
  allow(
    'CreateNotebooks',
    [...actions.CREATE_NOTEBOOKS, ...actions.RUN_NOTEBOOKS],
    sagemaker(scope, 'notebook-instance'),
    ofThisProject(scope),
  ),
  allow('TagNewNotebooks', [actions.TAG], sagemaker(scope, 'notebook-instance'), {
    StringEquals: { 'sagemaker:TaggingAction': 'CreateNotebookInstance' },
  }),
  ...passRoles(scope, ...MAY_PASS['notebook-creation']),
];

export const launchProducts = (scope: ProjectScope): PolicyStatement[] => [
  allow('FindProducts', actions.FIND_PRODUCTS, ['*']),
  allow('LaunchProducts', actions.LAUNCH_PRODUCT, [scope.arn('catalog', 'product/*')]),
  allow('OwnProducts', actions.OWN_PRODUCTS, ['*'], { StringEquals: { 'servicecatalog:userLevel': 'self' } }),
];

/** Help people out: stop or start any notebook of the project, never open it. */
export const runAnyNotebook = (scope: ProjectScope): PolicyStatement[] => [
  allow('RunNotebooks', actions.RUN_NOTEBOOKS, sagemaker(scope, 'notebook-instance'), {
    StringEquals: { [`aws:ResourceTag/${PROJECT_TAG}`]: scope.environment.project },
  }),
];

export const administerProducts = (scope: ProjectScope): PolicyStatement[] => [
  allow('FindProducts', actions.FIND_PRODUCTS, ['*']),
  allow('LaunchProducts', actions.LAUNCH_PRODUCT, [scope.arn('catalog', 'product/*')]),
  allow('AdministerProducts', actions.OWN_PRODUCTS, ['*'], { StringEquals: { 'servicecatalog:accountLevel': 'self' } }),
];

/** Service Catalog names its stacks `SC-<account>-<provisioned product>`. */
export const launchStacks = (scope: ProjectScope): PolicyStatement[] => [
  allow('LaunchStacks', actions.LAUNCH_STACKS, [scope.arn('cloudformation', 'stack/SC-*')]),
  // The template lies in the CDK's bucket of assets; Service Catalog marks such objects for its own reading.
  allow('ReadTemplates', ['s3:GetObject'], ['*'], { StringEquals: { 's3:ExistingObjectTag/servicecatalog:provisioning': 'true' } }),
];

const objects = (scope: ProjectScope, places: readonly ObjectPlace[]): string[] =>
  places.map(([bucket, prefix = '']) => `${scope.bucketArn(bucket)}/${prefix}*`);

export const readObjects = (scope: ProjectScope, ...places: readonly ObjectPlace[]): PolicyStatement[] => [
  allow('ReadObjects', actions.READ_OBJECTS, objects(scope, places)),
  allow(
    'ListBuckets',
    [...actions.LIST_BUCKET, 's3:GetBucketLocation'],
    places.map(([bucket]) => scope.bucketArn(bucket)),
  ),
];

export const writeObjects = (scope: ProjectScope, ...places: readonly ObjectPlace[]): PolicyStatement[] => [
  allow('WriteObjects', actions.WRITE_OBJECTS, objects(scope, places)),
];

export const writeFeatures = (scope: ProjectScope): PolicyStatement[] => [
  allow('ReadBucketAcl', [actions.READ_BUCKET_ACL], [scope.bucketArn('model')]),
];

/** Versions stay: only the current one can be hidden. */
export const deleteObjects = (scope: ProjectScope, ...places: readonly ObjectPlace[]): PolicyStatement[] => [
  allow('DeleteObjects', ['s3:DeleteObject'], objects(scope, places)),
];

/** Objects of the project's buckets, and nothing but them: KMS answers S3 only. */
export const useStorageKey = (scope: ProjectScope): PolicyStatement[] => [
  allow('UseStorageKey', actions.USE_KEY, [scope.environment.keys.storage], { StringEquals: { 'kms:ViaService': scope.viaService('s3') } }),
];

/** SageMaker and EC2 get a grant on the volume key for the disks that the caller asks for. */
export const useVolumeKey = (scope: ProjectScope): PolicyStatement[] => [
  allow('UseVolumeKey', actions.USE_KEY, [scope.environment.keys.volume], {
    StringEquals: { 'kms:ViaService': [scope.viaService('sagemaker'), scope.viaService('ec2')] },
  }),
  allow('GrantVolumeKey', [actions.GRANT_KEY], [scope.environment.keys.volume], { Bool: { 'kms:GrantIsForAWSResource': 'true' } }),
];

export const readKeys = (scope: ProjectScope): PolicyStatement[] => [
  allow('ReadKeys', actions.READ_KEY, [scope.environment.keys.storage, scope.environment.keys.volume]),
];

/** What the SDK's pre-flight asks: may the role, and is there room. */
export const askBeforehand = (scope: ProjectScope): PolicyStatement[] => [
  allow('SimulateRoles', actions.SIMULATE_ROLES, [scope.projectRoles]),
  allow('ReadQuotas', [actions.READ_QUOTAS], ['*']),
];

/** Whether an image is there before a job is started with it. */
export const readImages = (scope: ProjectScope): PolicyStatement[] => [
  allow('ReadImages', [actions.READ_IMAGES], approvedRepositories(scope)),
];

export const readPosture = (scope: ProjectScope): PolicyStatement[] => [
  allow(
    'ReadBucketSettings',
    actions.READ_BUCKET_SETTINGS,
    (['data', 'model', 'artifacts', 'logs'] as const).map((bucket) => scope.bucketArn(bucket)),
  ),
  allow('ReadNetwork', actions.READ_NETWORK, ['*']),
];

const LOG_GROUPS = ['TrainingJobs', 'ProcessingJobs', 'TransformJobs', 'Endpoints/*', 'NotebookInstances'] as const;
const logGroups = (scope: ProjectScope, groups: readonly string[]): string[] =>
  groups.map((group) => scope.arn('logs', `log-group:/aws/sagemaker/${group}:*`));

export const readLogs = (scope: ProjectScope): PolicyStatement[] => [
  allow('ReadLogs', actions.READ_LOGS, logGroups(scope, LOG_GROUPS)),
  allow('FindLogs', ['logs:DescribeLogGroups', ...actions.READ_METRICS], ['*']),
];

/** What a container's own platform does for it: pull the image, write logs and metrics. */
export const runContainers = (scope: ProjectScope, groups: readonly (typeof LOG_GROUPS)[number][]): PolicyStatement[] => [
  allow('WriteLogs', actions.WRITE_LOGS, logGroups(scope, groups)),
  allow('WriteMetrics', [actions.WRITE_METRICS], ['*'], {
    StringLike: { 'cloudwatch:namespace': ['/aws/sagemaker/*', 'aws/sagemaker/*'] },
  }),
  allow('ImageToken', [actions.ECR_TOKEN], ['*']),
  // The wall behind `approvedImage`: SageMaker pulls with this role.
  allow('PullImages', actions.PULL_IMAGES, approvedRepositories(scope)),
];

export const writeNotebookLogs = (scope: ProjectScope): PolicyStatement[] => [
  allow('WriteLogs', actions.WRITE_LOGS, logGroups(scope, ['NotebookInstances'])),
];

/** SageMaker attaches the container to the project's subnets with the execution role. */
export const joinNetwork = (scope: ProjectScope): PolicyStatement[] => {
  const { vpcId, subnets, securityGroupIds } = scope.environment.network;
  return [
    allow(
      'CreateInterfaces',
      [actions.CREATE_INTERFACE],
      [
        scope.arn('ec2', 'network-interface/*'),
        ...subnets.map(({ id }) => scope.arn('ec2', `subnet/${id}`)),
        ...securityGroupIds.map((id) => scope.arn('ec2', `security-group/${id}`)),
      ],
    ),
    allow('ManageInterfaces', actions.MANAGE_INTERFACE, [scope.arn('ec2', 'network-interface/*')], {
      ArnEquals: { 'ec2:Vpc': scope.arn('ec2', `vpc/${vpcId}`) },
    }),
    allow('ReadNetwork', actions.READ_NETWORK, ['*']),
  ];
};

export const readParameters = (scope: ProjectScope): PolicyStatement[] => [
  allow('ReadParameters', actions.READ_PARAMETERS, [scope.arn('ssm', `parameter/sealab/${scope.environment.project}/*`)]),
];

export const readPackages = (scope: ProjectScope): PolicyStatement[] => {
  const { domain, repository } = scope.environment.mirror;
  return [
    allow('ReadPackages', actions.READ_PACKAGES, [
      scope.arn('codeartifact', `domain/${domain}`),
      scope.arn('codeartifact', `repository/${domain}/${repository}`),
      scope.arn('codeartifact', `package/${domain}/${repository}/*`),
    ]),
    allow('PackageToken', [actions.BEARER_TOKEN], ['*'], { StringEquals: { 'sts:AWSServiceName': 'codeartifact.amazonaws.com' } }),
  ];
};

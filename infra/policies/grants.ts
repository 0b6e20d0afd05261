import { MAY_PASS, OWNER_TAG, PROJECT_TAG } from '@sealab/sdk/contract';
import type { ObjectPlace, RolePurpose } from '@sealab/sdk/contract';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as actions from './actions.ts';
import { approvedRepositories } from './approved-repositories.ts';
import type { ProjectScope } from './project-scope.ts';

/** Small grants that role policies are put together from. Each names its actions, its resources and its limits. */

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

const allow = (sid: string, allowed: readonly string[], resources: readonly string[], conditions: Conditions = {}): PolicyStatement =>
  new PolicyStatement({ sid, actions: [...allowed], resources: [...resources], conditions });

const sagemaker = (scope: ProjectScope, ...types: readonly string[]): string[] => types.map((type) => scope.arn('sagemaker', `${type}/*`));

/** Types whose resources carry the project's tag when the SDK creates them. */
const JOBS = ['training-job', 'processing-job', 'transform-job', 'hyper-parameter-tuning-job', 'automl-job'] as const;
const PIPELINE_JOBS = JOBS.filter((type) => type !== 'automl-job');
const HOSTING = ['model', 'endpoint-config', 'endpoint'] as const;
const REGISTRY = ['model-package', 'model-package-group'] as const;
const PIPELINES = ['pipeline'] as const;
const FEATURES = ['feature-group'] as const;
const EXPERIMENTS = ['experiment', 'experiment-trial', 'experiment-trial-component'] as const;

/** Another project's resources are out of reach; what somebody created without a tag can still be stopped. */
const ofThisProject = (scope: ProjectScope): Conditions => ({
  StringEqualsIfExists: { [`aws:ResourceTag/${PROJECT_TAG}`]: scope.environment.project },
});

export const readSageMaker = (scope: ProjectScope): PolicyStatement[] => [
  allow('ReadSageMaker', actions.READ_SAGEMAKER, [
    ...sagemaker(
      scope,
      ...JOBS,
      ...HOSTING,
      ...REGISTRY,
      ...PIPELINES,
      ...FEATURES,
      ...EXPERIMENTS,
      'notebook-instance',
      'notebook-instance-lifecycle-config',
    ),
  ]),
  allow('ListSageMaker', actions.LIST_SAGEMAKER, ['*']),
];

/**
 * Creating with tags asks for AddTags as well. Later tagging is left to the project's own resources, and never to
 * notebooks: who may retag a notebook may make himself its owner.
 */
const tagging = (scope: ProjectScope, types: readonly string[], creating: readonly string[]): PolicyStatement[] => [
  allow('TagWhenCreating', [actions.TAG], sagemaker(scope, ...types), {
    StringEquals: { 'sagemaker:TaggingAction': creating.map((action) => action.replace('sagemaker:', '')) },
  }),
  allow('TagOwn', [actions.TAG], sagemaker(scope, ...types), {
    StringEquals: { [`aws:ResourceTag/${PROJECT_TAG}`]: scope.environment.project },
    'ForAllValues:StringNotEquals': { 'aws:TagKeys': [PROJECT_TAG] },
  }),
];

export const createJobs = (scope: ProjectScope): PolicyStatement[] => [
  allow('CreateJobs', actions.CREATE_JOBS, sagemaker(scope, ...JOBS)),
  allow('StopJobs', actions.STOP_JOBS, sagemaker(scope, ...JOBS), ofThisProject(scope)),
  ...tagging(scope, JOBS, actions.CREATE_JOBS),
];

/** An update is watched by alarms of the caller's choice. */
export const readAlarms = (scope: ProjectScope): PolicyStatement[] => [
  allow('ReadAlarms', [actions.READ_ALARMS], [scope.arn('cloudwatch', 'alarm:*')]),
];

export const createHosting = (scope: ProjectScope): PolicyStatement[] => [
  allow('CreateHosting', actions.CREATE_HOSTING, sagemaker(scope, ...HOSTING)),
  allow('ChangeHosting', [...actions.UPDATE_HOSTING, ...actions.DELETE_HOSTING], sagemaker(scope, ...HOSTING), ofThisProject(scope)),
  ...readAlarms(scope),
  ...tagging(scope, HOSTING, actions.CREATE_HOSTING),
];

/** What a pipeline starts and watches, step by step. */
export const runSteps = (scope: ProjectScope): PolicyStatement[] => [
  allow('CreateSteps', [...actions.PIPELINE_JOBS, actions.CREATE_MODEL], sagemaker(scope, ...PIPELINE_JOBS, 'model')),
  ...registerModels(scope),
  allow('StopSteps', actions.STOP_JOBS, sagemaker(scope, ...PIPELINE_JOBS), ofThisProject(scope)),
  ...tagging(scope, [...PIPELINE_JOBS, 'model', ...REGISTRY], [...actions.PIPELINE_JOBS, actions.CREATE_MODEL, ...actions.REGISTER_MODELS]),
];

/** A model that is registered as approved would need nobody's approval. */
const registerModels = (scope: ProjectScope): PolicyStatement[] => [
  allow('CreateModelGroups', [actions.CREATE_MODEL_GROUP], sagemaker(scope, 'model-package-group')),
  allow('RegisterModels', [actions.REGISTER_MODEL], sagemaker(scope, ...REGISTRY), {
    StringNotEqualsIfExists: { 'sagemaker:ModelApprovalStatus': 'Approved' },
  }),
];

/** Models registered, pipelines, features, experiments: what is written about the work, and what repeats it. */
export const keepRecords = (scope: ProjectScope): PolicyStatement[] => {
  const creates = [...actions.DEFINE_PIPELINES, ...actions.CREATE_FEATURES, ...actions.CREATE_EXPERIMENTS];
  const types = [...PIPELINES, ...FEATURES, ...EXPERIMENTS];
  return [
    allow('CreateRecords', creates, sagemaker(scope, ...types)),
    ...registerModels(scope),
    allow('RunPipelines', actions.RUN_PIPELINES, sagemaker(scope, ...PIPELINES), ofThisProject(scope)),
    allow('UseFeatures', [...actions.CHANGE_FEATURES, ...actions.USE_FEATURES], sagemaker(scope, ...FEATURES), ofThisProject(scope)),
    // Taking a component out of a trial names the job that it came from.
    allow('ChangeExperiments', actions.CHANGE_EXPERIMENTS, sagemaker(scope, ...EXPERIMENTS, 'processing-job'), ofThisProject(scope)),
    ...tagging(
      scope,
      [...REGISTRY, ...types],
      [...actions.REGISTER_MODELS, ...creates].filter((action) => action !== 'sagemaker:UpdatePipeline'),
    ),
  ];
};

export const approveModels = (scope: ProjectScope): PolicyStatement[] => [
  allow('ApproveModels', [...actions.APPROVE_MODELS, ...actions.DELETE_REGISTERED], sagemaker(scope, ...REGISTRY), ofThisProject(scope)),
];

export const invoke = (scope: ProjectScope): PolicyStatement[] => [
  allow('Invoke', actions.INVOKE, sagemaker(scope, 'endpoint'), ofThisProject(scope)),
];

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

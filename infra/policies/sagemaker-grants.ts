import { PROJECT_TAG } from '@sealab/sdk/contract';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as actions from './actions.ts';
import { allow, ofThisProject, sagemaker } from './grant.ts';
import type { ProjectScope } from './project-scope.ts';

/** Types whose resources carry the project's tag when the SDK creates them. */
const JOBS = ['training-job', 'processing-job', 'transform-job', 'hyper-parameter-tuning-job', 'automl-job'] as const;
const PIPELINE_JOBS = JOBS.filter((type) => type !== 'automl-job');
const HOSTING = ['model', 'endpoint-config', 'endpoint'] as const;
const REGISTRY = ['model-package', 'model-package-group'] as const;
const PIPELINES = ['pipeline'] as const;
const FEATURES = ['feature-group'] as const;
const EXPERIMENTS = ['experiment', 'experiment-trial', 'experiment-trial-component'] as const;

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

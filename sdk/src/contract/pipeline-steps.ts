import type { OperationName } from './control.ts';

/** The operations whose requests hold a definition. */
export const PIPELINE_DEFINING = ['CreatePipeline', 'UpdatePipeline'] as const satisfies readonly OperationName[];

/** SageMaker takes so many characters inline (`PipelineDefinition`). */
export const MOST_PIPELINE_CHARACTERS = 1_048_576;

/** What a job writes to, as another step refers to it: its location was held to the project's bucket when the step itself was. */
export const STEP_OUTPUTS =
  /^Steps\.([^.]+)\.(ModelArtifacts\.S3ModelArtifacts|OutputDataConfig\.S3OutputPath|TransformOutput\.S3OutputPath|ProcessingOutputConfig\.Outputs\[[^\]]+\]\.S3Output\.S3Uri)$/;

/**
 * What a step of a pipeline asks of SageMaker, by its type: the operation whose rows hold for its `Arguments`, or `null`
 * for a step that only decides.
 */
export const PIPELINE_STEPS = {
  Training: 'CreateTrainingJob',
  Processing: 'CreateProcessingJob',
  Transform: 'CreateTransformJob',
  Tuning: 'CreateHyperParameterTuningJob',
  AutoML: 'CreateAutoMLJob',
  Model: 'CreateModel',
  RegisterModel: 'CreateModelPackage',
  Condition: null,
  Fail: null,
} as const satisfies Record<string, OperationName | null>;

export type PipelineStepType = keyof typeof PIPELINE_STEPS;

const closed = 'AWS closed it to new customers: `lab.monitor` does the same by a processing job.';
const endpoints = 'Endpoints are made with a role of their own, which no pipeline may take: deploy the registered model with `lab.deploy`.';

/** Types of steps that the environment refuses, each with the reason. A type that stands in neither list is refused as unknown. */
export const REFUSED_PIPELINE_STEPS: Readonly<Record<string, string>> = {
  Lambda: 'It runs a function outside the project’s network, with a role that the contract does not know.',
  Callback: 'It waits for whoever reads a queue outside the project.',
  EMR: 'It runs on a cluster whose disks, network and role the contract does not know.',
  EMRServerless: 'It runs on capacity whose disks, network and role the contract does not know.',
  QualityCheck: closed,
  ClarifyCheck: closed,
  MonitorBatchTransform: closed,
  Endpoint: endpoints,
  EndpointConfig: endpoints,
  InferenceComponent: endpoints,
};

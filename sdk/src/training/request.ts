import type { CreateTrainingJobRequest } from '@aws-sdk/client-sagemaker';
import { SealabError } from '../contract/index.ts';
import type { EnvironmentDescription } from '../contract/index.ts';
import { channel } from '../inputs/channel.ts';
import { checkedName, freshName } from '../jobs/names.ts';
import { imageFor, oneOf, refuse, refuseUnknown, SECONDS, tagsOf, variables, wholeNumber } from '../jobs/options.ts';
import type { Known } from '../jobs/options.ts';
import type { TrainOptions } from './api.ts';
import { hyperparametersOf } from './hyperparameters.ts';
import { CODE_CHANNEL, codeKey } from './program.ts';
import type { Program } from './program.ts';

export { CODE_CHANNEL } from './program.ts';

const METRIC_GROUP = /\((?!\?)|\(\?<[a-zA-Z]/;
/** Longest time that a warm pool may wait for the next job. Source: SageMaker, "managed warm pools", considerations. */
const MOST_KEEP_ALIVE = 3_600;

/** What to name a job after: its program, or its image. */
export const subjectOf = ({ packed }: Program, { image }: Pick<TrainOptions, 'image'>): string =>
  packed?.program ?? (image ?? 'job').replace(/[:@].*$/, '').replace(/^.*\//, '');

export const instanceTypeOf = ({ instanceType }: Pick<TrainOptions, 'instanceType'>, environment: EnvironmentDescription) =>
  instanceType ?? environment.instanceTypes.training[0];

/** Below it each training job has a folder by its name: `<name>/output/model.tar.gz`. */
export const outputsOf = ({ buckets }: EnvironmentDescription): string => `s3://${buckets.model}/training-jobs`;

/** Where a job keeps its checkpoints unless told otherwise. */
export const checkpointsAt = ({ buckets }: EnvironmentDescription, name: string): string => `s3://${buckets.model}/checkpoints/${name}`;

type DefinitionOptions = Omit<
  TrainOptions,
  'name' | 'tags' | 'preflight' | 'onProgress' | 'signal' | 'keepAlive' | 'entrypoint' | 'arguments'
>;

/** Options that a training job and a definition of a tuning job have alike. */
export const TRAINING_DEFINITION: Known<DefinitionOptions> = {
  script: true,
  sourceDirectory: true,
  framework: true,
  image: true,
  data: true,
  inputs: true,
  inputMode: true,
  hyperparameters: true,
  metrics: true,
  instanceType: true,
  instanceCount: true,
  volumeSize: true,
  network: true,
  maxRuntime: true,
  spot: true,
  checkpoints: true,
  retries: true,
  distribution: true,
  environment: true,
};

/** What a training job and a definition of a tuning job have alike, before the security fields are filled in. Pure. */
export function trainingDefinition(
  options: DefinitionOptions,
  { packed, channels }: Program,
  locations: ReadonlyMap<string, string>,
  environment: EnvironmentDescription,
  name: string,
) {
  const { metrics, spot, retries } = options;
  const inputMode = oneOf('inputMode', options.inputMode ?? 'File', ['File', 'FastFile', 'Pipe']);
  for (const [metric, expression] of Object.entries(metrics ?? {})) checkMetric(metric, expression);
  const inputs = [
    ...[...channels].map(([channelName, input]) => channel(channelName, locations.get(channelName) ?? '', input, inputMode)),
    ...(packed === undefined ? [] : [channel(CODE_CHANNEL, `s3://${environment.buckets.artifacts}/${codeKey(packed.hash)}`, '')]),
  ];
  const maxRuntime = wholeNumber('maxRuntime', options.maxRuntime ?? SECONDS.hour, 1, SECONDS.mostRuntime);
  return {
    AlgorithmSpecification: {
      TrainingImage: imageFor(environment, options),
      TrainingInputMode: inputMode,
      ...(metrics === undefined ? {} : { MetricDefinitions: Object.entries(metrics).map(([Name, Regex]) => ({ Name, Regex })) }),
    },
    ...(inputs.length === 0 ? {} : { InputDataConfig: inputs }),
    OutputDataConfig: { S3OutputPath: outputsOf(environment) },
    ResourceConfig: {
      InstanceType: instanceTypeOf(options, environment) as never,
      InstanceCount: wholeNumber('instanceCount', options.instanceCount ?? 1, 1, 100),
      VolumeSizeInGB: wholeNumber('volumeSize', options.volumeSize ?? 30, 1, 16_384),
    },
    StoppingCondition: {
      MaxRuntimeInSeconds: maxRuntime,
      ...(spot === undefined ? {} : { MaxWaitTimeInSeconds: waitOf(spot, maxRuntime) }),
    },
    ...(spot === undefined ? {} : { EnableManagedSpotTraining: true }),
    ...checkpointsOf(options.checkpoints, environment, name),
    ...(retries === undefined ? {} : { RetryStrategy: { MaximumRetryAttempts: wholeNumber('retries', retries, 1, 30) } }),
    ...(options.network === 'connected' ? { EnableNetworkIsolation: false } : {}),
    ...variables(options, environment),
  };
}

/** The request for a training job, before the security fields are filled in. Pure. */
export function trainingRequest(
  options: TrainOptions,
  program: Program,
  locations: ReadonlyMap<string, string>,
  environment: EnvironmentDescription,
): Omit<CreateTrainingJobRequest, 'RoleArn'> {
  const { keepAlive, spot, entrypoint, arguments: given } = options;
  const name = options.name === undefined ? freshName(subjectOf(program, options)) : checkedName(options.name);
  if (keepAlive !== undefined && spot !== undefined)
    refuse('keepAlive', 'a warm pool cannot be made of spot capacity.', 'Leave out `spot` or `keepAlive`.');
  const definition = trainingDefinition(options, program, locations, environment, name);
  return {
    TrainingJobName: name,
    ...definition,
    ...hyperparametersOf(options, program.packed, {
      region: environment.region,
      instanceType: instanceTypeOf(options, environment),
      jobName: name,
    }),
    AlgorithmSpecification: {
      ...definition.AlgorithmSpecification,
      ...(entrypoint === undefined ? {} : { ContainerEntrypoint: [...entrypoint] }),
      ...(given === undefined ? {} : { ContainerArguments: [...given] }),
    },
    ResourceConfig: {
      ...definition.ResourceConfig,
      ...(keepAlive === undefined ? {} : { KeepAlivePeriodInSeconds: wholeNumber('keepAlive', keepAlive, 1, MOST_KEEP_ALIVE) }),
    },
    ...tagsOf(options.tags),
  };
}

function waitOf(spot: NonNullable<TrainOptions['spot']>, maxRuntime: number): number {
  refuseUnknown('spot', spot, { maxWait: true });
  return wholeNumber('spot.maxWait', spot.maxWait, maxRuntime, SECONDS.mostRuntime);
}

function checkpointsOf(given: TrainOptions['checkpoints'], environment: EnvironmentDescription, name: string) {
  if (given === undefined || given === false) return {};
  const { s3Uri, localPath } = given === true ? {} : given;
  if (given !== true) refuseUnknown('checkpoints', given, { s3Uri: true, localPath: true });
  return {
    CheckpointConfig: {
      S3Uri: s3Uri ?? checkpointsAt(environment, name),
      ...(localPath === undefined ? {} : { LocalPath: localPath }),
    },
  };
}

function checkMetric(name: string, expression: string): void {
  let problem = METRIC_GROUP.test(expression) ? undefined : 'has no group for the value';
  try {
    new RegExp(expression);
  } catch (error) {
    problem = (error as Error).message;
  }
  if (problem !== undefined) {
    throw new SealabError('InvalidInput', `metrics.${name}: ${JSON.stringify(expression)} ${problem}.`, {
      remedy: "Write it like 'test_auc=([0-9.]+)'.",
      details: { field: `metrics.${name}`, given: expression },
    });
  }
}

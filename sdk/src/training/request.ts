import type { CreateTrainingJobRequest } from '@aws-sdk/client-sagemaker';
import { SealabError } from '../contract/index.ts';
import type { EnvironmentDescription } from '../contract/index.ts';
import type { DataInput } from '../inputs/api.ts';
import { channel, checkedChannel } from '../inputs/channel.ts';
import { checkedName, freshName } from '../jobs/names.ts';
import { imageFor, SECONDS, tagsOf, variables, wholeNumber } from '../jobs/options.ts';
import type { PackedSource } from '../source/pack.ts';
import type { TrainOptions } from './api.ts';

/** The channel that carries the code: an isolated container cannot fetch it from S3 itself. */
export const CODE_CHANNEL = 'code';
export const CODE_ARCHIVE = 'sourcedir.tar.gz';
/** Where packed code goes in the artifacts bucket. */
export const codeKey = (hash: string): string => `code/${hash.slice(0, 40)}/${CODE_ARCHIVE}`;

const METRIC_GROUP = /\((?!\?)|\(\?<[a-zA-Z]/;

/** Data inputs by channel. */
export function channelsOf({ data, inputs }: Pick<TrainOptions, 'data' | 'inputs'>): Map<string, DataInput> {
  const channels = new Map<string, DataInput>(data === undefined ? [] : [['training', data]]);
  for (const [name, input] of Object.entries(inputs ?? {})) {
    if (channels.has(name)) throw new SealabError('InvalidInput', `inputs.${name}: \`data\` is the channel ${name} already.`);
    if (name === CODE_CHANNEL)
      throw new SealabError('InvalidInput', `inputs.${name}: this channel carries the code.`, { remedy: 'Give the channel another name.' });
    channels.set(checkedChannel(name), input);
  }
  return channels;
}

export function refusePackagesWithoutNetwork(packed: PackedSource, network: 'isolated' | 'connected' | undefined): void {
  if (!packed.requirements || network === 'connected') return;
  throw new SealabError('InvalidInput', 'requirements.txt asks for packages, and an isolated job has no network to fetch them.', {
    remedy: "Set network: 'connected' where your administrator allows it, or use what the framework's image has.",
    details: { field: 'network', given: network ?? 'isolated', required: 'connected' },
  });
}

/** Values as the training toolkit reads them: JSON, one by one. */
const encoded = (values: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]));

/** The request for a training job in script mode, before the security fields are filled in. Pure. */
export function trainingRequest(
  options: TrainOptions,
  packed: PackedSource,
  locations: ReadonlyMap<string, string>,
  environment: EnvironmentDescription,
): Omit<CreateTrainingJobRequest, 'RoleArn'> {
  const name = options.name === undefined ? freshName(packed.program) : checkedName(options.name);
  const inputs = channelsOf(options);
  const instanceType = options.instanceType ?? environment.instanceTypes.training[0];
  for (const [metric, expression] of Object.entries(options.metrics ?? {})) checkMetric(metric, expression);
  return {
    TrainingJobName: name,
    AlgorithmSpecification: {
      TrainingImage: imageFor(environment, options),
      TrainingInputMode: 'File',
      ...(options.metrics === undefined
        ? {}
        : { MetricDefinitions: Object.entries(options.metrics).map(([Name, Regex]) => ({ Name, Regex })) }),
    },
    HyperParameters: {
      ...encoded(options.hyperparameters ?? {}),
      ...encoded({
        sagemaker_program: packed.program,
        sagemaker_submit_directory: `/opt/ml/input/data/${CODE_CHANNEL}/${CODE_ARCHIVE}`,
        sagemaker_container_log_level: 20,
        sagemaker_job_name: name,
        sagemaker_region: environment.region,
      }),
    },
    InputDataConfig: [
      ...[...inputs].map(([channelName, input]) => channel(channelName, locations.get(channelName) ?? '', input)),
      channel(CODE_CHANNEL, `s3://${environment.buckets.artifacts}/${codeKey(packed.hash)}`, ''),
    ],
    OutputDataConfig: { S3OutputPath: `s3://${environment.buckets.model}/training-jobs` },
    ResourceConfig: {
      InstanceType: instanceType as never,
      InstanceCount: wholeNumber('instanceCount', options.instanceCount ?? 1, 1, 100),
      VolumeSizeInGB: wholeNumber('volumeSize', options.volumeSize ?? 30, 1, 16_384),
    },
    StoppingCondition: { MaxRuntimeInSeconds: wholeNumber('maxRuntime', options.maxRuntime ?? SECONDS.hour, 1, SECONDS.mostRuntime) },
    ...(options.network === 'connected' ? { EnableNetworkIsolation: false } : {}),
    ...variables(options, environment),
    ...tagsOf(options.tags),
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

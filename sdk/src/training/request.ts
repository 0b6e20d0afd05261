import type { CreateTrainingJobRequest } from '@aws-sdk/client-sagemaker';
import { SealabError } from '../contract/index.ts';
import type { EnvironmentDescription } from '../contract/index.ts';
import { channel, checkedChannel } from '../inputs/channel.ts';
import type { DataInput } from '../inputs/api.ts';
import type { FilledField } from '../secure/index.ts';
import type { TrainOptions } from './api.ts';
import { checkedName, freshName } from './names.ts';
import type { PackedSource } from './pack.ts';

/** The channel that carries the code: an isolated container cannot fetch it from S3 itself. */
export const CODE_CHANNEL = 'code';
export const CODE_ARCHIVE = 'sourcedir.tar.gz';
/** Where packed code goes in the artifacts bucket. */
export const codeKey = (hash: string): string => `code/${hash.slice(0, 40)}/${CODE_ARCHIVE}`;

export const SECONDS = { hour: 3_600, mostRuntime: 28 * 24 * 3_600, mostProcessing: 9 * 24 * 3_600 } as const;
const METRIC_GROUP = /\((?!\?)|\(\?<[a-zA-Z]/;

/** The image of a framework, or the caller's own. Throws `InvalidInput` naming the frameworks there are. */
export function imageFor(environment: EnvironmentDescription, { image, framework }: { image?: string; framework?: string }): string {
  if (image !== undefined) return image;
  const name = framework ?? 'scikit-learn';
  const found = environment.images[name];
  if (found !== undefined) return found;
  throw new SealabError('InvalidInput', `framework: ${JSON.stringify(name)} is not approved in this environment.`, {
    remedy: `Use one of ${Object.keys(environment.images).join(', ')}, or ask your administrator to add it.`,
    details: { field: 'framework', given: name, allowed: Object.keys(environment.images) },
  });
}

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

/** Values that were chosen from the environment because the caller gave none count as the environment's. */
export function withDefaults(
  fields: readonly FilledField[],
  options: { readonly instanceType?: string; readonly image?: string },
): FilledField[] {
  const chosen = (control: string) =>
    control.endsWith('.InstanceType') ? options.instanceType : control.endsWith('.Image') ? options.image : undefined;
  const choices = /\.(InstanceType|Image|OutputBucket)$/;
  return fields.map((field) =>
    choices.test(field.control) && field.origin === 'caller' && chosen(field.control) === undefined
      ? { ...field, origin: 'environment' }
      : field,
  );
}

/** A number of the caller's, checked against the limits that SageMaker has. */
export function wholeNumber(field: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new SealabError('InvalidInput', `${field}: ${value} is not a whole number from ${least} to ${most}.`, {
    details: { field, given: value, least, most },
  });
}

/** Package mirror for `pip` in a connected job: the training toolkit fetches a token with the job's role (sagemaker-training ≥ 4.7). */
export const mirrorVariables = ({ mirror, partition, region }: EnvironmentDescription): Record<string, string> => ({
  CA_REPOSITORY_ARN: `arn:${partition}:codeartifact:${region}:${mirror.domainOwner}:repository/${mirror.domain}/${mirror.repository}`,
});

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
    ...(options.tags === undefined ? {} : { Tags: Object.entries(options.tags).map(([Key, Value]) => ({ Key, Value })) }),
  };
}

/** The caller's variables, with the mirror's added under `connected`; what the caller gave stays. */
export function variables(
  { environment: own, network }: Pick<TrainOptions, 'environment' | 'network'>,
  environment: EnvironmentDescription,
): { Environment?: Record<string, string> } {
  const all = { ...(network === 'connected' ? mirrorVariables(environment) : {}), ...own };
  return Object.keys(all).length === 0 ? {} : { Environment: all };
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

import type { TrainingJob } from '@sealab/sdk';
import { plainText } from './plain-text.ts';
import { REMEMBERED, TrainingForm } from './training-form.ts';

type Description = Awaited<ReturnType<TrainingJob['describe']>>;

/** Nothing happens to such a job any more. */
export const hasEnded = (status: string | undefined) => status === 'Completed' || status === 'Failed' || status === 'Stopped';

/** Hyperparameters that the training toolkit reads for itself. */
const isInternal = (name: string) => name.startsWith('sagemaker_');

/** The toolkit takes hyperparameters as JSON; people write them without quotes. */
function unquoted(value: string): string {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'string' ? parsed : value;
  } catch {
    return value;
  }
}

/** What live updates carry: all of a job that changes while it runs. */
export const jobState = (job: Description) => ({
  status: job.TrainingJobStatus ?? 'Unknown',
  phase: job.SecondaryStatus,
  failure: job.FailureReason === undefined ? undefined : plainText(job.FailureReason),
  createdAt: job.CreationTime,
  startedAt: job.TrainingStartTime,
  endedAt: job.TrainingEndTime ?? (hasEnded(job.TrainingJobStatus) ? job.LastModifiedTime : undefined),
  artifacts: job.ModelArtifacts?.S3ModelArtifacts,
  transitions: (job.SecondaryStatusTransitions ?? []).map((step) => ({
    phase: step.Status ?? 'Unknown',
    startedAt: step.StartTime,
    endedAt: step.EndTime,
    message: step.StatusMessage === undefined ? undefined : plainText(step.StatusMessage),
  })),
});
export type JobState = ReturnType<typeof jobState>;

export const jobDetail = (name: string, job: Description) => ({
  name,
  arn: job.TrainingJobArn,
  ...jobState(job),
  configuration: {
    image: job.AlgorithmSpecification?.TrainingImage,
    script: job.Environment?.[REMEMBERED.script] ?? unquoted(job.HyperParameters?.['sagemaker_program'] ?? ''),
    instanceType: job.ResourceConfig?.InstanceType,
    instanceCount: job.ResourceConfig?.InstanceCount,
    volumeSize: job.ResourceConfig?.VolumeSizeInGB,
    maxRuntime: job.StoppingCondition?.MaxRuntimeInSeconds,
    network: job.EnableNetworkIsolation === true ? ('isolated' as const) : ('connected' as const),
    role: job.RoleArn,
    output: job.OutputDataConfig?.S3OutputPath,
    inputs: (job.InputDataConfig ?? []).map((channel) => ({
      channel: channel.ChannelName ?? '',
      uri: channel.DataSource?.S3DataSource?.S3Uri,
      mode: channel.InputMode ?? job.AlgorithmSpecification?.TrainingInputMode,
    })),
    hyperparameters: Object.entries(job.HyperParameters ?? {})
      .filter(([name]) => !isInternal(name))
      .map(([name, value]) => ({ name, value: plainText(unquoted(value)) })),
    metrics: (job.AlgorithmSpecification?.MetricDefinitions ?? []).map(({ Name, Regex }) => ({ name: Name ?? '', regex: Regex ?? '' })),
  },
});
export type JobDetail = ReturnType<typeof jobDetail>;

/** The form that would launch the same job again, without its name. */
export function jobAsForm(detail: JobDetail, job: Description, frameworks: Readonly<Record<string, string>>): TrainingForm {
  const { configuration } = detail;
  const data = job.Environment?.[REMEMBERED.data] ?? configuration.inputs.find(({ channel }) => channel === 'training')?.uri;
  const framework = Object.entries(frameworks).find(([, image]) => image === configuration.image)?.[0];
  return TrainingForm.parse({
    script: configuration.script,
    ...(data !== undefined && { data }),
    ...(framework !== undefined && { framework }),
    instanceType: configuration.instanceType,
    instanceCount: configuration.instanceCount,
    volumeSize: configuration.volumeSize,
    hyperparameters: Object.fromEntries(configuration.hyperparameters.map(({ name, value }) => [name, value])),
    metrics: Object.fromEntries(configuration.metrics.map(({ name, regex }) => [name, regex])),
    network: configuration.network,
    maxRuntime: configuration.maxRuntime,
  });
}

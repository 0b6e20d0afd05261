import { AwsError, type Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import type { JobRunner } from '../../../runner/job-interface.ts';
import { Jobs, shownStatus, type JobObserver } from './jobs.ts';
import type { JobRecord, Request } from './records.ts';
import type { Tags } from './tags.ts';

const part = (request: Request, name: string): Request => (request[name] ?? {}) as Request;

function describe(record: JobRecord): Request {
  const { request, end, containerStart, endTime } = record;
  const seconds = containerStart === undefined || endTime === undefined ? undefined : Math.max(1, Math.round(endTime - containerStart));
  return {
    EnableNetworkIsolation: false,
    EnableInterContainerTrafficEncryption: false,
    EnableManagedSpotTraining: false,
    ...request,
    TrainingJobArn: record.arn,
    TuningJobArn: record.tuningJobArn,
    TrainingJobStatus: shownStatus(record),
    SecondaryStatus: record.transitions.at(-1)?.Status,
    SecondaryStatusTransitions: record.transitions,
    CreationTime: record.creationTime,
    LastModifiedTime: record.lastModifiedTime,
    TrainingStartTime: containerStart,
    TrainingEndTime: endTime,
    TrainingTimeInSeconds: seconds,
    BillableTimeInSeconds: seconds,
    FailureReason: end?.outcome === 'Failed' ? end.reason : undefined,
    ModelArtifacts: end?.modelArtifacts === undefined ? undefined : { S3ModelArtifacts: end.modelArtifacts },
    FinalMetricDataList: Object.values(record.metrics).map(({ name, value, timestamp }) => ({
      MetricName: name,
      Value: value,
      Timestamp: timestamp,
    })),
  };
}

const summary = (record: JobRecord): Request => ({
  TrainingJobName: record.name,
  TrainingJobArn: record.arn,
  CreationTime: record.creationTime,
  LastModifiedTime: record.lastModifiedTime,
  TrainingEndTime: record.endTime,
  TrainingJobStatus: shownStatus(record),
  SecondaryStatus: record.transitions.at(-1)?.Status,
});

/** Training jobs that callers, and tuning jobs, create. */
export function openTrainingJobs(platform: Platform, runner: JobRunner, tags: Tags, observer: JobObserver): Jobs {
  return new Jobs(platform, runner, tags, observer, {
    kind: 'training-job',
    words: 'training job',
    phases: {
      Starting: 'Preparing the instances for training',
      Downloading: 'Downloading input data',
      Training: 'Training image download completed. Training in progress.',
      Uploading: 'Uploading generated training model',
      Restarting: 'The training job is started again after an internal error',
    },
    image: ({ request }) => part(request, 'AlgorithmSpecification')['TrainingImage'] as string | undefined,
    role: ({ request }) => request['RoleArn'] as string,
    vpc: ({ request }) => request['VpcConfig'] as { Subnets?: string[] } | undefined,
    describe,
    summary,
  });
}

/** Spot instances are not interrupted here, and cost what they run: BillableTimeInSeconds is the whole training time. */
function checkSpot({ input }: Call): void {
  if (input['EnableManagedSpotTraining'] !== true) return;
  const { MaxRuntimeInSeconds = 86_400, MaxWaitTimeInSeconds } = part(input, 'StoppingCondition') as Record<string, number | undefined>;
  if (MaxWaitTimeInSeconds === undefined || MaxWaitTimeInSeconds < MaxRuntimeInSeconds)
    throw new AwsError(
      'ValidationException',
      'Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to MaxRuntimeInSeconds',
    );
}

export function trainingJobOperations(jobs: Jobs): Record<string, (call: Call) => unknown> {
  return {
    CreateTrainingJob: async (call) => {
      checkSpot(call);
      return { TrainingJobArn: await jobs.create(call) };
    },
    DescribeTrainingJob: (call) => jobs.describe(call),
    ListTrainingJobs: (call) => {
      const { summaries, ...rest } = jobs.list(call);
      return { TrainingJobSummaries: summaries, ...rest };
    },
    StopTrainingJob: (call) => {
      jobs.stop(call);
      return {};
    },
    DeleteTrainingJob: (call) => {
      jobs.delete(call);
      return {};
    },
  };
}

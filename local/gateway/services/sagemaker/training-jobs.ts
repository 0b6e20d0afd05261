import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import type { JobRunner } from '../../../runner/job-interface.ts';
import { Jobs, shownStatus } from './jobs.ts';
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

export function trainingJobOperations(platform: Platform, runner: JobRunner, tags: Tags): Record<string, (call: Call) => unknown> {
  const jobs = new Jobs(platform, runner, tags, {
    kind: 'training-job',
    words: 'training job',
    phases: {
      Starting: 'Preparing the instances for training',
      Downloading: 'Downloading input data',
      Training: 'Training image download completed. Training in progress.',
      Uploading: 'Uploading generated training model',
    },
    image: (request) => part(request, 'AlgorithmSpecification')['TrainingImage'] as string | undefined,
    instances: (request) => (part(request, 'ResourceConfig')['InstanceCount'] as number | undefined) ?? 1,
    vpc: (request) => request['VpcConfig'] as { Subnets?: string[] } | undefined,
    describe,
    summary,
  });
  return {
    CreateTrainingJob: async (call) => ({ TrainingJobArn: await jobs.create(call) }),
    DescribeTrainingJob: (call) => jobs.describe(call),
    ListTrainingJobs: (call) => {
      const { summaries, ...rest } = jobs.list(call);
      return { TrainingJobSummaries: summaries, ...rest };
    },
    StopTrainingJob: (call) => {
      jobs.stop(call);
      return {};
    },
  };
}

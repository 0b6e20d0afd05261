import { AwsError, type Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import type { JobRunner } from '../../../runner/job-interface.ts';
import { invalidTransform } from '../../../runner/transform-plan.ts';
import { arnOf, notFound } from './account.ts';
import { Jobs, shownStatus, type JobObserver } from './jobs.ts';
import type { JobRecord, ModelRecord, Request } from './records.ts';
import type { Store } from './store.ts';
import type { Tags } from './tags.ts';

interface Container {
  readonly Image?: string;
}

const containers = (model: Request = {}): readonly Container[] =>
  model['PrimaryContainer'] === undefined ? ((model['Containers'] ?? []) as Container[]) : [model['PrimaryContainer'] as Container];

const summary = (record: JobRecord): Request => ({
  TransformJobName: record.name,
  TransformJobArn: record.arn,
  CreationTime: record.creationTime,
  LastModifiedTime: record.lastModifiedTime,
  TransformEndTime: record.endTime,
  TransformJobStatus: shownStatus(record),
  FailureReason: record.end?.outcome === 'Failed' ? record.end.reason : undefined,
});

const describe = (record: JobRecord): Request => ({ ...record.request, ...summary(record), TransformStartTime: record.containerStart });

/** Batch transform: the model of a request is taken as it is when the job is created. */
export function transformJobOperations(
  platform: Platform,
  runner: JobRunner,
  models: Store<ModelRecord>,
  tags: Tags,
  observer: JobObserver,
): Record<string, (call: Call) => unknown> {
  const jobs = new Jobs(platform, runner, tags, observer, {
    kind: 'transform-job',
    words: 'transform job',
    phases: {
      Starting: 'Preparing the instances',
      Downloading: 'Downloading the model',
      Training: 'Transforming',
      Uploading: 'Uploading outputs',
      Restarting: 'The transform job is started again',
    },
    image: ({ model }) => containers(model)[0]?.Image,
    role: ({ model }) => (model?.['ExecutionRoleArn'] ?? '') as string,
    vpc: ({ model }) => model?.['VpcConfig'] as { Subnets?: string[] } | undefined,
    describe,
    summary,
  });
  const modelOf = (name: string): Request => {
    const record = models.get(name);
    if (record === undefined) throw notFound('model', arnOf(platform, 'model', name));
    if (containers(record.request).length > 1)
      throw new AwsError('OperationNotEmulated', 'The local environment transforms with models of one container.');
    return record.request;
  };
  return {
    CreateTransformJob: async (call) => {
      const invalid = invalidTransform(call.input);
      if (invalid !== undefined) throw new AwsError('ValidationException', invalid);
      const model = modelOf(call.input['ModelName'] as string);
      return { TransformJobArn: await jobs.create(call, { model }) };
    },
    DescribeTransformJob: (call) => jobs.describe(call),
    ListTransformJobs: (call) => {
      const { summaries, ...rest } = jobs.list(call);
      return { TransformJobSummaries: summaries, ...rest };
    },
    StopTransformJob: (call) => {
      jobs.stop(call);
      return {};
    },
  };
}

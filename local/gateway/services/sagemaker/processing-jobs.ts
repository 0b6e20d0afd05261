import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import type { JobRunner } from '../../../runner/job-interface.ts';
import { Jobs, shownStatus, type JobObserver } from './jobs.ts';
import type { JobRecord, Request } from './records.ts';
import type { Tags } from './tags.ts';

const summary = (record: JobRecord): Request => ({
  ProcessingJobName: record.name,
  ProcessingJobArn: record.arn,
  CreationTime: record.creationTime,
  LastModifiedTime: record.lastModifiedTime,
  ProcessingEndTime: record.endTime,
  ProcessingJobStatus: shownStatus(record),
  FailureReason: record.end?.outcome === 'Failed' ? record.end.reason : undefined,
  ExitMessage: record.end?.exitMessage,
});

const describe = (record: JobRecord): Request => ({ ...record.request, ...summary(record), ProcessingStartTime: record.containerStart });

export function processingJobOperations(
  platform: Platform,
  runner: JobRunner,
  tags: Tags,
  observer: JobObserver,
): Record<string, (call: Call) => unknown> {
  const jobs = new Jobs(platform, runner, tags, observer, {
    kind: 'processing-job',
    words: 'processing job',
    phases: {
      Starting: 'Preparing the instances',
      Downloading: 'Downloading inputs',
      Training: 'Processing',
      Uploading: 'Uploading outputs',
      Restarting: 'The processing job is started again',
    },
    image: ({ request }) => (request['AppSpecification'] as { ImageUri?: string } | undefined)?.ImageUri,
    role: ({ request }) => request['RoleArn'] as string,
    vpc: ({ request }) => (request['NetworkConfig'] as { VpcConfig?: { Subnets?: string[] } } | undefined)?.VpcConfig,
    describe,
    summary,
  });
  return {
    CreateProcessingJob: async (call) => ({ ProcessingJobArn: await jobs.create(call) }),
    DescribeProcessingJob: (call) => jobs.describe(call),
    ListProcessingJobs: (call) => {
      const { summaries, ...rest } = jobs.list(call);
      return { ProcessingJobSummaries: summaries, ...rest };
    },
    StopProcessingJob: (call) => {
      jobs.stop(call);
      return {};
    },
    DeleteProcessingJob: (call) => {
      jobs.delete(call);
      return {};
    },
  };
}

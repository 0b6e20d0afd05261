import { DescribeProcessingJobCommand, StopProcessingJobCommand } from '@aws-sdk/client-sagemaker';
import type { DescribeProcessingJobResponse } from '@aws-sdk/client-sagemaker';
import type { LabContext } from '../context.ts';
import type { FilledField } from '../secure/index.ts';
import { controlStates, sealOf } from '../secure/index.ts';
import { jobByName, LOG_GROUP } from '../jobs/job.ts';
import type { ProcessingJob } from './api.ts';

/** A processing job by name. Nothing is asked of AWS until it is used. */
export function processingJob(context: LabContext, name: string, fields: readonly FilledField[] = []): ProcessingJob {
  const { clients, environment } = context;
  const common = jobByName<DescribeProcessingJobResponse>(context, name, {
    kind: 'processing-jobs',
    title: 'Processing job',
    group: LOG_GROUP.processing,
    ask: (options) => clients.sageMaker.send(new DescribeProcessingJobCommand({ ProcessingJobName: name }), options),
    stateOf: ({ ProcessingJobStatus, ExitMessage, FailureReason }) => ({
      status: ProcessingJobStatus,
      message: ExitMessage,
      reason: FailureReason ?? ExitMessage,
    }),
  });
  return {
    kind: 'processing-jobs',
    name,
    fields,
    ...common,
    stop: async () => {
      await clients.sageMaker.send(new StopProcessingJobCommand({ ProcessingJobName: name }));
    },
    outputs: async () =>
      Object.fromEntries(
        ((await common.describe()).ProcessingOutputConfig?.Outputs ?? []).flatMap(({ OutputName, S3Output }) =>
          OutputName === undefined || S3Output?.S3Uri === undefined ? [] : [[OutputName, S3Output.S3Uri]],
        ),
      ),
    seal: async () => sealOf(name, controlStates('CreateProcessingJob', await common.describe(), environment)),
  };
}

import { DescribeTrainingJobCommand, StopTrainingJobCommand } from '@aws-sdk/client-sagemaker';
import type { DescribeTrainingJobResponse } from '@aws-sdk/client-sagemaker';
import type { LabContext } from '../context.ts';
import { jobByName, LOG_GROUP } from '../jobs/job.ts';
import { displayable, jobView } from '../notebook/display.ts';
import type { FilledField } from '../secure/index.ts';
import { controlStates, sealOf } from '../secure/index.ts';
import type { TrainingJob } from './api.ts';
import { metricsOf } from './metrics.ts';

/** A training job by name. Nothing is asked of AWS until it is used. */
export function trainingJob(context: LabContext, name: string, fields: readonly FilledField[] = []): TrainingJob {
  const { clients, environment } = context;
  const common = jobByName<DescribeTrainingJobResponse>(context, name, {
    kind: 'training-jobs',
    title: 'Training job',
    group: LOG_GROUP.training,
    ask: (options) => clients.sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }), options),
    stateOf: ({ TrainingJobStatus, SecondaryStatus, SecondaryStatusTransitions, FailureReason }) => ({
      status: TrainingJobStatus,
      phase: SecondaryStatus,
      message: SecondaryStatusTransitions?.at(-1)?.StatusMessage,
      reason: FailureReason,
    }),
  });
  const job: TrainingJob = {
    kind: 'training-jobs',
    name,
    fields,
    ...common,
    stop: async () => {
      await clients.sageMaker.send(new StopTrainingJobCommand({ TrainingJobName: name }));
    },
    metrics: async () => metricsOf(await common.describe(), common.logs({ follow: false })),
    seal: async () => sealOf(name, controlStates('CreateTrainingJob', await common.describe(), environment)),
  };
  return displayable(job, () => jobView(job, environment));
}

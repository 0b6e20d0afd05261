import { DescribeTrainingJobCommand, StopTrainingJobCommand } from '@aws-sdk/client-sagemaker';
import type { DescribeTrainingJobResponse } from '@aws-sdk/client-sagemaker';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { followLogs } from '../logs/follow.ts';
import { displayable, jobView } from '../notebook/display.ts';
import type { FilledField } from '../secure/index.ts';
import { controlStates, sealOf } from '../secure/index.ts';
import { poll } from '../waiting/poll.ts';
import type { JobProgress, TrainingJob } from './api.ts';
import { metricsOf } from './metrics.ts';

export const LOG_GROUP = {
  training: '/aws/sagemaker/TrainingJobs',
  processing: '/aws/sagemaker/ProcessingJobs',
  endpoint: '/aws/sagemaker/Endpoints',
} as const;
const ENDED = new Set(['Completed', 'Failed', 'Stopped']);

/** A training job by name. Nothing is asked of AWS until it is used. */
export function trainingJob(context: LabContext, name: string, fields: readonly FilledField[] = []): TrainingJob {
  const { clients, environment } = context;
  const describe = (signal?: AbortSignal) =>
    clients.sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }), signal === undefined ? {} : { abortSignal: signal });
  const job: TrainingJob = {
    kind: 'training-jobs',
    name,
    fields,
    describe: () => describe(),
    logs: (options = {}) =>
      followLogs(context, {
        ...options,
        group: LOG_GROUP.training,
        prefix: `${name}/`,
        ended: async () => ENDED.has((await describe()).TrainingJobStatus ?? ''),
      }),
    wait: async ({ onProgress, signal, timeout } = {}) => {
      const done = await poll<DescribeTrainingJobResponse>({
        ask: describe,
        isDone: ({ TrainingJobStatus }) => ENDED.has(TrainingJobStatus ?? ''),
        onAnswer: onProgress === undefined ? undefined : (answer, elapsed) => onProgress(progressOf(name, answer, elapsed)),
        signal: endSignal(context, signal),
        timeout,
        what: `Training job ${name}`,
      });
      if (done.TrainingJobStatus === 'Completed') return done;
      throw notCompleted(name, done.TrainingJobStatus ?? 'Failed', done.FailureReason, done.SecondaryStatus);
    },
    stop: async () => {
      await clients.sageMaker.send(new StopTrainingJobCommand({ TrainingJobName: name }));
    },
    metrics: async () => metricsOf(await describe(), job.logs({ follow: false })),
    seal: async () => sealOf(name, controlStates('CreateTrainingJob', await describe(), environment)),
  };
  return displayable(job, () => jobView(job, environment));
}

function progressOf(name: string, answer: DescribeTrainingJobResponse, elapsedSeconds: number): JobProgress {
  const last = answer.SecondaryStatusTransitions?.at(-1);
  return {
    name,
    status: answer.TrainingJobStatus ?? 'InProgress',
    phase: answer.SecondaryStatus,
    message: last?.StatusMessage,
    elapsedSeconds,
  };
}

/** The error of a job that did not complete; the message is the container's own. */
export function notCompleted(name: string, status: string, reason: string | undefined, phase?: string): SealabError {
  const why =
    reason ??
    (phase === 'MaxRuntimeExceeded' ? 'it ran longer than it may' : status === 'Stopped' ? 'it was stopped' : 'no reason was given');
  return new SealabError('JobNotCompleted', `${name} ended as ${status}: ${why}`, {
    remedy: 'Read its logs: `for await (const line of job.logs()) …`.',
    details: { name, status, reason, phase },
  });
}

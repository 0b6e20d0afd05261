import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { followLogs } from '../logs/follow.ts';
import type { ResourceKind } from '../listing/api.ts';
import { sightings } from '../listing/list.ts';
import { progressText, shown } from '../waiting/follow.ts';
import { watch } from '../waiting/watch.ts';
import type { WatchedState } from '../waiting/watch.ts';
import type { Job, JobProgress } from './api.ts';

export const LOG_GROUP = {
  training: '/aws/sagemaker/TrainingJobs',
  processing: '/aws/sagemaker/ProcessingJobs',
  transform: '/aws/sagemaker/TransformJobs',
  endpoint: '/aws/sagemaker/Endpoints',
} as const;
const ENDED = new Set(['Completed', 'Failed', 'Stopped']);

/** Where a kind of job has what every job has. */
interface JobKind<Answer> {
  /** Where it is listed: waits for several of a kind ask once for all of them. Without it each is asked for itself. */
  readonly kind?: ResourceKind;
  /** For messages: `Training job`. */
  readonly title: string;
  readonly group: string;
  readonly ask: (options: { abortSignal?: AbortSignal }) => Promise<Answer>;
  readonly stateOf: (answer: Answer) => {
    readonly status: string | undefined;
    readonly phase?: string | undefined;
    readonly message: string | undefined;
    /** Why it did not complete. */
    readonly reason: string | undefined;
  };
}

/** What a training and a processing job do alike. */
export function jobByName<Answer>(
  context: LabContext,
  name: string,
  { kind, title, group, ask, stateOf }: JobKind<Answer>,
): Pick<Job<Answer>, 'describe' | 'logs' | 'wait'> {
  const hasEnded = (answer: Answer) => ENDED.has(stateOf(answer).status ?? '');
  const progressOf = ({ status = 'InProgress', phase, message }: WatchedState, elapsedSeconds: number): JobProgress => ({
    name,
    status,
    phase,
    message,
    elapsedSeconds,
  });
  return {
    describe: () => ask({}),
    logs: (options = {}) => followLogs(context, { ...options, group, prefix: `${name}/`, ended: async () => hasEnded(await ask({})) }),
    wait: async ({ onProgress, signal, timeout, show } = {}) => {
      const watched = {
        kind: kind ?? title,
        name,
        title,
        ask,
        stateOf,
        isEnd: (status: string | undefined) => ENDED.has(status ?? ''),
        list: kind === undefined ? undefined : sightings(context, kind),
      };
      const done = await shown(onProgress === undefined ? show : (show ?? false), (line) =>
        watch<Answer>(context, watched, {
          onState: (state, elapsed) => {
            const progress = progressOf(state, elapsed);
            onProgress?.(progress);
            line?.show(progressText(progress));
          },
          signal: endSignal(context, signal),
          timeout,
        }),
      );
      const { status = 'Failed', phase, reason } = stateOf(done);
      if (status === 'Completed') return done;
      throw notCompleted(name, status, reason, phase);
    },
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

import { SealabError } from '../contract/index.ts';
import type { JobProgress } from '../jobs/api.ts';
import { inKernel, progressLine } from '../notebook/progress.ts';
import type { Answers, FollowOptions, Waitable, WaitAllOptions } from './api.ts';

const clock = (seconds: number): string => {
  const whole = Math.floor(seconds);
  return `${String(Math.floor(whole / 60)).padStart(2, '0')}:${String(whole % 60).padStart(2, '0')}`;
};

/** `train-1: InProgress, Training 01:12`. */
export const progressText = ({ name, status, phase, elapsedSeconds }: JobProgress): string =>
  `${name}: ${status}${phase === undefined || phase === status ? '' : `, ${phase}`} ${clock(elapsedSeconds)}`;

/** Runs a wait with a line that shows how far it is, where `show` asks for it: in a notebook unless said otherwise. */
export async function shown<T>(
  show: boolean | undefined,
  wait: (line: { show(text: string, share?: number): void } | undefined) => Promise<T>,
): Promise<T> {
  const line = (show ?? inKernel()) ? progressLine() : undefined;
  try {
    return await wait(line);
  } finally {
    await line?.end();
  }
}

/** How many jobs have which status: `3 of 200 done: 2 Completed, 1 Failed, 197 InProgress (Training 190, Starting 7)`. */
export function summaryText(states: ReadonlyMap<string, JobProgress>, ended: number, total: number): string {
  const statuses = new Map<string, number>();
  const phases = new Map<string, number>();
  const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const { status, phase } of states.values()) {
    count(statuses, status);
    if (status === 'InProgress' && phase !== undefined) count(phases, phase);
  }
  const listed = (counts: Map<string, number>, text: (name: string, n: number) => string) =>
    [...counts].map(([name, n]) => text(name, n)).join(', ');
  const running = phases.size === 0 ? '' : ` (${listed(phases, (name, n) => `${name} ${n}`)})`;
  return `${ended} of ${total} done${statuses.size === 0 ? '' : `: ${listed(statuses, (name, n) => `${n} ${name}`)}${running}`}`;
}

/** Reports of one job that say something new. */
function changesOnly(tell: (progress: JobProgress) => void): (progress: JobProgress) => void {
  let before = '';
  return (progress) => {
    const now = `${progress.status}/${progress.phase ?? ''}`;
    if (now === before) return;
    before = now;
    tell(progress);
  };
}

/**
 * Waits for all of them, also when one fails on the way.
 *
 * @throws SealabError `JobNotCompleted` that names each job that did not complete; `WaitEnded` when the wait itself was ended.
 */
export function waitAll<const Jobs extends readonly Waitable[]>(jobs: Jobs, options: WaitAllOptions = {}): Promise<Answers<Jobs>> {
  const { onProgress, signal, timeout, show } = options;
  return shown(onProgress === undefined ? show : (show ?? false), async (line) => {
    const states = new Map<string, JobProgress>();
    let ended = 0;
    const redraw = () => line?.show(summaryText(states, ended, jobs.length), jobs.length === 0 ? 1 : ended / jobs.length);
    const results = await Promise.allSettled(
      jobs.map(async (job) => {
        const changed = changesOnly((progress) => {
          states.set(progress.name, progress);
          onProgress?.(progress);
          redraw();
        });
        try {
          return await job.wait({
            show: false,
            onProgress: changed,
            ...(signal === undefined ? {} : { signal }),
            ...(timeout === undefined ? {} : { timeout }),
          });
        } finally {
          ended++;
          redraw();
        }
      }),
    );
    const failed = results.flatMap((result, index) =>
      result.status === 'rejected' ? [{ name: jobs[index]?.name ?? '', error: result.reason as unknown }] : [],
    );
    if (failed.length > 0) throw notAllCompleted(failed, jobs);
    return results.map((result) => (result.status === 'fulfilled' ? result.value : undefined)) as Answers<Jobs>;
  });
}

const MOST_IN_MESSAGE = 20;

function notAllCompleted(failed: readonly { readonly name: string; readonly error: unknown }[], jobs: readonly Waitable[]): SealabError {
  const codeOf = (error: unknown) => (error instanceof SealabError ? error.code : undefined);
  const waitOver = failed.every(({ error }) => codeOf(error) === 'WaitEnded');
  const messages = failed.slice(0, MOST_IN_MESSAGE).map(({ name, error }) => {
    const message = error instanceof Error ? error.message : String(error);
    return message.includes(name) ? message : `${name}: ${message}`;
  });
  const more = failed.length > MOST_IN_MESSAGE ? `\n… and ${failed.length - MOST_IN_MESSAGE} more, named in details.failed` : '';
  const names = new Set(failed.map(({ name }) => name));
  return new SealabError(
    waitOver ? 'WaitEnded' : 'JobNotCompleted',
    `${failed.length} of ${jobs.length} jobs ${waitOver ? 'were not done when the wait ended' : 'did not complete'}:\n${messages.join('\n')}${more}`,
    {
      remedy: waitOver ? 'They go on; wait again, or stop them.' : 'Read the logs of each: `for await (const line of job.logs()) …`.',
      details: {
        failed: failed.map(({ name, error }) => ({
          name,
          code: codeOf(error) ?? (error as Error).name,
          ...(error instanceof SealabError ? error.details : {}),
          message: error instanceof Error ? error.message : String(error),
        })),
        completed: jobs.map(({ name }) => name).filter((name) => !names.has(name)),
      },
      cause: failed[0]?.error,
    },
  );
}

/** The changes of several jobs as they happen, until all have ended. A job that fails is a change like any other. */
export async function* follow(jobs: readonly Waitable[], { signal, timeout }: FollowOptions = {}): AsyncGenerator<JobProgress, undefined> {
  const ended = new AbortController();
  const changes: JobProgress[] = [];
  let wake: (() => void) | undefined;
  let running = jobs.length;
  let problem: { readonly error: unknown } | undefined;
  for (const job of jobs) {
    job
      .wait({
        show: false,
        signal: signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal]),
        ...(timeout === undefined ? {} : { timeout }),
        onProgress: changesOnly((progress) => {
          changes.push(progress);
          wake?.();
        }),
      })
      .catch((error: unknown) => {
        if (!(error instanceof SealabError && error.code === 'JobNotCompleted')) problem ??= { error };
      })
      .finally(() => {
        running--;
        wake?.();
      })
      .catch(() => undefined);
  }
  try {
    for (;;) {
      for (let next = changes.shift(); next !== undefined; next = changes.shift()) yield next;
      if (problem !== undefined) throw problem.error;
      if (running === 0) return undefined;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    // A `break` out of the loop ends the waits.
    ended.abort();
  }
}

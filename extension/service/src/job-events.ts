import { setTimeout as delay } from 'node:timers/promises';
import type { LogLine, TrainingJob } from '@sealab/sdk';
import type { Send } from './event-stream.ts';
import { plainText } from './plain-text.ts';
import { hasEnded, jobState, type JobState } from './training-job-detail.ts';

export const shownLine = ({ source, timestamp, message, cursor }: LogLine) => ({ source, timestamp, message: plainText(message), cursor });
export type ShownLine = ReturnType<typeof shownLine>;

/** What happens to a job: its state when it changes, its log as it grows, then `end`. */
export type JobEvent =
  | { readonly type: 'state'; readonly state: JobState }
  | { readonly type: 'log'; readonly lines: readonly ShownLine[] }
  | { readonly type: 'end' }
  /** The stream has lived long enough; ask again behind the last line. */
  | { readonly type: 'again' };

const STATE_EVERY_MS = 1500;
/** Lines that arrive within this time travel as one event. */
const GATHER_MS = 80;
const MOST_LINES = 500;

async function sendStates(job: TrainingJob, send: Send<JobEvent>, signal: AbortSignal): Promise<void> {
  let last = '';
  for (;;) {
    const state = jobState(await job.describe());
    const now = JSON.stringify(state);
    if (now !== last) await send({ type: 'state', state });
    last = now;
    if (hasEnded(state.status)) return;
    await delay(STATE_EVERY_MS, undefined, { signal });
  }
}

async function sendLog(job: TrainingJob, after: string | undefined, send: Send<JobEvent>, signal: AbortSignal): Promise<void> {
  let lines: ShownLine[] = [];
  let gathering: NodeJS.Timeout | undefined;
  const flush = async () => {
    clearTimeout(gathering);
    gathering = undefined;
    const batch = lines;
    lines = [];
    if (batch.length > 0) await send({ type: 'log', lines: batch });
  };
  try {
    for await (const line of job.logs({ follow: true, signal, ...(after !== undefined && { after }) })) {
      lines.push(shownLine(line));
      if (lines.length >= MOST_LINES) await flush();
      else gathering ??= setTimeout(() => void flush().catch(() => undefined), GATHER_MS);
    }
  } finally {
    await flush();
  }
}

/** Sends until the job has ended and its log is read to the end, or `signal` aborts. */
export async function sendJobEvents(job: TrainingJob, after: string | undefined, send: Send<JobEvent>, signal: AbortSignal): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const both = [sendStates(job, send, either), sendLog(job, after, send, either)];
  try {
    await Promise.all(both);
  } catch (error) {
    failed.abort();
    await Promise.allSettled(both);
    throw error;
  }
  // A stop of the log by the signal is not the end of the job.
  if (!signal.aborted) await send({ type: 'end' });
}

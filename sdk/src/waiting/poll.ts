import { deadline, isAborted, sleep, waitEnded } from './sleep.ts';
import { isTransient } from './transient.ts';

export interface PollOptions<T> {
  /** Asks once. */
  readonly ask: (signal: AbortSignal) => Promise<T>;
  readonly isDone: (answer: T) => boolean;
  readonly onAnswer?: ((answer: T, elapsedSeconds: number) => void) | undefined;
  readonly signal: AbortSignal;
  /** Seconds. */
  readonly timeout?: number | undefined;
  /** For messages: `training job x`. */
  readonly what: string;
  /** Milliseconds before the second question; grows to `slowest`. */
  readonly quickest?: number;
  readonly slowest?: number;
}

const GIVE_UP_AFTER = 12;

/**
 * Asks until it is done: quickly at first, then more slowly, with jitter so that many waits do not ask at the same
 * moment. Throttling, lost connections and credentials that end on the way do not end the wait.
 *
 * @throws SealabError `WaitEnded` at the deadline or when aborted.
 */
export async function poll<T>({
  ask,
  isDone,
  onAnswer,
  signal,
  timeout,
  what,
  quickest = 300,
  slowest = 5_000,
}: PollOptions<T>): Promise<T> {
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  let pause = quickest;
  let failures = 0;
  for (;;) {
    if (isAborted(signal)) throw waitEnded(signal);
    try {
      const answer = await ask(signal);
      failures = 0;
      onAnswer?.(answer, elapsed());
      if (isDone(answer)) return answer;
    } catch (error) {
      if (isAborted(signal)) throw waitEnded(signal);
      if (!isTransient(error) || ++failures >= GIVE_UP_AFTER) throw error;
    }
    if (timeout !== undefined && elapsed() >= timeout) {
      throw deadline(what, timeout);
    }
    const left = timeout === undefined ? Infinity : timeout * 1000 - elapsed() * 1000;
    await sleep(Math.max(10, Math.min(pause * (0.75 + Math.random() / 2), left)), signal);
    pause = Math.min(pause * 1.4, slowest);
  }
}

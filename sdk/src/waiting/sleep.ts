import { SealabError } from '../contract/index.ts';

/** Waits; throws `WaitEnded` at once when the signal aborts. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(waitEnded(signal));
      return;
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    const onAbort = () => {
      clearTimeout(timer);
      reject(waitEnded(signal));
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** Asked anew each time: between two awaits the answer changes, which the compiler does not know of a property. */
export const isAborted = (signal: AbortSignal): boolean => signal.aborted;

/** The error of a wait that was ended from outside. */
export function waitEnded(signal: AbortSignal): SealabError {
  const reason: unknown = signal.reason;
  const why = reason instanceof Error ? reason.message : 'aborted';
  return new SealabError('WaitEnded', `The wait was ended: ${why}`, {
    remedy: 'What was waited for goes on; wait again to go on waiting.',
    details: { reason: 'aborted' },
    cause: reason,
  });
}

/** The error of a wait whose time is over. */
export const deadline = (what: string, timeout: number): SealabError =>
  new SealabError('WaitEnded', `${what} was not done after ${timeout} s.`, {
    remedy: 'It goes on; wait again, or stop it.',
    details: { reason: 'timeout', timeout },
  });

import { setTimeout as sleep } from 'node:timers/promises';

export const DISK_FULL = 'The disk of the local environment is full: make room on it and try again.';

const RETRY_MS = 1_000;

/** Whether an error, or what caused it, is a full disk or a used-up quota. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, cause } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' || isDiskFull(cause);
}

/** Writes what must not be lost: waits for room on a full disk, unless that is no use any more. */
export async function whenThereIsRoom(write: () => void, isUseless: () => boolean = () => false): Promise<void> {
  for (;;) {
    try {
      write();
      return;
    } catch (error) {
      if (!isDiskFull(error) || isUseless()) throw error;
      await sleep(RETRY_MS);
    }
  }
}

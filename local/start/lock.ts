import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HOME } from '../paths.ts';
import { readJson, writeJson } from '../json-file.ts';
import { identify } from '../runner/sandbox-files.ts';
import type { ProcessIdentity } from '../runner/sandbox-files.ts';
import { EnvironmentFailure } from './failure.ts';

const FILE = join(HOME, 'start.lock');

/** Whether the process that was remembered still runs: not another one with its number, not before a reboot. */
export function stillRuns(remembered: ProcessIdentity): boolean {
  const now = identify(remembered.pid);
  return now?.startTime === remembered.startTime && now.boot === remembered.boot;
}

/** One environment per home: two would write the same state. The lock of a process that is gone is taken over. */
export function holdHome(): () => void {
  mkdirSync(HOME, { recursive: true, mode: 0o700 });
  const holder = readJson(FILE) as ProcessIdentity | undefined;
  if (holder !== undefined && holder.pid !== process.pid && stillRuns(holder)) {
    throw new EnvironmentFailure(
      `Sealab runs already from this checkout (process ${String(holder.pid)}).`,
      'Stop it with Ctrl-C, or set SEALAB_HOME to another folder for a second environment.',
    );
  }
  writeJson(FILE, identify(process.pid));
  return () => rmSync(FILE, { force: true });
}

/**
 * Starts the environment that all journeys share, as a person does: by the command of `npm start`, in a home of its own.
 * `SEALAB_JOURNEYS_KEEP=1` goes on with the home of an earlier run, for quick repetition while writing a journey.
 */
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startSealab } from './running/start-command.mjs';

export default async function startEnvironment() {
  const home = resolve(import.meta.dirname, '../../.sealab/test');
  process.env.SEALAB_HOME = home;
  // Instead of AWS's 120 s, which nobody learns more from.
  process.env.SEALAB_STOP_GRACE_SECONDS = '30';
  if (process.env.SEALAB_JOURNEYS_KEEP === undefined) rmSync(home, { recursive: true, force: true });
  rmSync(join(home, '..', 'test-screenshots'), { recursive: true, force: true });
  await startSealab(home);
}

/** `npm start` as a child process, by the home that it works in: jest's setup, its tests and its teardown do not share memory. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const START = resolve(import.meta.dirname, '../../../scripts/start.mjs');
/** From a built checkout: Python environments and images may still have to be installed. */
const START_SECONDS = 600;
const STOP_SECONDS = 60;
const processFile = (home) => join(home, 'journeys.json');
const outputOf = (home) => join(home, 'journeys.out');

/** Whether the process runs; one that has ended and was not waited for does not. */
function runs(pid) {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Starts Sealab in `home` and resolves with the seconds that it took when it has printed the address of JupyterLab. */
export async function startSealab(home, args = []) {
  mkdirSync(home, { recursive: true });
  rmSync(outputOf(home), { force: true });
  const output = openSync(outputOf(home), 'a');
  const started = performance.now();
  const child = spawn(process.execPath, [START, ...args], {
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, SEALAB_HOME: home, CI: 'true' },
  });
  closeSync(output);
  child.unref();
  writeFileSync(processFile(home), JSON.stringify({ pid: child.pid }));
  const said = () => readFileSync(outputOf(home), 'utf8');
  for (;;) {
    if (/^ +http:\/\/127\.0\.0\.1:\d+\/\S+$/m.test(said())) return (performance.now() - started) / 1000;
    if (!runs(child.pid)) throw new Error(`npm start ended:\n${said()}`);
    if (performance.now() - started > START_SECONDS * 1000) {
      await stopSealab(home);
      throw new Error(`npm start took longer than ${START_SECONDS} s:\n${said()}`);
    }
    await pause(100);
  }
}

/** Ctrl-C. Resolves with the seconds that it took when the process has ended. */
export async function stopSealab(home) {
  const { pid } = JSON.parse(readFileSync(processFile(home), 'utf8'));
  if (!runs(pid)) return 0;
  const started = performance.now();
  process.kill(pid, 'SIGINT');
  while (runs(pid)) {
    if (performance.now() - started > STOP_SECONDS * 1000) {
      process.kill(pid, 'SIGKILL');
      throw new Error(`npm start did not stop within ${STOP_SECONDS} s:\n${readFileSync(outputOf(home), 'utf8')}`);
    }
    await pause(50);
  }
  return (performance.now() - started) / 1000;
}

/** Process ids of the processes that `npm start` runs, by the name of their log: `gateway`, `moto`. */
export const servicePid = (home, name) => JSON.parse(readFileSync(join(home, 'state', 'processes', `${name}.json`), 'utf8')).process.pid;

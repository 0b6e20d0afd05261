/** Programs that a command runs: each in a process group of its own, so that Ctrl-C ends them with everything that they started. */
import { spawn } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { UserError } from './progress.mjs';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

const GRACE_MS = 5_000;
/** For what must not be cut off: a package manager finishes what it unpacks. */
const CAREFUL_GRACE_MS = 120_000;
const running = new Map();
let interrupted = false;

/** Runs a program to its end; the answer is its exit code. After Ctrl-C there is no answer: the command is about to end. */
export async function runProgram(command, args, { output, careful = false, ...options } = {}) {
  const child = spawn(command, args, { cwd: root, detached: true, ...options });
  running.set(child, careful);
  output?.(child);
  try {
    return await new Promise((done, fail) => child.once('error', fail).once('close', done));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    throw new UserError(`The program ${command} is missing on this machine: install it, or put it into PATH.`);
  } finally {
    running.delete(child);
    if (interrupted) await new Promise(() => undefined);
  }
}

/** Lines of a program's output that say something to people who did not write it. */
const forPeople = (lines) => lines.filter((line) => !/^\s+at .*[(:]|^Node\.js v\d/.test(line));

/** Runs a program, showing its last line; a failure carries what it printed last, or `first`. */
export async function program(command, args, tell = () => undefined, { title = command, first = false, ...options } = {}) {
  const said = [];
  const output = (child) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (line.trim() === '') return;
        said.push(line);
        if (said.length > 20) said.splice(first ? 20 : 0, 1);
        tell(line);
      });
    }
  };
  const code = await runProgram(command, args, { stdio: ['ignore', 'pipe', 'pipe'], output, ...options });
  if (code !== 0) throw new UserError(`${title} failed:\n${forPeople(said).join('\n')}`);
}

/**
 * From now on Ctrl-C (or SIGTERM, or a closed terminal) ends the programs that run, then does `after`, then exits with 130.
 * The answer undoes that.
 */
export function endOnInterrupt(after = () => undefined) {
  const stop = () => {
    if (interrupted) return;
    interrupted = true;
    void Promise.all([...running].map(([child, careful]) => end(child, careful)))
      .then(after)
      .catch((error) => console.error(error.message))
      .finally(() => {
        console.error('\nStopped.');
        process.exit(130);
      });
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, stop);
  return () => signals.forEach((signal) => process.off(signal, stop));
}

/** Ends a process group, by force when it does not go. A careful program is asked itself and has time. */
async function end(child, careful) {
  const { pid } = child;
  if (pid === undefined) return;
  const signal = (name, whom = -pid) => {
    try {
      return process.kill(whom, name);
    } catch {
      return false;
    }
  };
  if (careful) signal('SIGINT', pid);
  else signal('SIGTERM');
  const deadline = Date.now() + (careful ? CAREFUL_GRACE_MS : GRACE_MS);
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) await pause(50);
  signal('SIGKILL');
}

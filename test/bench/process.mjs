/** Cold processes, timed from start to end, with the memory that they took for themselves. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 3;

/**
 * Runs a program to its end.
 *
 * @returns `seconds`, `line`: what it printed last, `megabytes`: the most anonymous memory that it held. Pages of files, such as
 * the program's own, are left out: the machine keeps them once however many processes use them, and gives them up when it must.
 */
export async function runCold(command, args, env, { watchMemory = false } = {}) {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  let [said, complained, kilobytes] = ['', '', 0];
  const watch = watchMemory && setInterval(() => (kilobytes = Math.max(kilobytes, anonymous(child.pid))), LOOK_EVERY_MS);
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (complained += chunk));
  const code = await new Promise((done, fail) => child.once('error', fail).once('close', done));
  const seconds = (performance.now() - started) / 1000;
  clearInterval(watch);
  if (code !== 0) throw new Error(`${command} ${args[0]} failed:\n${complained.slice(-2000)}`);
  return { seconds, line: said.trim().split('\n').at(-1), megabytes: kilobytes / 1024 };
}

/** kB; nothing once the process is gone. */
function anonymous(pid) {
  try {
    return Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

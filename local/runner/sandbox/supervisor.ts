/**
 * One process per sandbox, detached from whoever started it, so that a killed gateway loses no job. Argument: the
 * sandbox's folder. It runs bwrap, writes the output line by line with times, ends what outlives its time, and leaves
 * `exit.json`. SIGTERM asks the command to stop; SIGKILL follows after the grace period in `stop.json`.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { bubblewrapArguments } from './bubblewrap.ts';
import { readJson, writeJson } from './json-file.ts';
import { SANDBOX_FILES } from './spec.ts';
import type { SandboxExit, SandboxSpec } from './spec.ts';

const folder = process.argv[2] ?? '';
const file = (name: keyof typeof SANDBOX_FILES): string => join(folder, SANDBOX_FILES[name]);
const spec = JSON.parse(readFileSync(file('spec'), 'utf8')) as SandboxSpec;

const bwrap = spawn('bwrap', bubblewrapArguments(spec, folder, 3), { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], cwd: '/' });
const log = createWriteStream(file('log'), { flags: 'a' });
let firstProcess: number | undefined;
let stopped = false;
let timedOut = false;
let kill: NodeJS.Timeout | undefined;

/** SIGTERM to the sandbox's first process, which passes it on; SIGKILL to bwrap ends the whole namespace. */
function end(graceSeconds: number): void {
  if (firstProcess !== undefined) process.kill(firstProcess, 'SIGTERM');
  kill ??= setTimeout(() => bwrap.kill('SIGKILL'), graceSeconds * 1000);
}

const info = bwrap.stdio[3] as Readable;
let text = '';
info.on('data', (chunk: Buffer) => {
  text += chunk.toString();
  const pid = /"child-pid":\s*(\d+)/.exec(text)?.[1];
  if (pid !== undefined) firstProcess = Number(pid);
});

const lines = [bwrap.stdout, bwrap.stderr].map((stream) => {
  const reader = createInterface({ input: stream as Readable, crlfDelay: Infinity });
  reader.on('line', (line) => log.write(`${String(Date.now())} ${line}\n`));
  return new Promise<void>((resolve) => reader.once('close', resolve));
});

process.on('SIGTERM', () => {
  stopped = true;
  end(readJson<{ graceSeconds: number }>(file('stop'))?.graceSeconds ?? spec.graceSeconds);
});
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);

const deadline =
  spec.limits.runtimeSeconds === undefined
    ? undefined
    : setTimeout(() => {
        timedOut = true;
        end(spec.graceSeconds);
      }, spec.limits.runtimeSeconds * 1000);

const code = await new Promise<number>((resolve) => {
  bwrap.once('error', (error) => {
    log.write(`${String(Date.now())} bubblewrap could not be started: ${error.message}\n`);
    resolve(126);
  });
  bwrap.once('exit', (exitCode, signal) => resolve(exitCode ?? (signal === 'SIGKILL' ? 137 : 143)));
});
clearTimeout(deadline);
clearTimeout(kill);
await Promise.all(lines);
log.end();
await finished(log);
writeJson(file('exit'), { code, stopped, timedOut, endedAt: Date.now() } satisfies SandboxExit);
process.exit(0);

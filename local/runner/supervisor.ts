/**
 * Runs one sandbox from start to end: `node supervisor.js <folder>`. Detached from the gateway, which may die and come
 * back meanwhile. It imports nothing of the project but names of files and how to read and write them, so that it starts at once and stays small.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { whenThereIsRoom } from '../disk-full.ts';
import { readJson, writeJson } from '../json-file.ts';
import { FILES, identify } from './sandbox-files.ts';
import type { ProcessIdentity, SandboxExit, SupervisorSpec } from './sandbox-files.ts';
import { LogWriter } from './sandbox-log.ts';

/** setTimeout overflows above 24.8 days; SageMaker allows 28. */
const LONGEST_TIMER = 2 ** 31 - 1;
const DEFAULT_GRACE_SECONDS = 120;
const SHORT_GRACE_SECONDS = 5;

const folder = process.argv[2] ?? '';
const file = (name: keyof typeof FILES) => join(folder, FILES[name]);
const spec = readJson(file('spec')) as SupervisorSpec;

writeJson(file('process'), identify(process.pid));
const logFile = openSync(file('log'), 'a', 0o600);
const log = new LogWriter(logFile);
/** Enters the user namespace too: it owns the network. bubblewrap makes all other namespaces anew inside. */
const entering = ({ pid }: ProcessIdentity): string[] => [
  'nsenter',
  `--user=/proc/${String(pid)}/ns/user`,
  `--net=/proc/${String(pid)}/ns/net`,
  '--preserve-credentials',
  '--',
];
const [program, ...given] = [...(spec.joins === undefined ? [] : entering(spec.joins)), 'bwrap', '--args', '3', '--info-fd', '5'];
const sandbox = spawn(program, [...given, '--', ...spec.command], {
  stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
  env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
});
const [control, output, errors, args, status, info] = sandbox.stdio as unknown as [
  Writable,
  Readable,
  Readable,
  Writable,
  Readable,
  Readable,
];
for (const pipe of [control, args]) pipe.on('error', () => undefined);
args.end(spec.bubblewrap.map((argument) => `${argument}\0`).join(''));

let started = false;
let insider: ProcessIdentity | undefined;
let reason: SandboxExit['reason'] = 'exited';
let message = '';
let killTimer: NodeJS.Timeout | undefined;

let namespaces = '';
info.setEncoding('utf8').on('data', (text: string) => {
  namespaces += text;
  const pid = /"child-pid": (\d+)/.exec(namespaces)?.[1];
  if (pid !== undefined) insider ??= identify(Number(pid));
});
createInterface({ input: status }).on('line', (line) => {
  const event = JSON.parse(line) as { event: string; message?: string };
  if (event.event === 'started') {
    started = true;
    void whenThereIsRoom(
      () => {
        // First: whoever shares the network looks for it as soon as this one has started.
        if (insider !== undefined) writeJson(file('namespaces'), insider);
        writeJson(file('started'), { at: Date.now() });
      },
      () => reason === 'stopped',
    ).catch(() => undefined);
  } else if (event.event === 'out-of-memory' && reason === 'exited') reason = 'out-of-memory';
  else if (event.event === 'failed') message = event.message ?? '';
});
output.on('data', (chunk: Buffer) => log.write(chunk));
errors.on('data', (chunk: Buffer) => {
  if (started) log.write(chunk);
  else message += chunk.toString();
});

function stop(why: 'stopped' | 'max-runtime', graceSeconds: number): void {
  if (reason === 'exited') reason = why;
  control.write('term\n');
  clearTimeout(killTimer);
  killTimer = setTimeout(() => sandbox.kill('SIGKILL'), graceSeconds * 1000);
}

function stopAt(deadline: number): void {
  const left = deadline - Date.now();
  if (left <= 0) stop('max-runtime', spec.graceSeconds);
  else setTimeout(() => stopAt(deadline), Math.min(left, LONGEST_TIMER)).unref();
}
if (spec.maxRuntimeSeconds !== undefined) stopAt(Date.now() + spec.maxRuntimeSeconds * 1000);

process.on('SIGTERM', () => {
  const asked = readJson(file('stop')) as { graceSeconds: number } | undefined;
  stop('stopped', asked?.graceSeconds ?? DEFAULT_GRACE_SECONDS);
});
process.on('SIGUSR2', () => stop('stopped', SHORT_GRACE_SECONDS));
for (const signal of ['SIGHUP', 'SIGINT'] as const) process.on(signal, () => undefined);

function end(exit: SandboxExit): void {
  log.close();
  closeSync(logFile);
  // Without room for it nobody learns how this ended, but whoever stops everything must not wait for that.
  const done = (): void => process.exit(0);
  void whenThereIsRoom(
    () => writeJson(file('exit'), exit),
    () => reason === 'stopped',
  ).then(done, done);
}

sandbox.on('error', (error) => end({ reason: 'start-failed', exitCode: null, message: error.message, endedAt: Date.now() }));
// `close`, not `exit`: by then every line of output has arrived.
sandbox.on('close', (code, signal) => {
  const exitCode = code ?? (signal === 'SIGKILL' ? 137 : 143);
  if (started) end({ reason, exitCode, endedAt: Date.now() });
  else
    end({
      reason: 'start-failed',
      exitCode,
      message: message.trim().slice(0, 2000) || `bwrap ended with code ${String(exitCode)}`,
      endedAt: Date.now(),
    });
});

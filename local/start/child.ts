import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { readState, writeState } from '../gateway/state-file.ts';
import { PATHS } from '../paths.ts';
import { identify } from '../runner/sandbox-files.ts';
import type { ProcessIdentity } from '../runner/sandbox-files.ts';
import { EnvironmentFailure } from './failure.ts';
import { stillRuns } from './lock.ts';

export interface ChildOptions {
  /** Names its log file and its place in messages. */
  readonly name: string;
  readonly command: string;
  readonly args: (port: number) => readonly string[];
  readonly env: (port: number) => Readonly<Record<string, string>>;
  /** Seconds that it may take to print its ready line. */
  readonly readySeconds: number;
  /** Seconds between SIGTERM and SIGKILL. */
  readonly stopSeconds: number;
  /** Ends the start, not the service once it runs. */
  readonly signal?: AbortSignal | undefined;
}

/** A service of the environment in a process of its own: restarted when it dies, on the same port. */
export interface Child {
  readonly port: number;
  stop(): Promise<void>;
}

interface Remembered {
  readonly process: ProcessIdentity | undefined;
  readonly port: number;
}

const recordOf = (name: string): string => join(PATHS.state, 'processes', `${name}.json`);

/** Starts a service and resolves when it has printed `{"ready":true,"port":…}`. Prefers the port of the last run. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const earlier = readState<Remembered | undefined>(recordOf(options.name), undefined);
  if (earlier !== undefined) await endOrphan(earlier);
  let current = await launch(options, earlier?.port ?? 0).catch(async (error: unknown) => {
    // Somebody else may have taken the port meanwhile.
    if (earlier === undefined || options.signal?.aborted === true) throw error;
    return launch(options, 0);
  });
  let stopping = false;
  const { port } = current;

  const supervise = (): void => {
    current.process.once('exit', () => {
      if (!stopping) void restart();
    });
  };
  const restart = async (): Promise<void> => {
    for (let wait = 100; !stopping; wait = Math.min(wait * 2, 5_000)) {
      await sleep(wait);
      try {
        current = await launch(options, port);
        supervise();
        return;
      } catch {
        // Its log says why; tried again, more and more slowly.
      }
    }
  };
  supervise();
  return {
    port,
    async stop() {
      stopping = true;
      await end(current.process, options.stopSeconds);
    },
  };
}

async function launch(options: ChildOptions, port: number): Promise<{ process: ChildProcess; port: number }> {
  mkdirSync(PATHS.logs, { recursive: true, mode: 0o700 });
  const logFile = join(PATHS.logs, `${options.name}.log`);
  const log = openSync(logFile, 'a', 0o600);
  // A process group of its own: Ctrl-C is for us, who stop the parts in order.
  const child = spawn(options.command, options.args(port), {
    detached: true,
    stdio: ['ignore', 'pipe', log],
    env: { ...process.env, ...options.env(port) },
  });
  const ready = await new Promise<number | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), options.readySeconds * 1000);
    const done = (value: number | undefined): void => {
      clearTimeout(timer);
      resolve(value);
    };
    options.signal?.addEventListener('abort', () => done(undefined), { once: true });
    child.once('error', () => done(undefined));
    child.once('exit', () => done(undefined));
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const port = /^\{"ready": ?true, ?"port": ?(\d+)/.exec(line)?.[1];
        if (port !== undefined) done(Number(port));
      });
    }
  });
  if (ready === undefined || child.pid === undefined) {
    await end(child, 1);
    options.signal?.throwIfAborted();
    const last = readFileSync(logFile, 'utf8').trim().split('\n').at(-1) ?? '';
    throw new EnvironmentFailure(
      `The local ${options.name} did not start: ${last.slice(0, 300)}`,
      `Its log is logs/${options.name}.log in the environment’s folder.`,
    );
  }
  writeState(recordOf(options.name), { process: identify(child.pid), port: ready } satisfies Remembered);
  return { process: child, port: ready };
}

/** A service that an earlier run left behind because it was killed itself. */
async function endOrphan({ process: orphan }: Remembered): Promise<void> {
  if (orphan === undefined || !stillRuns(orphan)) return;
  process.kill(orphan.pid, 'SIGTERM');
  for (let i = 0; i < 100 && stillRuns(orphan); i++) await sleep(100);
  if (stillRuns(orphan)) process.kill(orphan.pid, 'SIGKILL');
}

async function end(child: ChildProcess, seconds: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
  await gone;
  clearTimeout(timer);
}

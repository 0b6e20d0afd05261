import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { supervisorScript } from './bubblewrap.ts';
import { readJson, writeJson } from './json-file.ts';
import { SANDBOX_FILES } from './spec.ts';
import type { SandboxExit, SandboxSpec } from './spec.ts';

interface Supervisor {
  readonly pid: number;
  /** Kernel start time of the process: tells it from a later one with the same number. */
  readonly startedAt: string;
}

/** A running or ended sandbox, known by its folder alone, so that it can be taken up again after a restart. */
export interface Sandbox {
  readonly folder: string;
  readonly log: string;
  /** `undefined` while it runs. A sandbox whose supervisor vanished has ended with code 137. */
  exit(): SandboxExit | undefined;
  /** Resolves when it has ended. */
  ended(signal?: AbortSignal): Promise<SandboxExit>;
  /** SIGTERM, then SIGKILL after `graceSeconds`; resolves when it has ended. */
  stop(graceSeconds: number): Promise<SandboxExit>;
}

/** Start time of a process in clock ticks since boot, field 22 of /proc/PID/stat; `undefined` when there is none. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** Starts a sandbox in `folder`, which is its state from then on. */
export function startSandbox(folder: string, spec: SandboxSpec): Sandbox {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeJson(join(folder, SANDBOX_FILES.spec), spec);
  const child = spawn(process.execPath, ['--max-old-space-size=64', supervisorScript(), folder], {
    detached: true,
    stdio: 'ignore',
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', ...(process.env['SEALAB_HOME'] === undefined ? {} : { SEALAB_HOME: process.env['SEALAB_HOME'] }) },
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`The supervisor of sandbox ${spec.id} could not be started.`);
  child.unref();
  writeJson(join(folder, SANDBOX_FILES.supervisor), { pid, startedAt: startTime(pid) ?? '' } satisfies Supervisor);
  return attachSandbox(folder);
}

/** Takes up a sandbox by its folder. */
export function attachSandbox(folder: string): Sandbox {
  const supervisor = readJson<Supervisor>(join(folder, SANDBOX_FILES.supervisor));
  const alive = (): boolean => supervisor !== undefined && startTime(supervisor.pid) === supervisor.startedAt;
  const exit = (): SandboxExit | undefined => {
    const running = alive();
    const left = readJson<SandboxExit>(join(folder, SANDBOX_FILES.exit));
    return left ?? (running ? undefined : { code: 137, stopped: false, timedOut: false, endedAt: Date.now() });
  };
  const ended = async (signal?: AbortSignal): Promise<SandboxExit> => {
    for (;;) {
      const result = exit();
      if (result !== undefined) return result;
      await sleep(100, undefined, signal === undefined ? {} : { signal });
    }
  };
  return {
    folder,
    log: join(folder, SANDBOX_FILES.log),
    exit,
    ended,
    async stop(graceSeconds) {
      const already = exit();
      if (already !== undefined) return already;
      writeJson(join(folder, SANDBOX_FILES.stop), { graceSeconds });
      if (supervisor !== undefined) process.kill(supervisor.pid, 'SIGTERM');
      return ended();
    },
  };
}

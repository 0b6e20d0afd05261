import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../json-file.ts';

/** Names in a sandbox's folder. The supervisor and the gateway talk through these files, so that either may be restarted. */
export const FILES = {
  spec: 'spec.json',
  process: 'process.json',
  started: 'started.json',
  namespaces: 'namespaces.json',
  stop: 'stop.json',
  log: 'log',
  exit: 'exit.json',
} as const;

/** What the supervisor needs to run one sandbox. */
export interface SupervisorSpec {
  /** Arguments of bubblewrap, environment included: passed by a pipe, so that no list of processes shows them. */
  readonly bubblewrap: readonly string[];
  /** First process inside. */
  readonly command: readonly string[];
  readonly maxRuntimeSeconds: number | undefined;
  /** Seconds between SIGTERM and SIGKILL when the maximal runtime is over. */
  readonly graceSeconds: number;
  /** A process in the network that this sandbox shares; one of its own when left out. */
  readonly joins?: ProcessIdentity;
}

/** How a sandbox ended. `lost`: its supervisor died (SIGKILL, power cut), so nobody saw the end. */
export interface SandboxExit {
  readonly reason: 'exited' | 'stopped' | 'max-runtime' | 'out-of-memory' | 'start-failed' | 'lost';
  readonly exitCode: number | null;
  /** What could not be started and why; only with `start-failed`. */
  readonly message?: string;
  /** Epoch milliseconds; 0 when unknown. */
  readonly endedAt: number;
}

/** A process that can be recognised again: ids are reused, start times are not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, `/proc/<pid>/stat` field 22. */
  readonly startTime: string;
  /** `boot_id` of the kernel: after a reboot every identity is stale. */
  readonly boot: string;
}

export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The name in parentheses may hold blanks and parentheses itself.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    return { pid, startTime: fields[18] ?? '', boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() };
  } catch {
    return undefined;
  }
}

/** The supervisor of the sandbox in `folder`, as long as it lives. */
export const supervisorOf = (folder: string): ProcessIdentity | undefined => living(folder, 'process');

/** A process in the namespaces of the sandbox in `folder`, as long as it lives. */
export const insiderOf = (folder: string): ProcessIdentity | undefined => living(folder, 'namespaces');

function living(folder: string, file: 'process' | 'namespaces'): ProcessIdentity | undefined {
  const known = readJson(join(folder, FILES[file])) as ProcessIdentity | undefined;
  if (known === undefined) return undefined;
  const now = identify(known.pid);
  return now?.startTime === known.startTime && now.boot === known.boot ? now : undefined;
}

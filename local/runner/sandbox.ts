import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDiskFull } from '../disk-full.ts';
import { readJson, writeJson } from '../json-file.ts';
import { PATHS, REPOSITORY } from '../paths.ts';
import { requireBubblewrap, SandboxUnavailable, systemFolders, systemSettings } from './bubblewrap.ts';
import type { SandboxImage } from './image-relocation.ts';
import { imageMounts } from './image-relocation.ts';
import { CERTIFICATES, sandboxEnvironment } from './sandbox-environment.ts';
import type { SandboxExit, SupervisorSpec } from './sandbox-files.ts';
import { FILES, insiderOf, supervisorOf } from './sandbox-files.ts';

export type { SandboxExit } from './sandbox-files.ts';
export { SandboxUnavailable } from './bubblewrap.ts';

export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly writable?: boolean;
}

/** A Unix socket of the host, offered inside as a port of 127.0.0.1. Its folder is bound, so it may be made anew meanwhile. */
export interface SocketRoute {
  readonly socket: string;
  readonly port: number;
}

export interface SandboxOptions {
  /** Also the name of its folder: letters, digits, `.`, `_` and `-`. A sandbox of the same id that has ended is replaced. */
  readonly id: string;
  readonly image: SandboxImage;
  readonly command: readonly [string, ...string[]];
  /** The caller's variables; what would change which programs run is left out. */
  readonly env?: Readonly<Record<string, string>>;
  /** The platform's variables: win over `env`. */
  readonly platformEnv?: Readonly<Record<string, string>>;
  readonly mounts?: readonly Mount[];
  /** `none`: a loopback interface of its own and nothing else. `sockets`: that, and the routes below. `shared`: that of another sandbox. */
  readonly network: 'none' | 'sockets' | 'shared';
  /** With `shared`: id of the sandbox, which must run. */
  readonly networkOf?: string;
  /** Further names in `/etc/hosts`, with their addresses. */
  readonly hosts?: Readonly<Record<string, string>>;
  readonly sockets?: { readonly gateway?: SocketRoute; readonly credentials?: SocketRoute; readonly mirror?: SocketRoute };
  /** A Unix socket for the host that leads to a port inside. Its folder is bound, so give it one of its own. */
  readonly publish?: SocketRoute;
  /** CA certificates that the sandbox trusts. */
  readonly caFile?: string;
  readonly limits: {
    /** For all processes together, and for each of them. */
    readonly memoryMb: number;
    readonly cpus?: number;
    readonly maxRuntimeSeconds?: number;
    /** Largest file, in MB. */
    readonly fileMb?: number;
    readonly processes?: number;
  };
  /** Who the command is inside; outside it is whoever runs the gateway. */
  readonly user: 'root' | 'ec2-user';
  readonly hostname?: string;
  readonly workingDirectory?: string;
  /** Between SIGTERM and SIGKILL when the maximal runtime is over. */
  readonly graceSeconds?: number;
}

/** A sandbox that was started, by this process or by one before it. */
export interface Sandbox {
  readonly id: string;
  readonly folder: string;
  readonly logFile: string;
  /** How it ended, as soon as it has. */
  exited(): Promise<SandboxExit>;
  /** How it ended, or `undefined` while it runs. */
  exit(): SandboxExit | undefined;
}

const USERS = { root: { uid: 0, home: '/root' }, 'ec2-user': { uid: 1000, home: '/home/ec2-user' } } as const;
const START_DEADLINE_MS = 30_000;
const POLL_MS = 100;
const INSIDE = '/run/sealab';

export function sandboxFolder(id: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(id)) throw new TypeError(`${id} cannot name a sandbox.`);
  return join(PATHS.sandboxes, id);
}

/**
 * Starts a sandbox under a supervisor of its own, which outlives this process.
 * @throws SandboxUnavailable when this machine cannot isolate; Error with the reason when the command cannot start.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  await requireBubblewrap();
  const folder = sandboxFolder(options.id);
  if (isRunning(folder)) throw new Error(`Sandbox ${options.id} runs already.`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const joins = options.networkOf === undefined ? undefined : insiderOf(sandboxFolder(options.networkOf));
  if (options.network === 'shared' && joins === undefined)
    throw new Error(`Sandbox ${options.networkOf ?? ''} has no network to share: it does not run.`);
  const spec: SupervisorSpec = {
    ...(joins === undefined ? {} : { joins }),
    bubblewrap: bubblewrapArguments(options, folder),
    command: [`${options.image.mountPoint}/bin/python`, '-I', '-S', `${INSIDE}/init.py`],
    maxRuntimeSeconds: options.limits.maxRuntimeSeconds,
    graceSeconds: options.graceSeconds ?? 120,
  };
  writeJson(join(folder, FILES.spec), spec);
  const supervisor = spawn(process.execPath, ['--max-semi-space-size=1', join(REPOSITORY, 'local/dist/runner/supervisor.js'), folder], {
    detached: true,
    stdio: 'ignore',
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
  });
  const failed = new Promise<never>((_, reject) => supervisor.once('error', reject));
  const gone = new Promise<void>((resolve) => supervisor.once('exit', () => resolve()));
  supervisor.unref();
  await Promise.race([started(options.id, folder, gone), failed]);
  return handle(options.id, folder);
}

/** The sandbox of this id, running or ended, or `undefined` if there never was one (or it was removed). */
export function attachSandbox(id: string): Sandbox | undefined {
  const folder = sandboxFolder(id);
  return readJson(join(folder, FILES.spec)) === undefined ? undefined : handle(id, folder);
}

/**
 * SIGTERM to everything in the sandbox, SIGKILL after the grace period.
 * @returns how it ended; at once when it had ended before
 */
export async function stopSandbox(id: string, graceSeconds: number): Promise<SandboxExit> {
  const folder = sandboxFolder(id);
  const supervisor = supervisorOf(folder);
  if (supervisor !== undefined && readJson(join(folder, FILES.exit)) === undefined) {
    let signal: NodeJS.Signals = 'SIGTERM';
    try {
      writeJson(join(folder, FILES.stop), { graceSeconds });
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      // No room for the seconds: the supervisor gives a few.
      signal = 'SIGUSR2';
    }
    try {
      process.kill(supervisor.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  return handle(id, folder).exited();
}

/** Forgets a sandbox that has ended, its files included. */
export function removeSandbox(id: string): void {
  const folder = sandboxFolder(id);
  if (isRunning(folder)) throw new Error(`Sandbox ${id} still runs.`);
  rmSync(folder, { recursive: true, force: true });
}

/** A supervisor that has written how its sandbox ended is about to go. */
const isRunning = (folder: string): boolean => supervisorOf(folder) !== undefined && readJson(join(folder, FILES.exit)) === undefined;

function handle(id: string, folder: string): Sandbox {
  const exit = (): SandboxExit | undefined => {
    const running = supervisorOf(folder) !== undefined;
    // In this order: the supervisor writes the file before it ends.
    const found = readJson(join(folder, FILES.exit)) as SandboxExit | undefined;
    if (found !== undefined) return found;
    return running ? undefined : { reason: 'lost', exitCode: null, endedAt: 0 };
  };
  return {
    id,
    folder,
    logFile: join(folder, FILES.log),
    exit,
    async exited() {
      for (;;) {
        const ended = exit();
        if (ended !== undefined) return ended;
        await sleep(POLL_MS);
      }
    },
  };
}

async function started(id: string, folder: string, gone: Promise<void>): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MS;
  const supervisor = { ended: false };
  void gone.then(() => (supervisor.ended = true));
  while (Date.now() < deadline) {
    const { ended } = supervisor;
    if (readJson(join(folder, FILES.started)) !== undefined) return;
    const exit = readJson(join(folder, FILES.exit)) as SandboxExit | undefined;
    if (exit !== undefined) {
      const what = exit.message ?? `ended with code ${String(exit.exitCode)}`;
      if (what.startsWith('bwrap: ')) throw new SandboxUnavailable(`Sandbox ${id} cannot be made: ${what}`);
      throw new Error(`Sandbox ${id} cannot start: ${what}`);
    }
    if (ended) break;
    await sleep(10);
  }
  throw new Error(
    `Sandbox ${id} cannot start: ${supervisor.ended ? 'its supervisor ended at once' : `nothing heard for ${String(START_DEADLINE_MS / 1000)} s`}.`,
  );
}

function bubblewrapArguments(options: SandboxOptions, folder: string): string[] {
  const { uid, home } = USERS[options.user];
  const hostname = options.hostname ?? 'algo-1';
  const made = (name: string, content?: string) => {
    const path = join(folder, name);
    if (content === undefined) mkdirSync(path, { recursive: true });
    else writeFileSync(path, content);
    return path;
  };
  const settings = {
    passwd: `root:x:0:0:root:/root:/bin/bash\nec2-user:x:1000:1000:EC2 Default User:/home/ec2-user:/bin/bash\nnobody:x:65534:65534:nobody:/:/bin/false\n`,
    group: 'root:x:0:\nec2-user:x:1000:\nnogroup:x:65534:\n',
    hosts: hostsFile(hostname, options.hosts ?? {}),
    'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
    hostname: `${hostname}\n`,
  };
  const image = imageMounts(options.image);
  const routes = options.network === 'sockets' ? Object.entries(options.sockets ?? {}) : [];
  const init = {
    command: options.command,
    workingDirectory: options.workingDirectory ?? '/',
    outward: routes.map(([name, route]) => ({ port: route.port, socket: `${INSIDE}/${name}/${basename(route.socket)}` })),
    inward:
      options.publish === undefined
        ? []
        : [{ port: options.publish.port, socket: `${INSIDE}/published/${basename(options.publish.socket)}` }],
    cpus: options.limits.cpus,
    limits: { memoryMb: options.limits.memoryMb, fileMb: options.limits.fileMb, processes: options.limits.processes ?? 4096 },
  };
  const environment = sandboxEnvironment(options.env ?? {}, {
    HOME: home,
    LANG: 'C.UTF-8',
    ...image.env,
    PATH: `${image.path}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    ...options.platformEnv,
  });
  const source = join(REPOSITORY, 'local/runner');
  return [
    ...[
      '--unshare-all',
      ...(options.network === 'shared' ? ['--share-net'] : []),
      '--die-with-parent',
      '--new-session',
      '--cap-drop',
      'ALL',
      '--clearenv',
    ],
    ...['--uid', String(uid), '--gid', String(uid), '--hostname', hostname],
    ...systemFolders(),
    ...['--proc', '/proc', '--dev', '/dev', '--size', String(options.limits.memoryMb * 1024 * 1024), '--tmpfs', '/dev/shm'],
    // Where libraries count physical processors (joblib, OpenMP), as they do in a container.
    ...['--ro-bind-try', '/sys/devices/system/cpu', '/sys/devices/system/cpu'],
    ...['--tmpfs', '/run', '--tmpfs', '/opt', '--dir', '/var', '--bind', made('tmp'), '/tmp', '--symlink', '../tmp', '/var/tmp'],
    ...['--bind', made('root'), '/root', '--bind', made('home'), '/home/ec2-user'],
    ...systemSettings(),
    ...Object.entries(settings).flatMap(([name, content]) => ['--ro-bind', made(`etc-${name}`, content), `/etc/${name}`]),
    ...(options.caFile === undefined ? [] : trusted(options.caFile)),
    ...image.mounts,
    ...(options.mounts ?? []).flatMap((mount) => [mount.writable === true ? '--bind' : '--ro-bind', mount.source, mount.target]),
    ...['init.py', 'bridge.py'].flatMap((name) => ['--ro-bind', join(source, name), `${INSIDE}/${name}`]),
    ...['--ro-bind', made('init.json', JSON.stringify(init)), `${INSIDE}/init.json`],
    // Read-only binds still let one connect to a socket.
    ...routes.flatMap(([name, route]) => ['--ro-bind', dirname(route.socket), `${INSIDE}/${name}`]),
    ...(options.publish === undefined ? [] : ['--bind', dirname(options.publish.socket), `${INSIDE}/published`]),
    ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
  ];
}

const hostsFile = (hostname: string, others: Readonly<Record<string, string>>): string => {
  const own = others[hostname] === undefined ? ` ${hostname}` : '';
  const lines = Object.entries(others).map(([name, address]) => `${address} ${name}\n`);
  return `127.0.0.1 localhost${own}\n::1 localhost\n${lines.join('')}`;
};

const trusted = (caFile: string): string[] =>
  [CERTIFICATES, '/etc/ssl/certs/ca-certificates.crt', '/etc/ssl/cert.pem'].flatMap((path) => ['--ro-bind', caFile, path]);

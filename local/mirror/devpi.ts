import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { HOME, PATHS, socketFolder } from '../paths.ts';
import type { Approved } from './approved.ts';
import { mirrorPython } from './python.ts';

const run = promisify(execFile);
const START_DEADLINE_MS = 60_000;

/** Index of approved packages, and the one below it that caches the upstream. `front.ts` relies on `upstream` in file links. */
const APPROVED = 'root/approved';
const UPSTREAM = 'root/upstream';

/** Where packages come from: the index that pip on this machine is set up with, else devpi's own default. */
async function upstream(python: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const configured = environment['PIP_INDEX_URL'] ?? (await pipSetting('global.index-url'));
  if (configured !== undefined) return configured;
  const { stdout } = await run(python, [
    '-W',
    'ignore',
    '-c',
    'from devpi_server.main import _pypi_ixconfig_default as d; print(d["mirror_url"])',
  ]);
  return stdout.trim();

  async function pipSetting(name: string): Promise<string | undefined> {
    const answer = await run(python, ['-m', 'pip', 'config', 'get', name]).catch(() => undefined);
    return answer?.stdout.trim();
  }
}

/** Certificates that pip trusts on this machine, for devpi's own requests. */
async function trust(python: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const configured = await run(python, ['-m', 'pip', 'config', 'get', 'global.cert']).catch(() => undefined);
  return environment['PIP_CERT'] ?? environment['SSL_CERT_FILE'] ?? configured?.stdout.trim();
}

/**
 * devpi-server with one constrained index over one upstream mirror. It starts at the first request, because most sessions
 * never install a package and it takes seconds and 90 MB; one that died starts again at the next.
 */
export class Devpi {
  readonly #folder = join(HOME, 'mirror', 'devpi');
  readonly #approved: Approved;
  #child: ChildProcess | undefined;
  #ready: Promise<void> | undefined;

  constructor(approved: Approved) {
    this.#approved = approved;
  }

  get socket(): string {
    return join(socketFolder(), 'devpi.sock');
  }

  /** The answer to a GET below `/root/`; the caller reads the body. */
  async get(path: string, headers: Record<string, string>): Promise<IncomingMessage> {
    this.#ready ??= this.#start().catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    await this.#ready;
    return this.#send('GET', path, headers);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child?.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await gone;
      clearTimeout(late);
    }
    // Also one that an earlier run left.
    await rm(this.socket, { force: true });
  }

  async #start(): Promise<void> {
    const python = await mirrorPython();
    const program = (name: string) => join(python, '..', name);
    await mkdir(PATHS.logs, { recursive: true });
    const cert = await trust(python, process.env);
    const env = {
      ...process.env,
      PYTHONWARNINGS: 'ignore',
      ...(cert === undefined ? {} : { SSL_CERT_FILE: cert, REQUESTS_CA_BUNDLE: cert }),
    };
    if (!existsSync(join(this.#folder, '.serverversion'))) {
      await mkdir(join(this.#folder, '..'), { recursive: true });
      await run(program('devpi-init'), ['--serverdir', this.#folder, '--no-root-pypi'], { env });
    }
    await rm(this.socket, { force: true });
    const log = openSync(join(PATHS.logs, 'devpi.log'), 'a');
    const child = spawn(program('devpi-server'), ['--serverdir', this.#folder, '--unix-socket', this.socket, '--threads', '6'], {
      env,
      stdio: ['ignore', log, log],
    });
    this.#child = child;
    child.once('exit', () => (this.#ready = undefined));
    const deadline = Date.now() + START_DEADLINE_MS;
    while (!(await this.#answers())) {
      if (child.exitCode !== null)
        throw new Error(`devpi-server ended with exit code ${child.exitCode}; see ${join(PATHS.logs, 'devpi.log')}`);
      if (Date.now() > deadline) throw new Error('devpi-server did not start within a minute');
      await pause(100);
    }
    await this.#configure(await upstream(python, process.env));
  }

  async #configure(url: string): Promise<void> {
    const login = await this.#json('POST', '/+login', { user: 'root', password: '' });
    const { password } = (login as { result: { password: string } }).result;
    const auth = { 'x-devpi-auth': Buffer.from(`root:${password}`).toString('base64') };
    // Without mirror_no_project_list devpi would fetch the list of every project that the upstream has.
    await this.#index(UPSTREAM, { type: 'mirror', volatile: false, mirror_url: url, mirror_no_project_list: true }, auth);
    const constraints = [...this.#approved].map(([name, versions]) => (versions.size === 1 ? `${name}==${[...versions].join('')}` : name));
    await this.#index(APPROVED, { type: 'constrained', volatile: true, bases: [UPSTREAM], constraints: [...constraints, '*'] }, auth);
  }

  async #index(name: string, configuration: object, auth: Record<string, string>): Promise<void> {
    const exists = (await this.#send('GET', `/${name}?no_projects=`, { accept: 'application/json' })).resume().statusCode === 200;
    await this.#json(exists ? 'PATCH' : 'PUT', `/${name}`, configuration, auth);
  }

  async #answers(): Promise<boolean> {
    return this.#send('GET', '/+api', {}).then(
      (answer) => answer.resume().statusCode === 200,
      () => false,
    );
  }

  async #json(method: string, path: string, body: object, headers: Record<string, string> = {}): Promise<unknown> {
    const answer = await this.#send(
      method,
      path,
      { ...headers, accept: 'application/json', 'content-type': 'application/json' },
      JSON.stringify(body),
    );
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    if ((answer.statusCode ?? 500) >= 300) throw new Error(`devpi-server refused ${method} ${path}: ${text.slice(0, 500)}`);
    return JSON.parse(text);
  }

  #send(method: string, path: string, headers: Record<string, string>, body?: string): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      request({ socketPath: this.socket, method, path, headers: { host: 'devpi', ...headers } }, resolve)
        .once('error', reject)
        .end(body);
    });
  }
}

export const approvedPage = (project: string) => `/${APPROVED}/+simple/${project}/`;

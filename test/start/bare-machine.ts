import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from '@jest/globals';

export const ROOT = resolve(import.meta.dirname, '../..');

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Python itself, which a version manager's command of that name is not. */
export const PYTHON = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout.trim();

/** What `npm start` looks for on a machine, and what the tests' own scripts need. */
const NAMES = ['apt-get', 'bwrap', 'cc', 'chmod', 'cp', 'mkdir', 'sh', 'sleep', 'true'];
const PROGRAMS = [
  ...NAMES.flatMap((name) => {
    const path = (process.env['PATH'] ?? '')
      .split(':')
      .map((folder) => join(folder, name))
      .find(existsSync);
    return path === undefined ? [] : [[name, path] as const];
  }),
  ['python3', PYTHON] as const,
];

/** A machine with few programs, some of them ours: a folder of links that is all of PATH. */
export class BareMachine {
  readonly folder = mkdtempSync(join(tmpdir(), 'sealab-bare-'));
  readonly bin = join(this.folder, 'bin');
  /** Not made: nothing may be left of a start that could not begin. */
  readonly home = join(this.folder, 'home');

  constructor(without: readonly string[], scripts: Readonly<Record<string, string>> = {}) {
    mkdirSync(this.bin);
    for (const [name, path] of PROGRAMS) if (!without.includes(name) && !(name in scripts)) symlinkSync(path, join(this.bin, name));
    for (const [name, script] of Object.entries(scripts)) this.write(name, script);
  }

  /** Puts a shell script into PATH. Returns where it is. */
  write(name: string, script: string): string {
    const path = join(this.bin, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** `npm start` as npm runs it. `inside`: a command line in front, `env`: what differs from this process. */
  start({ inside = [], node = [], env = {} }: { inside?: string[]; node?: string[]; env?: Record<string, string> } = {}): Promise<Ended> {
    const [command, ...args] = [...inside, process.execPath, ...node, join(ROOT, 'scripts/start.mjs')];
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, SEALAB_HOME: this.home, PATH: this.bin, CI: 'true', ...env },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return new Promise((done, fail) => child.once('error', fail).once('close', (code) => done({ code, output })));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What every start that cannot begin does: exit code 1, a sentence or two, no stack trace, nothing half-made. */
export function expectRefusal({ code, output }: Ended, sentence: RegExp, { home }: BareMachine): void {
  expect(output).toMatch(sentence);
  expect(output).not.toMatch(/^\s+at |Error:|Node\.js v\d/m);
  expect(code).toBe(1);
  expect(existsSync(home)).toBe(false);
  const said = output.split('\n').filter((line) => line !== '' && !/^(ok|failed) /.test(line));
  expect(said.length).toBeLessThanOrEqual(2);
}

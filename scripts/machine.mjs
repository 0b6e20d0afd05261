/** What the machine must bring. What is missing is installed when that can be done, else one sentence says what to install. */
import { execFile, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { promisify } from 'node:util';
import { UserError } from './progress.mjs';

const run = promisify(execFile);
const GIGABYTE = 1024 ** 3;

export const succeeds = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Node, Linux, a writable checkout and room on the disk: what nothing can be installed for. */
export function checkBasics(root) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    throw new UserError(`Node.js 20.19 or newer is needed, this is ${process.versions.node}.`);
  if (process.platform !== 'linux') throw new UserError('The local environment needs Linux: its sandboxes are Linux namespaces.');
  try {
    accessSync(root, constants.W_OK);
  } catch {
    throw new UserError(`${root} is not writable: make it writable for this user, or clone Sealab elsewhere.`);
  }
  const { bavail, bsize } = statfsSync(root);
  const needed = existsSync(`${root}/.sealab/toolchain/services/.lock-sha256`) ? 1 : 6;
  const free = (bavail * bsize) / GIGABYTE;
  if (free < needed) throw new UserError(`${needed} GB of free disk are needed below ${root}, there are ${free.toFixed(1)} GB.`);
}

/** Programs that come from the distribution: how to tell that they are there, and the Debian package. */
const PROGRAMS = {
  bubblewrap: { there: () => succeeds('bwrap', '--version'), package: 'bubblewrap' },
  compiler: { there: () => succeeds('cc', '--version'), package: 'gcc libc6-dev' },
  'Python headers': {
    there: () =>
      succeeds('python3', '-c', 'import sysconfig,os,sys; sys.exit(not os.path.exists(sysconfig.get_path("include")+"/Python.h"))'),
    package: 'python3-dev',
  },
  'Python venv module': {
    there: () => succeeds('python3', '-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'),
    package: 'python3-venv',
  },
  ShellCheck: { there: () => succeeds('shellcheck', '--version'), package: 'shellcheck' },
  chromium: { there: () => succeeds('chromium', '--version'), package: 'chromium' },
};

/** Sees to it that programs are there. `optional` ones are tried and left out silently. */
export async function ensurePrograms(names, tell, { optional = false } = {}) {
  const missing = names.filter((name) => !PROGRAMS[name].there());
  if (missing.length === 0) return;
  const packages = missing.map((name) => PROGRAMS[name].package).join(' ');
  const sentence = `Missing on this machine: ${missing.join(', ')}. Install ${packages} (Debian and Ubuntu: apt-get install ${packages}).`;
  if (process.getuid?.() === 0 && succeeds('apt-get', '--version')) {
    tell(`installing ${packages}`);
    const environment = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 1 << 26 };
    await run('apt-get', ['update', '-qq'], environment).catch(() => undefined);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages.split(' ')], environment).catch(() => undefined);
  }
  if (!optional && names.some((name) => !PROGRAMS[name].there())) throw new UserError(sentence);
}

/** Whether this user may make namespaces at all (some hosts and containers forbid it). */
export function checkSandboxes() {
  const probe = spawnSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', 'true'], { encoding: 'utf8' });
  if (probe.status === 0) return;
  throw new UserError(
    `bubblewrap cannot make a sandbox here (${probe.stderr.trim().split('\n').at(-1)}): allow unprivileged user namespaces, or run as root outside of a restricted container.`,
  );
}

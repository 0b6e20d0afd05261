/** What the machine must bring. What is missing is installed when that can be done, else one sentence says what to install. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { program } from './programs.mjs';
import { UserError } from './progress.mjs';
import { findPython } from './python.mjs';

const GIGABYTE = 1024 ** 3;
/** Node modules, build, Python environments and images; and what one home needs to work at all. */
const [CHECKOUT_GIGABYTES, HOME_GIGABYTES] = [5, 1];
/** Sockets in it may have paths of 107 bytes at most. */
const LONGEST_TEMPORARY_FOLDER = 40;

const succeeds = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Linux, folders that can be written and room on the disk: what nothing can be installed for. */
export function checkBasics(root) {
  if (process.platform !== 'linux') throw new UserError('The local environment needs Linux: its sandboxes are Linux namespaces.');
  if (process.env.SEALAB_HOME === '') delete process.env.SEALAB_HOME;
  const { SEALAB_HOME } = process.env;
  const home = resolve(SEALAB_HOME ?? join(root, '.sealab'));
  checkFolder(root, 'make it writable for this user, or clone Sealab elsewhere.');
  checkFolder(home, SEALAB_HOME ? 'set SEALAB_HOME to a folder that this user may write.' : 'make it writable for this user.');
  checkFolder(tmpdir(), 'set TMPDIR to a folder that this user may write.');
  if (Buffer.byteLength(tmpdir()) > LONGEST_TEMPORARY_FOLDER)
    throw new UserError(`${tmpdir()} is too long a path for the sockets in it: set TMPDIR to a shorter one, for example /tmp.`);
  const rooms = [
    [root, existsSync(`${root}/.sealab/toolchain/services/.lock-sha256`) ? 0 : CHECKOUT_GIGABYTES],
    [home, HOME_GIGABYTES],
  ];
  const [one, other] = rooms.map(([folder]) => statSync(existing(folder)).dev);
  if (one === other) rooms.splice(0, 2, [home, rooms[0][1] + rooms[1][1]]);
  for (const [folder, needed] of rooms) {
    const { bavail, bsize } = statfsSync(existing(folder));
    const free = (bavail * bsize) / GIGABYTE;
    if (free < needed)
      throw new UserError(`${needed} GB of free disk are needed below ${folder}, there are ${free.toFixed(1)} GB: make room there.`);
  }
}

/** The folder, or where it would be made. */
const existing = (folder) => (existsSync(folder) ? folder : existing(dirname(folder)));

function checkFolder(folder, remedy) {
  const there = existing(folder);
  if (!statSync(there).isDirectory()) throw new UserError(`${there} is a file where a folder is needed: ${remedy}`);
  try {
    accessSync(there, constants.W_OK | constants.X_OK);
  } catch {
    throw new UserError(`${there} is not writable: ${remedy}`);
  }
}

/** Programs that come from the distribution: what is lacking of them, in words, and the Debian packages. */
const PROGRAMS = {
  bubblewrap: { lacks: () => !succeeds('bwrap', '--version') && 'bubblewrap', packages: ['bubblewrap'] },
  compiler: { lacks: () => !succeeds('cc', '--version') && 'a C compiler', packages: ['gcc', 'libc6-dev'] },
  python: { lacks: lacksOfPython, packages: ['python3', 'python3-venv', 'python3-dev'] },
  ShellCheck: { lacks: () => !succeeds('shellcheck', '--version') && 'ShellCheck', packages: ['shellcheck'] },
  browser: {
    lacks: () => !['chromium', 'chromium-browser', 'google-chrome'].some((name) => succeeds(name, '--version')) && 'a browser',
    packages: ['chromium'],
  },
};

function lacksOfPython() {
  const python = findPython();
  const chosen = process.env.SEALAB_PYTHON;
  if (python === undefined) return `Python 3.11 or newer${chosen ? ` (SEALAB_PYTHON is ${chosen}, which is none)` : ''}`;
  if (!python.recent) return `Python 3.11 or newer (${python.path} is ${python.version}; SEALAB_PYTHON can name another)`;
  if (!python.venv) return `the venv module of ${python.path}`;
  return !python.headers && `the headers of ${python.path}`;
}

/** Sees to it that programs are there. `optional` ones are tried and left out silently. */
export async function ensurePrograms(names, tell, { optional = false } = {}) {
  const missing = names.filter((name) => PROGRAMS[name].lacks());
  if (missing.length === 0) return;
  const packages = missing.flatMap((name) => PROGRAMS[name].packages);
  const failure = process.getuid?.() === 0 && succeeds('apt-get', '--version') ? await install(packages, tell) : undefined;
  const lacking = names.map((name) => PROGRAMS[name].lacks()).filter(Boolean);
  if (optional || lacking.length === 0) return;
  const list = packages.join(' ');
  const why = failure === undefined ? '' : `\n${failure}`;
  throw new UserError(
    `Missing on this machine: ${lacking.join(', ')}. Install ${list} (Debian and Ubuntu: apt-get install ${list}).${why}`,
  );
}

/** Installs packages of the distribution. The answer says why that failed. */
async function install(packages, tell) {
  tell(`installing ${packages.join(' ')}`);
  const options = ['-qq', '-o', 'DPkg::Lock::Timeout=60', '-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=20'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => program('apt-get', [...options, ...args], tell, { env, title: 'apt-get', careful: args[0] === 'install' });
  // Lists that are stale or missing may still do; the installation tells.
  await apt('update').catch(() => undefined);
  return apt('install', '-y', '--no-install-recommends', ...packages).then(
    () => undefined,
    (error) => error.message.split('\n').find((line) => line.startsWith('E:')) ?? error.message,
  );
}

/** Whether this user may make namespaces at all (some hosts and containers forbid it). */
export function checkSandboxes() {
  const probe = spawnSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', 'true'], { encoding: 'utf8' });
  if (probe.status === 0) return;
  const said = (probe.stderr ?? '').trim().split('\n').at(-1) || 'it says nothing';
  throw new UserError(
    `bubblewrap cannot make a sandbox here (${said.replace(/^bwrap: |\.$/g, '')}).\n` +
      'Allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1; on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0), or run as root outside of a restricted container.',
  );
}

import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** The machine or the network lacks something; the message is one sentence that says what to do. */
export class ToolchainError extends Error {
  override readonly name = 'ToolchainError';
}

export type Progress = (message: string) => void;

const run = promisify(execFile);
const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'];

/** Path of a Python ≥ 3.11 that can make virtual environments. `SEALAB_PYTHON` names one explicitly. */
export async function findPython(): Promise<string> {
  const chosen = process.env['SEALAB_PYTHON'];
  let foundWithoutVenv: string | undefined;
  for (const candidate of chosen === undefined ? CANDIDATES : [chosen]) {
    try {
      const probe = 'import sys, importlib.util as u; print(sys.executable, sys.version_info >= (3, 11), bool(u.find_spec("ensurepip")))';
      const [executable, recent, venv] = (await run(candidate, ['-I', '-c', probe])).stdout.trim().split(' ');
      if (recent !== 'True' || executable === undefined) continue;
      if (venv === 'True') return executable;
      foundWithoutVenv = executable;
    } catch {
      // Not there, or too old to run the probe: try the next one.
    }
  }
  throw new ToolchainError(
    foundWithoutVenv === undefined
      ? 'Python 3.11 or newer was not found: install the package python3, or set SEALAB_PYTHON to its path.'
      : `${foundWithoutVenv} has no venv module: install the package python3-venv.`,
  );
}

export const environmentPython = (folder: string): string => join(folder, 'bin', 'python');

/** Whether the environment in `folder` was made, completely, from this lock file. */
export function isEnvironmentCurrent(folder: string, requirementsFile: string): boolean {
  try {
    return readFileSync(join(folder, '.lock-sha256'), 'utf8') === lockHash(requirementsFile);
  } catch {
    return false;
  }
}

const lockHash = (requirementsFile: string): string => createHash('sha256').update(readFileSync(requirementsFile)).digest('hex');

/**
 * Makes the Python environment `folder` from a hash-pinned requirements file, unless it is there already. Safe to call
 * from several processes at once. `compile: false` leaves byte code to the first import, which is quicker where few
 * modules are used and the folder stays writable. `dependencies: false` installs what the file names alone, to be put beside another.
 * @returns the path of its Python
 */
export async function ensurePythonEnvironment(
  folder: string,
  requirementsFile: string,
  onProgress: Progress = () => undefined,
  options: { readonly compile?: boolean; readonly dependencies?: boolean } = {},
): Promise<string> {
  if (isEnvironmentCurrent(folder, requirementsFile)) return environmentPython(folder);
  mkdirSync(dirname(folder), { recursive: true });
  const release = await holdLock(`${folder}.lock`, onProgress);
  try {
    if (isEnvironmentCurrent(folder, requirementsFile)) return environmentPython(folder);
    const python = await findPython();
    rmSync(folder, { recursive: true, force: true });
    const venv = await install(python, ['-m', 'venv', folder], () => undefined);
    if (venv.code !== 0)
      throw new ToolchainError(`${python} cannot make a virtual environment (${venv.reason}): install the package python3-venv.`);
    await installPackages(folder, requirementsFile, onProgress, [
      ...((options.compile ?? true) ? [] : ['--no-compile']),
      ...((options.dependencies ?? true) ? [] : ['--no-deps']),
    ]);
    writeFileSync(join(folder, '.lock-sha256'), lockHash(requirementsFile));
    return environmentPython(folder);
  } finally {
    release();
  }
}

async function installPackages(folder: string, requirementsFile: string, onProgress: Progress, more: readonly string[]): Promise<void> {
  const total = readFileSync(requirementsFile, 'utf8').match(/^[A-Za-z0-9].*==/gm)?.length ?? 0;
  const options = ['--require-hashes', '--no-input', '--disable-pip-version-check', ...more];
  let seen = 0;
  const { code, reason } = await install(
    environmentPython(folder),
    ['-m', 'pip', 'install', ...options, '-r', requirementsFile],
    (line) => {
      const name = /^Collecting ([A-Za-z0-9._-]+)/.exec(line)?.[1];
      if (name !== undefined) onProgress(`${name} (${String(Math.min(++seen, total))} of ${String(total)} Python packages)`);
      else if (line.startsWith('Installing collected packages')) onProgress(`unpacking ${String(total)} Python packages`);
    },
  );
  if (code !== 0) throw new ToolchainError(`pip could not install ${requirementsFile}: ${reason}`);
}

const installing = new Set<ChildProcess>();

/** Ends what is being installed, with everything that it started: half-made environments are made anew by the next who needs them. */
export async function endInstallations(): Promise<void> {
  await Promise.all(
    [...installing].map(async (child) => {
      const gone = new Promise((resolve) => child.once('close', resolve));
      // Not SIGTERM: pip would take its time to roll back.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await gone;
    }),
  );
}

/** Runs a program that installs, in a process group of its own. */
async function install(
  command: string,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<{ code: number | null; reason: string }> {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  installing.add(child);
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() !== '') said.push(line.trim());
      onLine(line);
    });
  }
  try {
    const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
    return { code, reason: said.filter((line) => line.startsWith('ERROR')).at(-1) ?? said.at(-1) ?? 'no output' };
  } finally {
    installing.delete(child);
  }
}

/** Holds a lock file with our process id; a lock whose process is gone is taken over. */
async function holdLock(path: string, onProgress: Progress): Promise<() => void> {
  for (let told = false; ; told = true) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      return () => {
        rmSync(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (isAbandoned(path)) rmSync(path, { force: true });
    else {
      if (!told) onProgress('waiting for another process that installs the same packages');
      await sleep(250);
    }
  }
}

function isAbandoned(path: string): boolean {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    // Empty: its maker has not yet written the id, or died in between.
    if (pid === 0) return Date.now() - statSync(path).mtimeMs > 5_000;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY, TOOLCHAIN } from '../paths.ts';

const run = promisify(execFile);
const lock = join(REPOSITORY, 'local', 'mirror', 'requirements.txt');
const folder = join(TOOLCHAIN, 'mirror');

let made: Promise<string> | undefined;

/** Path of the mirror's own Python, installed from its hash lock when that is new (about 8 s once a checkout). */
export function mirrorPython(): Promise<string> {
  made ??= make().catch((error: unknown) => {
    made = undefined;
    throw error;
  });
  return made;
}

async function make(): Promise<string> {
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, 'lock.sha256');
  const wanted = createHash('sha256').update(await readFile(lock)).digest('hex');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return python;
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await run(process.env['SEALAB_PYTHON'] ?? 'python3', ['-m', 'venv', folder]);
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '--no-deps', '--only-binary=:all:', '-r', lock];
  await run(python, install, { maxBuffer: 1 << 26 });
  await writeFile(stamp, wanted);
  return python;
}

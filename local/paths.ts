import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout: the nearest ancestor of this file that is not a build folder. */
const here = dirname(fileURLToPath(import.meta.url));
export const REPOSITORY = resolve(here, here.endsWith('dist') ? '../..' : '..');

/** Everything that the local environment keeps. `SEALAB_HOME` moves it, so that tests and rehearsals stay apart. */
export const HOME = resolve(process.env['SEALAB_HOME'] ?? join(REPOSITORY, '.sealab'));

/** Python environments and images: made once, shared by every home of this checkout. */
export const TOOLCHAIN = join(REPOSITORY, '.sealab', 'toolchain');

export const PATHS = {
  connection: join(HOME, 'connection.json'),
  certificates: join(HOME, 'certificates'),
  state: join(HOME, 'state'),
  sandboxes: join(HOME, 'sandboxes'),
  logs: join(HOME, 'logs'),
  /** Python environment of moto, devpi and the botocore service models. */
  servicesPython: join(TOOLCHAIN, 'services'),
  /** One folder per image: `notebook`, `scikit-learn`. */
  images: join(TOOLCHAIN, 'images'),
  synthesized: join(REPOSITORY, 'cdk.out'),
} as const;

/** Folder for Unix sockets: their paths may not exceed 107 bytes, so they cannot live below an arbitrary checkout. */
export function socketFolder(): string {
  const name = `sealab-${createHash('sha256').update(HOME).digest('hex').slice(0, 12)}`;
  const folder = join(tmpdir(), name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

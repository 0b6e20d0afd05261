import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmdirSync } from 'node:fs';
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

const SOCKETS = join(tmpdir(), `sealab-${createHash('sha256').update(HOME).digest('hex').slice(0, 12)}`);
const MIRROR = 'mirror';

/** Folder for Unix sockets: their paths may not exceed 107 bytes, so they cannot live below an arbitrary checkout. */
export function socketFolder(): string {
  mkdirSync(SOCKETS, { recursive: true, mode: 0o700 });
  return SOCKETS;
}

/** Has a folder of its own, because sandboxes see the whole folder. */
export const mirrorFolder = (): string => join(socketFolder(), MIRROR);

/**
 * Removes the folder for sockets at a clean stop, unless somebody still has something in it. A sandbox that outlives its
 * gateway keeps the mirror's folder too: it would see nothing of a new one in its place.
 */
export function leaveSocketFolder(): void {
  try {
    if (readdirSync(SOCKETS).some((name) => name !== MIRROR)) return;
    for (const folder of [...readdirSync(SOCKETS).map((name) => join(SOCKETS, name)), SOCKETS]) rmdirSync(folder);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

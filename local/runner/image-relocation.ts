import {
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readJson, writeJson } from '../json-file.ts';

/** A Python environment on the host and where sandboxes see it. */
export interface SandboxImage {
  /** Made by `ensurePythonEnvironment`, then relocated. */
  readonly folder: string;
  /** The path inside for which it was relocated. */
  readonly mountPoint: string;
  readonly writable?: boolean;
}

interface Relocation {
  readonly mountPoint: string;
  /** `sys.base_prefix` on the host, when it has to be bound; `null` for the distribution's own Python below /usr. */
  readonly basePrefix: string | null;
}

const RECORD = '.relocated.json';
/** Where a Python that lives outside /usr (pyenv, a home) appears inside. */
const BASE_INSIDE = '/opt/python';

/**
 * Rewrites a Python environment so that it works in a sandbox at `mountPoint` and names nothing of the host: interpreter
 * link, `pyvenv.cfg`, and the first lines of its programs. It no longer runs on the host afterwards. Does nothing when done before.
 */
export function relocateEnvironment(folder: string, mountPoint: string): SandboxImage {
  const image = { folder, mountPoint };
  if ((readJson(join(folder, RECORD)) as Relocation | undefined)?.mountPoint === mountPoint) return image;
  const bin = join(folder, 'bin');
  const real = realpathSync(join(bin, 'python'));
  const basePrefix = dirname(dirname(real));
  const inUsr = basePrefix === '/usr' || basePrefix === '/usr/local';
  const python = inUsr ? real : `${BASE_INSIDE}/bin/${basename(real)}`;
  for (const name of readdirSync(bin)) {
    const path = join(bin, name);
    if (lstatSync(path).isSymbolicLink()) {
      // python → python3 → …: the links among themselves stay, the one that leaves the environment is pointed to the base.
      if (readlinkSync(path).startsWith('/')) replaceLink(path, python);
    } else if (statSync(path).isFile()) rewritePath(path, folder, mountPoint);
  }
  const config = join(folder, 'pyvenv.cfg');
  const lines = readFileSync(config, 'utf8').split('\n');
  const said: Record<string, string> = { home: dirname(python), executable: python, command: `${python} -m venv ${mountPoint}` };
  writeFileSync(
    config,
    lines
      .map((line) => line.replace(/^(\w+) = .*$/, (whole, key: string) => (said[key] === undefined ? whole : `${key} = ${said[key]}`)))
      .join('\n'),
  );
  writeJson(join(folder, RECORD), { mountPoint, basePrefix: inUsr ? null : basePrefix } satisfies Relocation);
  return image;
}

/** How bubblewrap has to bind an image, and what its Python needs to start. */
export function imageMounts(image: SandboxImage): { mounts: string[]; path: string; env: Record<string, string> } {
  const relocation = readJson(join(image.folder, RECORD)) as Relocation | undefined;
  if (relocation?.mountPoint !== image.mountPoint) throw new Error(`${image.folder} is not an image for ${image.mountPoint}.`);
  const { basePrefix } = relocation;
  return {
    mounts: [
      ...(basePrefix === null ? [] : ['--ro-bind', basePrefix, BASE_INSIDE]),
      ...[image.writable === true ? '--bind' : '--ro-bind', image.folder, image.mountPoint],
    ],
    path: `${image.mountPoint}/bin`,
    // A Python built with a shared library knows that library by its path on the host.
    env: { PYTHONUNBUFFERED: '1', ...(basePrefix === null ? {} : { LD_LIBRARY_PATH: `${BASE_INSIDE}/lib` }) },
  };
}

function replaceLink(path: string, target: string): void {
  const draft = `${path}.draft`;
  rmSync(draft, { force: true });
  symlinkSync(target, draft);
  renameSync(draft, path);
}

/** Programs and activation scripts carry the environment's path; compiled programs do not. */
function rewritePath(path: string, from: string, to: string): void {
  const content = readFileSync(path);
  if (content.includes(0) || !content.includes(from)) return;
  writeFileSync(path, content.toString('utf8').replaceAll(from, to));
}

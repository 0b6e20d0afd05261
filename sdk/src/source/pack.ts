import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, posix, relative, resolve, sep } from 'node:path';
import { gzipSync } from 'fflate/browser';
import { PACKED_CODE, SealabError } from '../contract/index.ts';
import { isLeftover } from '../inputs/files.ts';
import type { Source } from './api.ts';
import { concat, END_OF_ARCHIVE, tarEntries } from './tar.ts';
import type { TarEntry } from './tar.ts';

/** Code, packed for a container. */
export interface PackedSource {
  /** The program's path in the archive. */
  readonly program: string;
  readonly entries: readonly TarEntry[];
  /** `sourcedir.tar.gz`. The same files give the same bytes on every machine and in every runtime. */
  readonly archive: Uint8Array;
  /** SHA-256 of the archive, in hex. */
  readonly hash: string;
  /** Whether it asks for packages. */
  readonly requirements: boolean;
}

/** Where packed code goes in the artifacts bucket: the same code to the same place. */
export const codeFolder = (hash: string): string => `${PACKED_CODE}/${hash.slice(0, 40)}`;

/** Larger than this is data, not code. */
const MOST_BYTES = 200 * 1024 * 1024;
/** Bytes up to which compressing takes longer than it saves on the way. */
const WORTH_COMPRESSING = 32 * 1024;

/**
 * Packs a script, alone or with its folder.
 *
 * @throws SealabError `InputNotFound` when the script or folder is not there, `InvalidInput` when it is too large, a link leads out of the
 * folder or a path is too long.
 */
export async function packSource(source: Source): Promise<PackedSource> {
  const { program, entries } = await collectSource(source);
  const size = entries.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  if (size > MOST_BYTES) {
    throw new SealabError(
      'InvalidInput',
      `The source folder holds ${Math.round(size / 1024 / 1024)} MB; up to ${MOST_BYTES / 1024 / 1024} MB are code.`,
      {
        remedy: 'Keep data out of the source folder and hand it over as `data` or `inputs`.',
      },
    );
  }
  const files = concat([tarEntries(entries), END_OF_ARCHIVE]);
  // fflate and not the runtime's zlib: Node and Deno compress to different bytes.
  const archive = gzipSync(files, { level: files.byteLength > WORTH_COMPRESSING ? 6 : 0, mtime: 0 });
  return {
    program,
    entries,
    archive,
    hash: createHash('sha256').update(archive).digest('hex'),
    requirements: entries.some(({ name }) => name === 'requirements.txt'),
  };
}

/** The files of a script or its folder, sorted by name. Throws as `packSource` does. */
export async function collectSource({ script, sourceDirectory }: Source): Promise<{ program: string; entries: TarEntry[] }> {
  if (typeof script === 'object') {
    if (!/^[\w][\w.-]*$/.test(script.name))
      throw new SealabError('InvalidInput', `script.name: ${JSON.stringify(script.name)} is not the name of a file.`);
    const own: TarEntry = { name: script.name, bytes: new TextEncoder().encode(script.text) };
    const others = sourceDirectory === undefined ? [] : (await folder(sourceDirectory)).filter(({ name }) => name !== own.name);
    return { program: script.name, entries: [...others, own].sort(byName) };
  }
  if (sourceDirectory === undefined) {
    return { program: basename(script), entries: [await file(script, basename(script))] };
  }
  const entries = await folder(sourceDirectory);
  const program = posix.normalize(script.split(sep).join(posix.sep));
  if (!entries.some(({ name }) => name === program)) {
    throw new SealabError('InputNotFound', `${script}: there is no such file in ${sourceDirectory}.`, {
      remedy: 'Give `script` as the path below `sourceDirectory`.',
      details: { path: script, sourceDirectory },
    });
  }
  return { program, entries };
}

const byName = (a: TarEntry, b: TarEntry) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

async function folder(path: string): Promise<TarEntry[]> {
  const root = await realpath(path).catch((error: unknown) => {
    throw missing(path, error);
  });
  const entries: TarEntry[] = [];
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const full = join(entry.parentPath, entry.name);
    const name = relative(root, full).split(sep).join(posix.sep);
    if (name.split(posix.sep).some(isLeftover)) continue;
    if (entry.isSymbolicLink()) {
      const target = await realpath(full).catch(() => '');
      if (!target.startsWith(root + sep))
        throw new SealabError('InvalidInput', `${name}: the link leads out of ${path}.`, { details: { path: full } });
      if ((await stat(full)).isDirectory())
        throw new SealabError('InvalidInput', `${name}: links to folders are not packed.`, { details: { path: full } });
    } else if (!entry.isFile()) continue;
    entries.push(await file(full, name));
  }
  return entries.sort(byName);
}

async function file(path: string, name: string): Promise<TarEntry> {
  try {
    const [bytes, { mode }] = await Promise.all([readFile(resolve(path)), stat(path)]);
    return { name, bytes, executable: (mode & 0o100) !== 0 };
  } catch (error) {
    throw missing(path, error);
  }
}

const missing = (path: string, cause: unknown) =>
  new SealabError('InputNotFound', `${path}: there is no such file or folder, or it cannot be read.`, { details: { path }, cause });

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, posix, relative, sep } from 'node:path';
import { SealabError } from '../contract/index.ts';
import type { DataInput } from './api.ts';
import { contentOf, contentTypeOf } from './content.ts';

/** A file to be sent: its name below the upload's prefix, and where its bytes are. */
export interface OutgoingFile {
  readonly name: string;
  readonly size: number;
  readonly from: { readonly path: string } | { readonly bytes: Uint8Array };
  /** Media type, where the SDK wrote the content. */
  readonly contentType?: string;
}

/** What editors, version control and interpreters leave lying about. */
const LEFTOVERS = new Set([
  '.git',
  '.hg',
  '.svn',
  '.ipynb_checkpoints',
  '__pycache__',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  'node_modules',
  '.venv',
  '.DS_Store',
  '.deno',
]);
export const isLeftover = (name: string): boolean => LEFTOVERS.has(name) || name.endsWith('.pyc');

/** The files of a data input that is not in S3 already, sorted by name. Throws `InputNotFound`. */
export async function outgoingFiles(input: Exclude<DataInput, { s3Uri: string }>): Promise<OutgoingFile[]> {
  if (typeof input === 'string') return localFiles(input);
  const { name, bytes } = contentOf(input);
  const contentType = contentTypeOf(input);
  return [{ name, size: bytes.byteLength, from: { bytes }, ...(contentType === undefined ? {} : { contentType }) }];
}

async function localFiles(path: string): Promise<OutgoingFile[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw new SealabError('InputNotFound', `${path}: there is no such file or folder.`, {
      remedy: 'Give the path of a local file or folder, or an S3 URI (s3://bucket/prefix).',
      details: { path },
      cause: error,
    });
  });
  if (found.isFile()) return [{ name: basename(path), size: found.size, from: { path } }];
  const files: OutgoingFile[] = [];
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    const full = join(entry.parentPath, entry.name);
    const name = relative(path, full).split(sep).join(posix.sep);
    if (!entry.isFile() || name.split(posix.sep).some(isLeftover)) continue;
    files.push({ name, size: (await stat(full)).size, from: { path: full } });
  }
  if (files.length === 0) throw new SealabError('InputNotFound', `${path}: there are no files in this folder.`, { details: { path } });
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** SHA-256 over names and contents, in hex: the same files give the same value on every machine. */
export async function contentHash(files: readonly OutgoingFile[]): Promise<string> {
  const all = createHash('sha256');
  for (const file of files) {
    const one = createHash('sha256');
    if ('bytes' in file.from) one.update(file.from.bytes);
    else for await (const chunk of createReadStream(file.from.path)) one.update(chunk as Buffer);
    all.update(`${file.name}\0${one.digest('hex')}\n`);
  }
  return all.digest('hex');
}

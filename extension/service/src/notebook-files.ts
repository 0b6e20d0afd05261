import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { SealabError } from '@sealab/sdk';

/** Files that a form can offer: programs, or tables to train on. */
export const KINDS = {
  script: /\.py$/i,
  data: /\.(csv|csv\.gz|tsv|parquet|jsonl|npz|libsvm)$/i,
} as const;
export type FileKind = keyof typeof KINDS;

export interface NotebookFile {
  /** Below the notebook folder, with `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
}

/** A folder with more entries than this is searched no further: the chooser is a convenience, any path can be typed. */
const MOST_ENTRIES = 5000;
const DEPTH = 5;

/** Paths of regular files whose name fits. Hidden folders and packages are left out, links are not followed. */
async function findFiles(folder: string, fits: (name: string) => boolean): Promise<string[]> {
  const found: string[] = [];
  let entries = 0;
  let level = [folder];
  for (let depth = 0; depth < DEPTH; depth++) {
    const next: string[] = [];
    for (const directory of level) {
      const children = await readdir(directory, { withFileTypes: true }).catch(() => []);
      entries += children.length;
      for (const child of children) {
        if (child.name.startsWith('.') || child.name === 'node_modules' || child.name === '__pycache__') continue;
        const path = join(directory, child.name);
        if (child.isDirectory()) next.push(path);
        else if (child.isFile() && fits(child.name)) found.push(path);
      }
      if (entries >= MOST_ENTRIES) return found;
    }
    level = next;
  }
  return found;
}

/** Files with exactly this name. */
export const findNamed = (folder: string, name: string) => findFiles(folder, (found) => found === name);

/** Files of a kind in the notebook folder, newest first. */
export async function listFiles(folder: string, kind: FileKind, limit = 200): Promise<NotebookFile[]> {
  const paths = await findFiles(folder, (name) => KINDS[kind].test(name));
  const files = await Promise.all(
    paths.map(async (path) => {
      const { size, mtime } = await stat(path);
      return { path: relative(folder, path).split(sep).join('/'), bytes: size, modifiedAt: mtime };
    }),
  );
  return files.sort((a, b) => b.modifiedAt.getTime() - a.modifiedAt.getTime()).slice(0, limit);
}

/** The absolute path of a file or folder below the notebook folder. Refuses what lies, or points by a link, outside of it. */
export async function insideFolder(folder: string, path: string): Promise<string> {
  const root = await realpath(folder);
  const wanted = resolve(root, path.replace(/^\/+/, ''));
  const real = await realpath(wanted).catch(() => undefined);
  if (real === undefined) {
    throw new SealabError('InputNotFound', `There is no file ${path} in the notebook folder.`, {
      remedy: 'Choose a file from the list, or save it first.',
    });
  }
  if (real !== root && !real.startsWith(root + sep)) {
    throw new SealabError('InvalidInput', `${path} lies outside the notebook folder.`, {
      remedy: 'Move the file into the notebook folder.',
    });
  }
  return real;
}

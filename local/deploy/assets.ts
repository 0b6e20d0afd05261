import { createReadStream, readFileSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { unzipSync } from 'fflate';

export interface Asset {
  /** File or folder in the assembly. */
  readonly path: string;
  readonly packaging: 'zip' | 'file';
}

/** Finds what the assembly publishes at a place of the bootstrap bucket, so that nothing is zipped only to be unzipped. */
export interface AssetSource {
  find(bucket: string, key: string): Asset | undefined;
}

export const NO_ASSETS: AssetSource = { find: () => undefined };

/** One file inside an asset. */
export interface AssetEntry {
  /** With `/`, relative to the root of the archive. */
  readonly name: string;
  readonly size: number;
  read(): Promise<Uint8Array>;
  stream(): NodeJS.ReadableStream | Uint8Array;
}

/** The files that unzipping the published archive would give. */
export async function assetEntries(asset: Asset): Promise<AssetEntry[]> {
  if (asset.packaging === 'zip' && statSync(asset.path).isDirectory()) {
    const found = await readdir(asset.path, { recursive: true, withFileTypes: true });
    return found
      .filter((entry) => entry.isFile() || (entry.isSymbolicLink() && statSync(join(entry.parentPath, entry.name)).isFile()))
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return {
          name: relative(asset.path, path).split(sep).join('/'),
          size: statSync(path).size,
          read: () => readFile(path),
          stream: () => createReadStream(path),
        };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
  return Object.entries(unzipSync(readFileSync(asset.path)))
    .filter(([name]) => !name.endsWith('/'))
    .map(([name, content]) => ({ name, size: content.length, read: () => Promise.resolve(content), stream: () => content }));
}

import { gunzipSync } from 'node:zlib';
import type { TarEntry } from './tar.ts';

/** The files of an archive that `packSource` made (regular files, ustar names). */
export function unpackSource(archive: Uint8Array): TarEntry[] {
  const tar = new Uint8Array(gunzipSync(archive));
  const text = (offset: number, length: number) => new TextDecoder().decode(tar.subarray(offset, offset + length)).replace(/\0.*$/s, '');
  const entries: TarEntry[] = [];
  for (let offset = 0; offset + 512 <= tar.byteLength && tar[offset] !== 0;) {
    const size = Number.parseInt(text(offset + 124, 12), 8);
    const prefix = text(offset + 345, 155);
    const name = text(offset, 100);
    const kind = text(offset + 156, 1);
    if (kind === '0' || kind === '') {
      const executable = (Number.parseInt(text(offset + 100, 8), 8) & 0o100) !== 0;
      entries.push({ name: prefix === '' ? name : `${prefix}/${name}`, bytes: tar.slice(offset + 512, offset + 512 + size), executable });
    }
    offset += 512 + Math.ceil(size / 512) * 512;
  }
  return entries;
}

import { SealabError } from '../contract/index.ts';

/** One file of an archive. */
export interface TarEntry {
  /** With `/`, without a leading one. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly executable?: boolean;
}

const BLOCK = 512;
const encoder = new TextEncoder();

/**
 * A tar archive (POSIX ustar) whose bytes depend on names and contents alone: no times, owners or machine in it.
 * The end of the archive (two empty blocks) is left out, so that archives can be put together; `END_OF_ARCHIVE` closes one.
 */
export function tarEntries(entries: readonly TarEntry[]): Uint8Array {
  const blocks = entries.flatMap((entry) => [header(entry), entry.bytes, new Uint8Array(padding(entry.bytes.byteLength))]);
  return concat(blocks);
}

export const END_OF_ARCHIVE = new Uint8Array(2 * BLOCK);
export const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.byteLength;
  }
  return result;
}

function header({ name, bytes, executable }: TarEntry): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const [prefix, short] = split(name);
  const text = (value: string, offset: number) => block.set(encoder.encode(value), offset);
  const octal = (value: number, offset: number, length: number) => text(`${value.toString(8).padStart(length - 1, '0')}\0`, offset);
  text(short, 0);
  octal(executable === true ? 0o755 : 0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(bytes.byteLength, 124, 12);
  octal(0, 136, 12);
  text('        ', 148);
  text('0', 156);
  text('ustar\x0000', 257);
  text(prefix, 345);
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return block;
}

/** ustar takes 100 bytes of name and 155 of folder before it. */
function split(name: string): [prefix: string, name: string] {
  if (encoder.encode(name).byteLength <= 100) return ['', name];
  for (let slash = name.indexOf('/'); slash !== -1; slash = name.indexOf('/', slash + 1)) {
    const [prefix, short] = [name.slice(0, slash), name.slice(slash + 1)];
    if (encoder.encode(prefix).byteLength <= 155 && encoder.encode(short).byteLength <= 100) return [prefix, short];
  }
  throw new SealabError('InvalidInput', `${name}: the path is too long for an archive (100 bytes of name, 155 of folder).`, {
    details: { path: name },
  });
}

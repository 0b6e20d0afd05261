import { Transform } from 'node:stream';
import type { TransformCallback } from 'node:stream';
import { END_OF_ARCHIVE, padding, tarEntries } from '../source/tar.ts';
import type { TarEntry } from '../source/tar.ts';

const BLOCK = 512;

/**
 * Passes a tar archive through and puts entries at its end, without holding it in memory. Of two entries with one
 * name the later one counts when the archive is unpacked.
 */
export class AppendToTar extends Transform {
  readonly #entries: readonly TarEntry[];
  #left: Buffer = Buffer.alloc(0);
  /** Bytes of the current entry's content, padding included, that are still to come. */
  #content = 0;
  #atEnd = false;
  /** Names that were there already. */
  readonly seen = new Set<string>();

  constructor(entries: readonly TarEntry[]) {
    super();
    this.#entries = entries;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.#atEnd) {
      done();
      return;
    }
    this.#left = this.#left.byteLength === 0 ? chunk : Buffer.concat([this.#left, chunk]);
    while (this.#left.byteLength > 0) {
      if (this.#content > 0) {
        const part = this.#left.subarray(0, this.#content);
        this.#content -= part.byteLength;
        this.#left = this.#left.subarray(part.byteLength);
        this.push(part);
      } else if (this.#left.byteLength < BLOCK) break;
      else {
        const header = this.#left.subarray(0, BLOCK);
        if (header.every((byte) => byte === 0)) {
          this.#atEnd = true;
          break;
        }
        this.#left = this.#left.subarray(BLOCK);
        const size = sizeIn(header);
        this.seen.add(nameIn(header));
        this.#content = size + padding(size);
        this.push(header);
      }
    }
    done();
  }

  override _flush(done: TransformCallback): void {
    if (this.#content > 0 || (!this.#atEnd && this.#left.byteLength > 0)) {
      done(new Error('The model archive ends in the middle of a file.'));
      return;
    }
    this.push(tarEntries(this.#entries));
    this.push(END_OF_ARCHIVE);
    done();
  }
}

/** Octal digits, or a big-endian number marked by the top bit (GNU and star, above 8 GB). */
function sizeIn(header: Buffer): number {
  if (((header[124] ?? 0) & 0x80) !== 0) return Number(header.readBigUInt64BE(128));
  return Number.parseInt(header.toString('latin1', 124, 136).replace(/\0.*$/s, '').trim() || '0', 8);
}

const nameIn = (header: Buffer): string => header.toString('utf8', 0, 100).replace(/\0.*$/s, '').replace(/^\.\//, '');

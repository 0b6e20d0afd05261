import { createHash, randomUUID, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { Readable } from 'node:stream';

/** Bodies up to this size stay in memory: the largest payload of InvokeEndpoint (25 MB) is among them. */
const IN_MEMORY = 26 * 1024 * 1024;

/** A request's body, complete and hashed: nothing is passed on before its signature was checked. */
export interface Body {
  readonly length: number;
  readonly sha256: string;
  /** The bytes, where there are few enough of them; undefined for a body in a file. */
  readonly bytes: Buffer | undefined;
  stream(): Readable;
  /** Removes the file, if any. */
  discard(): Promise<void>;
}

/** Collects bytes in memory and, beyond a limit, in a temporary file. */
export class BodyWriter {
  readonly #hash: Hash = createHash('sha256');
  #chunks: Buffer[] = [];
  #length = 0;
  #file: { path: string; stream: WriteStream; failed: Promise<never> } | undefined;

  async write(chunk: Buffer): Promise<void> {
    this.#hash.update(chunk);
    this.#length += chunk.length;
    if (this.#file === undefined && this.#length <= IN_MEMORY) {
      this.#chunks.push(chunk);
      return;
    }
    if (this.#file === undefined) {
      const path = join(tmpdir(), `sealab-body-${randomUUID()}`);
      const stream = createWriteStream(path, { mode: 0o600 });
      const failed = once(stream, 'error').then(([error]) => Promise.reject(error as Error));
      failed.catch(() => undefined);
      this.#file = { path, stream, failed };
      for (const earlier of this.#chunks) stream.write(earlier);
      this.#chunks = [];
    }
    if (!this.#file.stream.write(chunk)) await Promise.race([once(this.#file.stream, 'drain'), this.#file.failed]);
  }

  async end(): Promise<Body> {
    const sha256 = this.#hash.digest('hex');
    const length = this.#length;
    if (this.#file === undefined) {
      const bytes = Buffer.concat(this.#chunks);
      return { length, sha256, bytes, stream: () => Readable.from(bytes.length === 0 ? [] : [bytes]), discard: () => Promise.resolve() };
    }
    const { path, stream, failed } = this.#file;
    stream.end();
    await Promise.race([once(stream, 'finish'), failed]);
    return { length, sha256, bytes: undefined, stream: () => createReadStream(path), discard: () => rm(path, { force: true }) };
  }

  async abandon(): Promise<void> {
    if (this.#file === undefined) return;
    this.#file.stream.destroy();
    await rm(this.#file.path, { force: true });
  }
}

/** Reads a whole stream. */
export async function readBody(source: AsyncIterable<Buffer>): Promise<Body> {
  const writer = new BodyWriter();
  try {
    for await (const chunk of source) await writer.write(chunk);
    return await writer.end();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

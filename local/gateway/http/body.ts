import { createHash, randomUUID, type Hash } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** Collects bytes in memory and, beyond a limit, in a file without a name, which no killed process leaves behind. */
export class BodyWriter {
  readonly #hash: Hash = createHash('sha256');
  #chunks: Buffer[] = [];
  #length = 0;
  #file: FileHandle | undefined;

  async write(chunk: Buffer): Promise<void> {
    this.#hash.update(chunk);
    this.#length += chunk.length;
    this.#chunks.push(chunk);
    if (this.#length <= IN_MEMORY) return;
    this.#file ??= await openNameless();
    for (const waiting of this.#chunks.splice(0)) await this.#file.appendFile(waiting);
  }

  end(): Body {
    const sha256 = this.#hash.digest('hex');
    const length = this.#length;
    const file = this.#file;
    if (file === undefined) {
      const bytes = Buffer.concat(this.#chunks);
      return { length, sha256, bytes, stream: () => Readable.from(bytes.length === 0 ? [] : [bytes]), discard: () => Promise.resolve() };
    }
    const stream = (): Readable => file.createReadStream({ start: 0, autoClose: false });
    return { length, sha256, bytes: undefined, stream, discard: () => file.close() };
  }

  async abandon(): Promise<void> {
    await this.#file?.close();
  }
}

async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `sealab-body-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}

/** Reads a whole stream. */
export async function readBody(source: AsyncIterable<Buffer>): Promise<Body> {
  const writer = new BodyWriter();
  try {
    for await (const chunk of source) await writer.write(chunk);
    return writer.end();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

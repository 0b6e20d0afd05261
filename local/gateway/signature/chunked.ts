import { createHash, timingSafeEqual } from 'node:crypto';
import { AwsError } from '../call.ts';
import { BodyWriter, type Body } from '../http/body.ts';
import { sign } from './canonical.ts';
import type { Verified } from './verify.ts';

const EMPTY = createHash('sha256').digest('hex');
const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');

/** Body of an `aws-chunked` upload, with the trailing headers that followed it. */
export interface Chunked {
  readonly body: Body;
  readonly trailers: Readonly<Record<string, string>>;
}

/**
 * Decodes an `aws-chunked` body. Signed variants (`STREAMING-AWS4-HMAC-SHA256-PAYLOAD` and `…-TRAILER`) have every
 * chunk's signature checked against the one before, starting from the request's own.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export async function readChunked(source: AsyncIterable<Buffer>, verified: Verified): Promise<Chunked> {
  const kind = verified.claim.payload ?? '';
  const signed = kind.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD');
  if (!signed && kind !== 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') {
    throw new AwsError('NotImplemented', `x-amz-content-sha256 ${kind} is not supported.`, 501);
  }
  const reader = new ByteReader(source);
  const writer = new BodyWriter();
  let previous = verified.claim.signature;
  const check = (form: 'PAYLOAD' | 'TRAILER', given: string | undefined, hash: string): void => {
    const lines = [
      `AWS4-HMAC-SHA256-${form}`,
      verified.claim.timestamp,
      verified.scope,
      previous,
      ...(form === 'PAYLOAD' ? [EMPTY] : []),
      hash,
    ];
    const wanted = sign(verified.key, lines.join('\n'));
    if (given?.length !== wanted.length || !timingSafeEqual(Buffer.from(given), Buffer.from(wanted))) {
      throw new AwsError('SignatureDoesNotMatch', 'The signature of a chunk of the body does not match.', 403);
    }
    previous = wanted;
  };
  try {
    for (;;) {
      const header = await reader.line();
      const match = /^([0-9a-f]+)(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(header);
      if (match === null) throw incomplete('A chunk of the body has no valid size.');
      const size = Number.parseInt(match[1] ?? '', 16);
      const hash = createHash('sha256');
      await reader.take(size, async (part) => {
        if (signed) hash.update(part);
        await writer.write(part);
      });
      if (signed) check('PAYLOAD', match[2], hash.digest('hex'));
      if (size === 0) break;
      if ((await reader.line()) !== '') throw incomplete('A chunk of the body is longer than its size.');
    }
    const trailers: Record<string, string> = {};
    let text = '';
    for (let line = await reader.line(); line !== ''; line = await reader.line()) {
      const at = line.indexOf(':');
      const name = line.slice(0, at).trim().toLowerCase();
      const value = line.slice(at + 1).trim();
      if (name === 'x-amz-trailer-signature') check('TRAILER', value, sha256(text));
      else {
        trailers[name] = value;
        text += `${name}:${value}\n`;
      }
    }
    return { body: writer.end(), trailers };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

const incomplete = (message: string): AwsError => new AwsError('IncompleteBody', message, 400);

/** Lines and counted bytes out of a stream of buffers. */
class ByteReader {
  readonly #iterator: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  #ended = false;

  constructor(source: AsyncIterable<Buffer>) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  async #more(): Promise<boolean> {
    if (this.#ended) return false;
    const next = await this.#iterator.next();
    if (next.done === true) {
      this.#ended = true;
      return false;
    }
    this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
    return true;
  }

  /** Up to CR LF, without it; the empty string at the end of the stream. */
  async line(): Promise<string> {
    for (;;) {
      const at = this.#rest.indexOf('\r\n');
      if (at >= 0) {
        const line = this.#rest.subarray(0, at).toString('latin1');
        this.#rest = this.#rest.subarray(at + 2);
        return line;
      }
      if (this.#rest.length > 16_384) throw incomplete('A chunk header is too long.');
      if (!(await this.#more())) {
        if (this.#rest.length > 0) throw incomplete('The body ends within a chunk header.');
        return '';
      }
    }
  }

  async take(count: number, consume: (part: Buffer) => Promise<void>): Promise<void> {
    let left = count;
    while (left > 0) {
      if (this.#rest.length === 0 && !(await this.#more())) throw incomplete('The body ends within a chunk.');
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.length);
      left -= part.length;
      if (part.length > 0) await consume(part);
    }
  }
}

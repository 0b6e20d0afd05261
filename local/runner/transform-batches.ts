import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { RecordError } from './transform-records.ts';

export interface BatchOptions {
  readonly gzip: boolean;
  readonly split: 'None' | 'Line';
  /** Records of one request: as many as fit, or one. */
  readonly several: boolean;
  /** Bytes of a request; 0: no limit. */
  readonly payloadBytes: number;
  /** What is sent for a record; the record itself when left out. */
  readonly toAlgorithm?: ((record: string) => string) | undefined;
}

/** One request to the algorithm. */
export interface Batch {
  readonly payload: Buffer;
  /** Its records as they were in the input; empty where nothing was split. */
  readonly records: readonly string[];
}

/** Cuts an object into requests, with as much of it in memory as one request takes. @throws RecordError for a record that is too large. */
export async function* batchesOf(body: Readable, options: BatchOptions): AsyncGenerator<Batch> {
  const content = options.gzip ? body.pipe(createGunzip()) : body;
  if (content !== body) body.on('error', (error) => content.destroy(error));
  if (options.split === 'None') {
    const payload = await whole(content, options.payloadBytes);
    const record = options.toAlgorithm === undefined ? undefined : payload.toString('utf8');
    yield record === undefined
      ? { payload, records: [] }
      : { payload: Buffer.from(options.toAlgorithm?.(record) ?? record), records: [record] };
    return;
  }
  let records: string[] = [];
  let lines: Buffer[] = [];
  let size = 0;
  const batch = (): Batch => {
    const made = { payload: Buffer.concat(lines), records };
    [records, lines, size] = [[], [], 0];
    return made;
  };
  for await (const record of linesOf(content, options.payloadBytes)) {
    const line = Buffer.from(`${options.toAlgorithm?.(record) ?? record}\n`);
    if (options.payloadBytes > 0 && line.length - 1 > options.payloadBytes) throw tooLarge();
    if (records.length > 0 && (!options.several || (options.payloadBytes > 0 && size + line.length > options.payloadBytes))) yield batch();
    records.push(record);
    lines.push(line);
    size += line.length;
  }
  if (records.length > 0) yield batch();
}

const tooLarge = (): RecordError => new RecordError('ClientError: Too much data for max payload size');

async function whole(content: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (limit > 0 && size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Lines without their ends; an empty line is no record. */
async function* linesOf(content: AsyncIterable<Buffer>, limit: number): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  const text = (line: Buffer): string => line.toString('utf8').replace(/\r$/, '');
  for await (const chunk of content) {
    rest = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a, start)) {
      if (end > start) yield text(rest.subarray(start, end));
      start = end + 1;
    }
    rest = rest.subarray(start);
    if (limit > 0 && rest.length > limit) throw tooLarge();
  }
  if (rest.length > 0) yield text(rest);
}

import { Readable } from 'node:stream';
import { EventStreamCodec } from '@smithy/core/event-streams';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

const text = (value: string) => ({ type: 'string' as const, value });

/** Largest payload of one event; larger chunks are split. */
const LARGEST_PART = 64 * 1024;

const part = (bytes: Buffer): Uint8Array =>
  codec.encode({
    headers: { ':message-type': text('event'), ':event-type': text('PayloadPart'), ':content-type': text('application/octet-stream') },
    body: bytes,
  });

const failure = (message: string): Uint8Array =>
  codec.encode({
    headers: { ':message-type': text('exception'), ':exception-type': text('ModelStreamError'), ':content-type': text('application/json') },
    body: Buffer.from(JSON.stringify({ Message: message, ErrorCode: 'StreamBroken' })),
  });

/**
 * A container's answer as the event stream of InvokeEndpointWithResponseStream: each chunk a PayloadPart as it comes, and a
 * ModelStreamError where the answer breaks off.
 */
export function responseStream(body: Readable): Readable {
  return Readable.from(
    (async function* () {
      try {
        for await (const chunk of body as AsyncIterable<Buffer>) {
          for (let start = 0; start < chunk.length; start += LARGEST_PART) yield part(chunk.subarray(start, start + LARGEST_PART));
        }
      } catch (error) {
        yield failure((error as Error).message);
      }
    })(),
    { objectMode: false },
  );
}

import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { readBody } from '../../../local/gateway/http/body.ts';

const MEBIBYTE = 1 << 20;
const chunks = (mebibytes: number): Buffer[] => Array.from({ length: mebibytes }, (_, i) => Buffer.alloc(MEBIBYTE, i));
const hash = async (source: AsyncIterable<Buffer>): Promise<string> => {
  const digest = createHash('sha256');
  for await (const chunk of source) digest.update(chunk);
  return digest.digest('hex');
};
const namedFiles = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('sealab-body-'));

describe('a request’s body', () => {
  it.each([
    ['none', 0, true],
    ['small, in memory', 3, true],
    ['large, in a file', 40, false],
  ])('%s: is hashed, and can be read more than once', async (_, mebibytes, inMemory) => {
    const before = namedFiles();
    const body = await readBody(Readable.from(chunks(mebibytes)));
    expect(body.length).toBe(mebibytes * MEBIBYTE);
    expect(body.bytes !== undefined).toBe(inMemory);
    expect(body.sha256).toBe(await hash(Readable.from(chunks(mebibytes))));
    // A process that is killed now leaves nothing behind.
    expect(namedFiles()).toEqual(before);
    expect(await Promise.all([hash(body.stream()), hash(body.stream())])).toEqual([body.sha256, body.sha256]);
    await body.discard();
    await body.discard();
  });

  it('that breaks off leaves nothing and says so', async () => {
    const broken = Readable.from(
      (function* () {
        yield* chunks(30);
        throw new Error('broken off');
      })(),
    );
    await expect(readBody(broken)).rejects.toThrow('broken off');
  });
});

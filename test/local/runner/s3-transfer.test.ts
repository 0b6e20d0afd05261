import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { S3Client } from '@aws-sdk/client-s3';
import { downloadObject } from '../../../local/runner/s3-transfer.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealab-transfer-'));
/** S3 with one object, whose checksum the client compares. */
const s3 = createServer((_, response) =>
  response.writeHead(200, { 'content-length': 3, 'x-amz-checksum-crc32': 'eGdI2w==', 'x-amz-checksum-type': 'FULL_OBJECT' }).end('abc'),
);
let client: S3Client;
const uncaught: unknown[] = [];
const caught = (error: unknown) => uncaught.push(error);

beforeAll(async () => {
  await new Promise<void>((resolve) => s3.listen(0, '127.0.0.1', resolve));
  client = new S3Client({
    endpoint: `http://127.0.0.1:${(s3.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  process.on('uncaughtException', caught);
});
afterAll(() => {
  process.off('uncaughtException', caught);
  client.destroy();
  s3.close();
  rmSync(folder, { recursive: true });
});

it('a download that is given up when its answer has just arrived ends as given up, and nothing else does', async () => {
  const giveUp = new AbortController();
  client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      giveUp.abort();
      return answer;
    },
    { step: 'initialize' },
  );
  await expect(downloadObject(client, 'data', 'key', join(folder, 'a', 'file'), giveUp.signal)).rejects.toMatchObject({
    name: 'AbortError',
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(uncaught).toEqual([]);
});

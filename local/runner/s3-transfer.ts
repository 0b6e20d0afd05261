import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { PlatformClientConfig } from '../gateway/platform.ts';
import { parseS3Uri } from './s3-locations.ts';
import { listObjects, type S3Source } from './s3-objects.ts';

const PARALLEL = 8;
/** S3's largest part number is 10,000: this part size lets an archive have 160 GB. */
const PART_BYTES = 16 * 1024 * 1024;

export const s3Client = (config: PlatformClientConfig): S3Client => new S3Client({ ...config, forcePathStyle: true });

/** One of several equal parts of an input: every `count`th object from `index` on. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Downloads everything below a prefix (or one object) into a folder. Throws {@link NoObjects} where there is nothing. */
export const downloadPrefix = (client: S3Client, uri: string, folder: string, signal: AbortSignal): Promise<void> =>
  downloadSource(client, { uri, type: 'S3Prefix' }, folder, signal);

/** Downloads the objects of an input, or one shard of them, into a folder. Throws {@link NoObjects} where there are none at all. */
export async function downloadSource(
  client: S3Client,
  source: S3Source,
  folder: string,
  signal: AbortSignal,
  shard?: Shard,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const objects = await listObjects(client, source, signal);
  const wanted = shard === undefined ? objects : objects.filter((_, at) => at % shard.count === shard.index);
  await Promise.all(
    Array.from({ length: Math.min(PARALLEL, wanted.length) }, async () => {
      for (let next = wanted.pop(); next !== undefined; next = wanted.pop())
        await downloadObject(client, next.bucket, next.key, join(folder, next.path), signal);
    }),
  );
}

export async function downloadObject(client: S3Client, bucket: string, key: string, path: string, signal: AbortSignal): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  // Nothing is waited for between the answer and its reading: an answer that ends unread, because of an abort, is an uncaught error.
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
  await pipeline(Body as Readable, createWriteStream(path), { signal });
}

/** Writes an object with SSE-KMS, with the given key or the account's own. */
export async function putObject(client: S3Client, uri: string, body: Readable, kmsKeyId: string | undefined): Promise<void> {
  const { bucket, key } = parseS3Uri(uri);
  const encryption = {
    ServerSideEncryption: 'aws:kms' as const,
    ...(kmsKeyId === undefined || kmsKeyId === '' ? {} : { SSEKMSKeyId: kmsKeyId }),
  };
  await new Upload({ client, params: { Bucket: bucket, Key: key, Body: body, ...encryption }, partSize: PART_BYTES, queueSize: 2 }).done();
}

/** Uploads a folder's content as one gzipped tar archive. An empty folder gives no object. */
export async function uploadArchive(client: S3Client, folder: string, uri: string, kmsKeyId: string | undefined): Promise<boolean> {
  const names = await readdir(folder);
  if (names.length === 0) return false;
  // Names by standard input: there may be more than a command line takes, and they are the job's own choice.
  const tar = spawn('tar', ['-C', folder, '--owner=0', '--group=0', '--null', '--verbatim-files-from', '-T', '-', '-czf', '-'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  tar.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<number | null>((resolve, reject) => tar.once('error', reject).once('close', resolve));
  tar.stdin.on('error', () => undefined).end(names.map((name) => `${name}\0`).join(''));
  const body = new PassThrough();
  tar.stdout.pipe(body);
  const [code] = await Promise.all([ended, putObject(client, uri, body, kmsKeyId)]);
  if (code !== 0) throw new Error(`tar could not pack the output: ${said.trim()}`);
  return true;
}

/** Uploads the files of a folder under a prefix; what is not a plain file (a link could point anywhere) is left out. */
export async function uploadFolder(client: S3Client, folder: string, uri: string, kmsKeyId: string | undefined): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files)
    await putObject(client, `${uri.replace(/\/+$/, '')}/${relative(folder, file)}`, createReadStream(file), kmsKeyId);
  return files.length;
}

/** Unpacks a gzipped tar archive; paths that lead out of the folder are refused by tar itself. */
export async function unpackArchive(archive: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const tar = spawn('tar', ['-C', folder, '--no-same-owner', '--no-same-permissions', '-xzf', archive], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  tar.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => tar.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(said.trim().split('\n').at(-1) ?? 'tar failed');
}

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

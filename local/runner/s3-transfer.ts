import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { PlatformClientConfig } from '../gateway/platform.ts';
import { parseS3Uri, pathInChannel } from './s3-locations.ts';

const PARALLEL = 8;
/** S3's largest part number is 10,000: this part size lets an archive have 160 GB. */
const PART_BYTES = 16 * 1024 * 1024;

export const s3Client = (config: PlatformClientConfig): S3Client => new S3Client({ ...config, forcePathStyle: true });

/** There is nothing at an input's location. */
export class NoObjects extends Error {
  override readonly name = 'NoObjects';
}

/** Downloads everything below a prefix (or one object) into a folder. Throws {@link NoObjects} where there is nothing. */
export async function downloadPrefix(client: S3Client, uri: string, folder: string, signal: AbortSignal): Promise<void> {
  const { bucket, key: prefix } = parseS3Uri(uri);
  await mkdir(folder, { recursive: true });
  let token: string | undefined;
  let found = false;
  do {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(token === undefined ? {} : { ContinuationToken: token }) }),
      { abortSignal: signal },
    );
    const wanted = (page.Contents ?? []).flatMap(({ Key: key = '' }) => {
      const path = pathInChannel(prefix, key);
      return path === undefined ? [] : [{ key, path: join(folder, path) }];
    });
    found ||= wanted.length > 0;
    await Promise.all(
      Array.from({ length: Math.min(PARALLEL, wanted.length) }, async () => {
        for (let next = wanted.pop(); next !== undefined; next = wanted.pop())
          await downloadObject(client, bucket, next.key, next.path, signal);
      }),
    );
    token = page.NextContinuationToken;
  } while (token !== undefined);
  if (!found) throw new NoObjects(uri);
}

export async function downloadObject(client: S3Client, bucket: string, key: string, path: string, signal: AbortSignal): Promise<void> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
  await mkdir(dirname(path), { recursive: true });
  await pipeline(Body as Readable, createWriteStream(path), { signal });
}

async function put(client: S3Client, uri: string, body: Readable, kmsKeyId: string | undefined): Promise<void> {
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
  const [code] = await Promise.all([ended, put(client, uri, body, kmsKeyId)]);
  if (code !== 0) throw new Error(`tar could not pack the output: ${said.trim()}`);
  return true;
}

/** Uploads the files of a folder under a prefix; what is not a plain file (a link could point anywhere) is left out. */
export async function uploadFolder(client: S3Client, folder: string, uri: string, kmsKeyId: string | undefined): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files) await put(client, `${uri.replace(/\/+$/, '')}/${relative(folder, file)}`, createReadStream(file), kmsKeyId);
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

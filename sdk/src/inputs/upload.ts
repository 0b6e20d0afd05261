import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { SealabError } from '../contract/index.ts';
import type { EnvironmentDescription } from '../contract/index.ts';
import { bucketOf } from '../secure/match.ts';
import type { DataInput, Uploaded, UploadOptions, UploadProgress } from './api.ts';
import { contentHash, outgoingFiles } from './files.ts';
import type { OutgoingFile } from './files.ts';

/** Up to here one request carries the file; larger ones go in parts. */
const ONE_REQUEST = 16 * 1024 * 1024;

interface Place {
  readonly s3: S3Client;
  readonly environment: EnvironmentDescription;
}

/** Whether the input is in S3 already. */
export const isS3Uri = (input: DataInput): input is string => typeof input === 'string' && bucketOf(input) !== undefined;

/**
 * Uploads what is not in S3 yet. The key holds the hash of the content, so that the same content is sent once and a
 * repeat after a broken connection goes on where it stopped.
 *
 * @throws SealabError `InputNotFound`, `InvalidInput`, `AccessDenied`.
 */
export async function upload({ s3, environment }: Place, data: DataInput, options: UploadOptions = {}): Promise<Uploaded> {
  if (isS3Uri(data) || (typeof data === 'object' && 's3Uri' in data)) {
    throw new SealabError('InvalidInput', 'upload: this is in S3 already.', { remedy: 'Use the S3 URI as it is.' });
  }
  const bucket = environment.buckets[options.to ?? 'data'];
  const files = await outgoingFiles(data);
  const prefix = (options.prefix ?? `uploads/${(await contentHash(files)).slice(0, 32)}`).replace(/^\/+|\/+$/g, '');
  const addressed = options.prefix === undefined;
  const keys: string[] = [];
  for (const file of files) {
    const key = prefix === '' ? file.name : `${prefix}/${file.name}`;
    await send(s3, bucket, key, file, addressed, options);
    keys.push(key);
  }
  const [only] = keys;
  return {
    s3Uri: keys.length === 1 && only !== undefined ? `s3://${bucket}/${only}` : `s3://${bucket}/${prefix}/`,
    bucket,
    keys,
    bytes: files.reduce((sum, file) => sum + file.size, 0),
  };
}

/** @param addressed the key names the content: an object that is there already is the right one. */
async function send(
  s3: S3Client,
  bucket: string,
  key: string,
  file: OutgoingFile,
  addressed: boolean,
  options: UploadOptions,
): Promise<void> {
  const report = (bytes: number) => options.onProgress?.({ file: file.name, bytes, totalBytes: file.size } satisfies UploadProgress);
  report(0);
  if (file.size <= ONE_REQUEST) {
    const bytes = 'bytes' in file.from ? file.from.bytes : await readFile(file.from.path);
    await putOnce(s3, bucket, key, bytes, addressed, options.signal);
  } else if (!addressed || !(await isThere(s3, bucket, key, file.size))) {
    const { Upload } = await import('@aws-sdk/lib-storage');
    const Body = 'bytes' in file.from ? file.from.bytes : createReadStream(file.from.path);
    const parts = new Upload({ client: s3, params: { Bucket: bucket, Key: key, Body }, partSize: ONE_REQUEST, queueSize: 3 });
    options.signal?.addEventListener('abort', () => void parts.abort(), { once: true });
    parts.on('httpUploadProgress', ({ loaded }) => report(loaded ?? 0));
    await parts.done();
  }
  options.signal?.throwIfAborted();
  report(file.size);
}

/** Puts an object whose key names its content: when it is there already, nothing is sent twice. */
export async function putOnce(
  s3: S3Client,
  bucket: string,
  key: string,
  bytes: Uint8Array,
  addressed = true,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ...(addressed ? { IfNoneMatch: '*' } : {}) }),
      signal === undefined ? {} : { abortSignal: signal },
    );
  } catch (error) {
    if (!addressed || !/^(PreconditionFailed|ConditionalRequestConflict)$/.test((error as Error).name)) throw error;
  }
}

async function isThere(s3: S3Client, bucket: string, key: string, size: number): Promise<boolean> {
  try {
    return (await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).ContentLength === size;
  } catch {
    // Without the right to look, or without the object: it is sent.
    return false;
  }
}

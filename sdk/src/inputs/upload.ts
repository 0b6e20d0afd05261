import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { SealabError } from '../contract/index.ts';
import type { EnvironmentDescription } from '../contract/index.ts';
import { refuseUnknown } from '../jobs/options.ts';
import { inKernel, progressLine } from '../notebook/progress.ts';
import { bucketOf } from '../secure/match.ts';
import type { DataInput, Uploaded, UploadOptions } from './api.ts';
import { bytesText } from './bytes-text.ts';
import { contentHash, outgoingFiles } from './files.ts';
import type { OutgoingFile } from './files.ts';

/** Up to here one request carries the file; larger ones go in parts. */
const ONE_REQUEST = 16 * 1024 * 1024;
/** Files on their way at once: what is in memory stays below this many parts. */
const AT_ONCE = 6;

/** An upload that is done sooner shows no progress. */
const QUIET_MS = 400;

interface Place {
  readonly s3: S3Client;
  readonly environment: EnvironmentDescription;
}

/** One upload: where to, and what all its files share. */
interface Batch {
  readonly s3: S3Client;
  readonly bucket: string;
  /** The key names the content: an object that is there already is the right one. */
  readonly addressed: boolean;
  /** Sizes of objects that are there already, by key. */
  readonly there: ReadonlyMap<string, number>;
  readonly signal: AbortSignal;
  readonly report: (file: OutgoingFile, bytes: number) => void;
}

/** Whether the input is in S3 already. */
export const isS3Uri = (input: DataInput): input is string => typeof input === 'string' && bucketOf(input) !== undefined;

/**
 * Uploads what is not in S3 yet, several files at once. The key holds the hash of the content, so that the same content is
 * sent once, and a repeat after a broken connection sends only the files that are missing.
 *
 * @throws SealabError `InputNotFound`, `InvalidInput`, `AccessDenied`.
 */
export async function upload({ s3, environment }: Place, data: DataInput, options: UploadOptions = {}): Promise<Uploaded> {
  if (isS3Uri(data) || (typeof data === 'object' && 's3Uri' in data)) {
    throw new SealabError('InvalidInput', 'upload: this is in S3 already.', { remedy: 'Use the S3 URI as it is.' });
  }
  refuseUnknown('lab.upload', options, { to: true, prefix: true, onProgress: true, signal: true });
  const bucket = environment.buckets[options.to ?? 'data'];
  const files = await outgoingFiles(data);
  const prefix = (options.prefix ?? (await contentPlace(files, bucket)).prefix).replace(/^\/+|\/+$/g, '');
  const addressed = options.prefix === undefined;
  const keyed = files.map((file) => ({ file, key: prefix === '' ? file.name : `${prefix}/${file.name}` }));
  const there = addressed && files.length > 1 ? await sizesBelow(s3, bucket, `${prefix}/`, options.signal) : new Map<string, number>();

  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const what = files.length === 1 ? (files[0]?.name ?? '') : `${files.length} files`;
  const line = options.onProgress === undefined && inKernel() ? progressLine({ after: QUIET_MS }) : undefined;
  const sent = new Map<OutgoingFile, number>();
  let all = 0;
  const report = (file: OutgoingFile, done: number) => {
    options.onProgress?.({ file: file.name, bytes: done, totalBytes: file.size });
    all += done - (sent.get(file) ?? 0);
    sent.set(file, done);
    line?.show(`Uploading ${what}: ${bytesText(all)} of ${bytesText(bytes)}`, bytes === 0 ? 1 : all / bytes);
  };
  await eachAtOnce(keyed, options.signal, ({ file, key }, signal) => send({ s3, bucket, addressed, there, signal, report }, key, file));

  const keys = keyed.map(({ key }) => key);
  const [only] = keys;
  const s3Uri = keys.length === 1 && only !== undefined ? `s3://${bucket}/${only}` : `s3://${bucket}/${prefix}/`;
  line?.show(`Uploaded ${what}, ${bytesText(bytes)}, to ${s3Uri}`);
  await line?.end();
  return { s3Uri, bucket, keys, bytes };
}

/** Where content goes that is not put under a prefix of the caller's: the key holds its hash. */
export async function contentPlace(files: readonly OutgoingFile[], bucket: string): Promise<{ prefix: string; s3Uri: string }> {
  const prefix = `uploads/${(await contentHash(files)).slice(0, 32)}`;
  const [only] = files;
  return { prefix, s3Uri: `s3://${bucket}/${prefix}/${files.length === 1 && only !== undefined ? only.name : ''}` };
}

/** Works on `AT_ONCE` items at a time. The first failure stops the others, and is the one that is thrown. */
async function eachAtOnce<T>(items: readonly T[], outer: AbortSignal | undefined, work: (item: T, signal: AbortSignal) => Promise<void>) {
  const failed = new AbortController();
  const signal = outer === undefined ? failed.signal : AbortSignal.any([outer, failed.signal]);
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) {
      signal.throwIfAborted();
      await work(item, signal);
    }
  };
  const workers = Array.from({ length: Math.min(AT_ONCE, items.length) }, () =>
    worker().catch((error: unknown) => {
      failed.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(workers);
  outer?.throwIfAborted();
  if (failed.signal.aborted) throw failed.signal.reason;
}

async function send({ s3, bucket, addressed, there, signal, report }: Batch, key: string, file: OutgoingFile): Promise<void> {
  report(file, 0);
  const type = file.contentType === undefined ? {} : { ContentType: file.contentType };
  if (there.get(key) === file.size) {
    // Sent by an upload that did not get to its end.
  } else if (file.size <= ONE_REQUEST) {
    const bytes = 'bytes' in file.from ? file.from.bytes : await readFile(file.from.path);
    if (bytes.byteLength !== file.size)
      throw new SealabError('InvalidInput', `${file.name} was changed while it was uploaded.`, {
        remedy: 'Try again.',
        details: { file: file.name },
      });
    await putOnce(s3, bucket, key, bytes, addressed, signal, file.contentType);
  } else if (!addressed || !(await isThere(s3, bucket, key, file.size))) {
    const { Upload } = await import('@aws-sdk/lib-storage');
    const Body = 'bytes' in file.from ? file.from.bytes : createReadStream(file.from.path);
    const parts = new Upload({ client: s3, params: { Bucket: bucket, Key: key, Body, ...type }, partSize: ONE_REQUEST, queueSize: 3 });
    const abort = () => void parts.abort();
    signal.addEventListener('abort', abort, { once: true });
    parts.on('httpUploadProgress', ({ loaded }) => report(file, loaded ?? 0));
    await parts.done().finally(() => signal.removeEventListener('abort', abort));
  }
  signal.throwIfAborted();
  report(file, file.size);
}

/** Puts an object whose key names its content: when it is there already, nothing is sent twice. */
export async function putOnce(
  s3: S3Client,
  bucket: string,
  key: string,
  bytes: Uint8Array,
  addressed = true,
  signal?: AbortSignal,
  contentType?: string,
): Promise<void> {
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: bytes,
        ...(contentType === undefined ? {} : { ContentType: contentType }),
        ...(addressed ? { IfNoneMatch: '*' } : {}),
      }),
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

/** What is below a prefix already; nothing without the right to look. */
async function sizesBelow(s3: S3Client, bucket: string, prefix: string, signal?: AbortSignal): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  try {
    let next: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(next === undefined ? {} : { ContinuationToken: next }) }),
        signal === undefined ? {} : { abortSignal: signal },
      );
      for (const { Key, Size } of page.Contents ?? []) if (Key !== undefined && Size !== undefined) sizes.set(Key, Size);
      next = page.NextContinuationToken;
    } while (next !== undefined);
  } catch {
    signal?.throwIfAborted();
  }
  return sizes;
}

import { createHash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import type { LabContext } from '../context.ts';
import { HOSTED_ARCHIVES, SealabError } from '../contract/index.ts';
import { bucketOf } from '../secure/match.ts';
import type { TarEntry } from '../source/tar.ts';
import { AppendToTar } from './append-to-tar.ts';

const PART = 8 * 1024 * 1024;
/** The program that a model archive may bring along itself, by SageMaker's convention. */
export const OWN_PROGRAM = 'inference.py';

export interface HostedCode {
  /** The program's path below `code/`. */
  readonly program: string;
  readonly entries: readonly TarEntry[];
  readonly hash: string;
  /** `false`: code that the archive holds itself goes first. */
  readonly chosen: boolean;
}

export interface HostedModel {
  readonly s3Uri: string;
  readonly program: string;
}

/** Bucket and key of an S3 URI. Throws `InvalidInput`. */
export function objectAt(uri: string): { Bucket: string; Key: string } {
  const Bucket = bucketOf(uri);
  if (Bucket === undefined || uri.length <= 6 + Bucket.length)
    throw new SealabError('InvalidInput', `${uri}: this is not the URI of an S3 object.`);
  return { Bucket, Key: uri.slice(6 + Bucket.length) };
}

/** Where an archive with its code is or will be. */
export interface ArchivePlace extends HostedModel {
  /** Makes it unless it is there. The program is the archive's own where it brings one along. */
  readonly pack: () => Promise<HostedModel>;
}

/**
 * Puts the inference code into the model archive, under `code/`, because an isolated container cannot fetch it. The
 * archive streams from S3 to S3. The same model with the same code is made once. Nothing is written before `pack`.
 */
export async function archivePlace(context: LabContext, artifacts: string, code: HostedCode, signal: AbortSignal): Promise<ArchivePlace> {
  const { environment, clients } = context;
  const from = objectAt(artifacts);
  const { ETag } = await clients.s3.send(new HeadObjectCommand(from), { abortSignal: signal }).catch((error: unknown) => {
    if (!/^(NotFound|NoSuchKey|NoSuchBucket)$/.test((error as Error).name)) throw error;
    throw new SealabError('InputNotFound', `${artifacts}: there is no such model archive.`, { details: { path: artifacts }, cause: error });
  });
  const hash = createHash('sha256')
    .update(`${artifacts}\0${ETag ?? ''}\0${code.hash}\0${code.program}\0${String(code.chosen)}`)
    .digest('hex')
    .slice(0, 40);
  const to = { Bucket: environment.buckets.model, Key: `${HOSTED_ARCHIVES}/${hash}/model.tar.gz` };
  const s3Uri = `s3://${to.Bucket}/${to.Key}`;
  const done = await clients.s3.send(new HeadObjectCommand(to), { abortSignal: signal }).catch(() => undefined);
  const program = done?.Metadata?.['program'];
  return {
    s3Uri,
    program: program ?? code.program,
    pack: async () => ({ s3Uri, program: program ?? (await append(context, from, to, code, signal)) }),
  };
}

async function append(
  { clients }: LabContext,
  from: { Bucket: string; Key: string },
  to: { Bucket: string; Key: string },
  code: HostedCode,
  signal: AbortSignal,
): Promise<string> {
  const program = !code.chosen && (await holdsOwnProgram(clients.s3, from, signal)) ? OWN_PROGRAM : code.program;
  const entries = program === code.program ? code.entries.map((entry) => ({ ...entry, name: `code/${entry.name}` })) : [];
  const { Upload } = await import('@aws-sdk/lib-storage');
  // Nothing is waited for between the answer and its reading: an answer that ends unread, because of an abort, is an uncaught error.
  const { Body } = await clients.s3.send(new GetObjectCommand(from), { abortSignal: signal });
  const packed = new PassThrough();
  const upload = new Upload({
    client: clients.s3,
    params: { ...to, Body: packed, ContentType: 'application/gzip', Metadata: { program } },
    partSize: PART,
    queueSize: 2,
  });
  const onAbort = () => void upload.abort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.all([
      pipeline(Body as Readable, createGunzip(), new AppendToTar(entries), createGzip({ level: 6 }), packed, { signal }),
      upload.done(),
    ]);
  } catch (error) {
    await upload.abort().catch(() => undefined);
    throw (error as Error).name === 'AbortError'
      ? error
      : (error as { code?: string }).code?.startsWith('Z_') === true
        ? new SealabError('InvalidInput', `s3://${from.Bucket}/${from.Key} is not a gzip-compressed tar archive.`, { cause: error })
        : error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  return program;
}

async function holdsOwnProgram(
  s3: LabContext['clients']['s3'],
  from: { Bucket: string; Key: string },
  signal: AbortSignal,
): Promise<boolean> {
  const { Body } = await s3.send(new GetObjectCommand(from), { abortSignal: signal });
  const reader = new AppendToTar([]);
  reader.resume();
  await pipeline(Body as Readable, createGunzip(), reader, { signal });
  return reader.seen.has(`code/${OWN_PROGRAM}`);
}

import type { Readable } from 'node:stream';
import { type S3Client, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ClientFailure } from './failures.ts';
import { parseS3Uri, pathInChannel } from './s3-locations.ts';

/** How a job names its input objects. */
export interface S3Source {
  readonly uri: string;
  readonly type: 'S3Prefix' | 'ManifestFile';
}

export interface S3Object {
  readonly bucket: string;
  readonly key: string;
  /** Below the folder of the prefix: where a container finds it, and what its output is named after. */
  readonly path: string;
}

/** A manifest of SageMaker is small: it names objects one by one. */
const LARGEST_MANIFEST = 64 * 1024 * 1024;

/** There is nothing at an input's location. */
export class NoObjects extends Error {
  override readonly name = 'NoObjects';
}

/** Objects of an input, in the order of their keys (a manifest: in its own). Throws {@link NoObjects} where there are none. */
export async function listObjects(client: S3Client, { uri, type }: S3Source, signal: AbortSignal): Promise<S3Object[]> {
  const objects = type === 'ManifestFile' ? await listManifest(client, uri, signal) : await listPrefix(client, uri, signal);
  if (objects.length === 0) throw new NoObjects(uri);
  return objects;
}

async function listPrefix(client: S3Client, uri: string, signal: AbortSignal): Promise<S3Object[]> {
  const { bucket, key: prefix } = parseS3Uri(uri);
  const objects: S3Object[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(token === undefined ? {} : { ContinuationToken: token }) }),
      { abortSignal: signal },
    );
    for (const { Key: key = '' } of page.Contents ?? []) {
      const path = pathInChannel(prefix, key);
      if (path !== undefined) objects.push({ bucket, key, path });
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return objects;
}

/** `[{"prefix": "s3://bucket/folder/"}, "a.csv", "b.csv"]`: API reference of `S3DataSource`. */
async function listManifest(client: S3Client, uri: string, signal: AbortSignal): Promise<S3Object[]> {
  const { bucket: Bucket, key: Key } = parseS3Uri(uri);
  const { Body, ContentLength = 0 } = await client.send(new GetObjectCommand({ Bucket, Key }), { abortSignal: signal });
  if (ContentLength > LARGEST_MANIFEST) {
    (Body as Readable).destroy();
    throw new ClientFailure(`The manifest ${uri} is larger than ${String(LARGEST_MANIFEST)} bytes.`);
  }
  const wrong = (): ClientFailure =>
    new ClientFailure(
      `The manifest ${uri} is not valid: it must be a JSON list of {"prefix": "s3://…"} and of object names below that prefix.`,
    );
  let entries: unknown;
  try {
    entries = JSON.parse((await Body?.transformToString()) ?? '');
  } catch {
    throw wrong();
  }
  if (!Array.isArray(entries)) throw wrong();
  const [head, ...names] = entries as [{ prefix?: unknown } | undefined, ...unknown[]];
  const prefix = head?.prefix;
  if (typeof prefix !== 'string' || !prefix.startsWith('s3://')) throw wrong();
  if (names.length === 0) return listPrefix(client, prefix, signal);
  return names.map((name) => {
    if (typeof name !== 'string') throw wrong();
    const { bucket, key } = parseS3Uri(prefix + name);
    const path = pathInChannel(parseS3Uri(prefix).key, key);
    if (path === undefined) throw wrong();
    return { bucket, key, path };
  });
}

import {
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  type PutObjectCommandInput,
  type ServerSideEncryption,
} from '@aws-sdk/client-s3';
import { unlessAbsent } from '../absent.ts';
import type { ResourceContext } from '../resource-type.ts';
import type { BucketDeployment } from './custom-cdk-bucket-deployment.ts';
import type { SourceFile } from './custom-cdk-bucket-deployment-sources.ts';

const UPLOADS = 6;

/** Uploads what is new or different and, with Prune, deletes what is not in `files`. */
export async function syncObjects(
  context: ResourceContext,
  properties: BucketDeployment,
  prefix: string,
  files: ReadonlyMap<string, SourceFile>,
): Promise<void> {
  const { DestinationBucketName: Bucket, Prune, Exclude = [], Include = [], SystemMetadata = {}, UserMetadata = {} } = properties;
  const chosen = selection(Exclude, Include);
  const metadata = {
    ...systemMetadata(SystemMetadata),
    ...(Object.keys(UserMetadata).length > 0 ? { Metadata: lowerKeys(UserMetadata) } : {}),
  };
  const existing = await objectsUnder(context, Bucket, prefix);
  // The largest first: it takes as long as all the small ones beside it.
  const queue = [...files].filter(([name]) => chosen(name)).sort(([, a], [, b]) => b.size - a.size);
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [name, file] = next;
      const Key = prefix + name;
      if (existing.get(Key) === file.size && (await sameContent(context, Bucket, Key, file.checksum))) continue;
      const Body = await file.read();
      await context.aws.s3.send(
        new PutObjectCommand({
          ContentType: contentType(name),
          ...metadata,
          Bucket,
          Key,
          Body,
          ContentLength: file.size,
          ChecksumAlgorithm: 'SHA256',
          ChecksumSHA256: file.checksum,
        }),
      );
    }
  };
  await Promise.all(Array.from({ length: UPLOADS }, worker));
  if (Prune === false) return;
  const surplus = [...existing.keys()].filter((key) => !files.has(key.slice(prefix.length)) && chosen(key.slice(prefix.length)));
  await deleteKeys(context, Bucket, surplus);
}

/** The hash that S3 keeps beside the object saves an upload; it needs no copy of ours that could be wrong. */
async function sameContent({ aws }: ResourceContext, Bucket: string, Key: string, checksum: string): Promise<boolean> {
  const head = await unlessAbsent(aws.s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' })));
  return head?.ChecksumSHA256 === checksum;
}

async function objectsUnder({ aws }: ResourceContext, Bucket: string, Prefix: string): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for await (const page of paginateListObjectsV2({ client: aws.s3 }, { Bucket, Prefix }))
    for (const { Key, Size } of page.Contents ?? []) if (Key !== undefined) found.set(Key, Size ?? 0);
  return found;
}

async function deleteKeys({ aws }: ResourceContext, Bucket: string, keys: readonly string[]): Promise<void> {
  for (let start = 0; start < keys.length; start += 1000) {
    const Objects = keys.slice(start, start + 1000).map((Key) => ({ Key }));
    const answer = await aws.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    const [failed] = answer.Errors ?? [];
    if (failed !== undefined)
      throw Object.assign(new Error(`${failed.Key ?? ''}: ${failed.Message ?? ''}`), { name: failed.Code ?? 'Error' });
  }
}

export async function removePrefix(context: ResourceContext, Bucket: string, prefix: string): Promise<void> {
  const found = await unlessAbsent(objectsUnder(context, Bucket, prefix));
  await deleteKeys(context, Bucket, [...(found?.keys() ?? [])]);
}

/** CDK marks a destination that several deployments share, so that the removal of one does not empty it. */
export async function bucketOwned({ aws }: ResourceContext, Bucket: string, prefix: string): Promise<boolean> {
  const tag = prefix === '' ? 'aws-cdk:cr-owned' : `aws-cdk:cr-owned:${prefix}`;
  const answer = await unlessAbsent(aws.s3.send(new GetBucketTaggingCommand({ Bucket })));
  return answer?.TagSet?.some(({ Key }) => Key?.startsWith(tag)) === true;
}

/** Filters of `aws s3 sync`: excludes, then includes, the last match wins. */
function selection(exclude: readonly string[], include: readonly string[]): (name: string) => boolean {
  const any = (patterns: readonly string[], name: string): boolean => patterns.some((pattern) => glob(pattern).test(name));
  return (name) => !any(exclude, name) || any(include, name);
}

const glob = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replace(/\*/g, '[\\s\\S]*')
      .replace(/\?/g, '[\\s\\S]')
      .replace(/\[!/g, '[^')}$`,
  );

const lowerKeys = (map: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key.toLowerCase(), value]));

const SYSTEM: Readonly<Record<string, (value: string) => Partial<PutObjectCommandInput>>> = {
  'cache-control': (CacheControl) => ({ CacheControl }),
  'content-disposition': (ContentDisposition) => ({ ContentDisposition }),
  'content-encoding': (ContentEncoding) => ({ ContentEncoding }),
  'content-language': (ContentLanguage) => ({ ContentLanguage }),
  'content-type': (ContentType) => ({ ContentType }),
  sse: (value) => ({ ServerSideEncryption: value as ServerSideEncryption }),
  'sse-kms-key-id': (SSEKMSKeyId) => ({ SSEKMSKeyId }),
};

/** The options of `aws s3 sync` that CDK passes; one that is not known here would be dropped, so it is refused. */
function systemMetadata(metadata: Readonly<Record<string, string>>): Partial<PutObjectCommandInput> {
  return Object.assign(
    {},
    ...Object.entries(metadata).map(([key, value]) => {
      const apply = SYSTEM[key.toLowerCase()];
      if (apply === undefined) throw new Error(`SystemMetadata ${key} is not applied locally`);
      return apply(value);
    }),
  ) as Partial<PutObjectCommandInput>;
}

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css',
  csv: 'text/csv',
  html: 'text/html',
  js: 'text/javascript',
  json: 'application/json',
  md: 'text/markdown',
  py: 'text/x-python',
  sh: 'application/x-sh',
  svg: 'image/svg+xml',
  txt: 'text/plain',
};

const contentType = (name: string): string => TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'binary/octet-stream';

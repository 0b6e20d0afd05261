import { AwsError } from '../call.ts';
import type { Encryption } from './resource-view.ts';
import { records, scalarText, text, type ContextValues, type Facts, type Requirement } from './requirement.ts';

/** IAM actions of S3 operations whose action has another name. `[action, level]`; level `object` when not given. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  AbortMultipartUpload: ['AbortMultipartUpload'],
  CompleteMultipartUpload: ['PutObject'],
  CopyObject: ['PutObject'],
  CreateMultipartUpload: ['PutObject'],
  DeleteBucketCors: ['PutBucketCORS'],
  DeleteBucketEncryption: ['PutEncryptionConfiguration'],
  DeleteBucketAnalyticsConfiguration: ['PutAnalyticsConfiguration'],
  DeleteBucketIntelligentTieringConfiguration: ['PutIntelligentTieringConfiguration'],
  DeleteBucketInventoryConfiguration: ['PutInventoryConfiguration'],
  DeleteBucketLifecycle: ['PutLifecycleConfiguration'],
  DeleteBucketMetricsConfiguration: ['PutMetricsConfiguration'],
  DeleteBucketOwnershipControls: ['PutBucketOwnershipControls'],
  DeleteBucketReplication: ['PutReplicationConfiguration'],
  DeleteBucketTagging: ['PutBucketTagging'],
  DeletePublicAccessBlock: ['PutBucketPublicAccessBlock'],
  GetBucketAccelerateConfiguration: ['GetAccelerateConfiguration'],
  GetBucketAnalyticsConfiguration: ['GetAnalyticsConfiguration'],
  GetBucketCors: ['GetBucketCORS'],
  GetBucketEncryption: ['GetEncryptionConfiguration'],
  GetBucketIntelligentTieringConfiguration: ['GetIntelligentTieringConfiguration'],
  GetBucketInventoryConfiguration: ['GetInventoryConfiguration'],
  GetBucketLifecycle: ['GetLifecycleConfiguration'],
  GetBucketLifecycleConfiguration: ['GetLifecycleConfiguration'],
  GetBucketMetricsConfiguration: ['GetMetricsConfiguration'],
  GetBucketNotificationConfiguration: ['GetBucketNotification'],
  GetBucketReplication: ['GetReplicationConfiguration'],
  GetObjectAttributes: ['GetObject', 'GetObjectAttributes'],
  GetObjectLockConfiguration: ['GetBucketObjectLockConfiguration'],
  GetPublicAccessBlock: ['GetBucketPublicAccessBlock'],
  HeadBucket: ['ListBucket'],
  HeadObject: ['GetObject'],
  ListBucketAnalyticsConfigurations: ['GetAnalyticsConfiguration'],
  ListBucketIntelligentTieringConfigurations: ['GetIntelligentTieringConfiguration'],
  ListBucketInventoryConfigurations: ['GetInventoryConfiguration'],
  ListBucketMetricsConfigurations: ['GetMetricsConfiguration'],
  ListBuckets: ['ListAllMyBuckets'],
  ListMultipartUploads: ['ListBucketMultipartUploads'],
  ListObjects: ['ListBucket'],
  ListObjectsV2: ['ListBucket'],
  ListObjectVersions: ['ListBucketVersions'],
  ListParts: ['ListMultipartUploadParts'],
  PutBucketAccelerateConfiguration: ['PutAccelerateConfiguration'],
  PutBucketAnalyticsConfiguration: ['PutAnalyticsConfiguration'],
  PutBucketCors: ['PutBucketCORS'],
  PutBucketEncryption: ['PutEncryptionConfiguration'],
  PutBucketIntelligentTieringConfiguration: ['PutIntelligentTieringConfiguration'],
  PutBucketInventoryConfiguration: ['PutInventoryConfiguration'],
  PutBucketLifecycle: ['PutLifecycleConfiguration'],
  PutBucketLifecycleConfiguration: ['PutLifecycleConfiguration'],
  PutBucketMetricsConfiguration: ['PutMetricsConfiguration'],
  PutBucketNotificationConfiguration: ['PutBucketNotification'],
  PutBucketReplication: ['PutReplicationConfiguration'],
  PutObjectLockConfiguration: ['PutBucketObjectLockConfiguration'],
  PutPublicAccessBlock: ['PutBucketPublicAccessBlock'],
  SelectObjectContent: ['GetObject'],
  UploadPart: ['PutObject'],
  UploadPartCopy: ['PutObject'],
};

/** Actions whose name changes when the request names a version. */
const VERSIONED = new Set([
  'GetObject',
  'GetObjectAcl',
  'GetObjectAttributes',
  'GetObjectTagging',
  'DeleteObject',
  'DeleteObjectTagging',
  'PutObjectAcl',
  'PutObjectTagging',
  'GetObjectTorrent',
]);
const versioned = (action: string): string =>
  action.endsWith('Object') ? `${action}Version` : action.replace(/^(Get|Put|Delete)Object/, '$1ObjectVersion');

/** What an S3 operation needs: its own actions, those of what it copies from, and the keys of encrypted objects. */
export async function s3Requirements(facts: Facts): Promise<Requirement[]> {
  const { call, headers } = facts;
  const { operation, input } = call;
  const bucket = text(input['Bucket']);
  const key = text(input['Key']);
  if (bucket === undefined)
    return (ACTIONS[operation] ?? [operation]).map((action) => ({ action: `s3:${action}`, resource: '*', context: requestContext(facts) }));
  const bucketArn = `arn:${call.partition}:s3:::${bucket}`;
  const context = requestContext(facts);
  const required: Requirement[] = [];
  const add = (action: string, resource: string, more: ContextValues = {}): void => {
    required.push({ action: `s3:${action}`, resource, context: { ...context, ...more } });
  };
  if (operation === 'DeleteObjects') {
    const deletion = input['Delete'] as { Objects?: unknown } | undefined;
    for (const object of records(deletion?.Objects)) {
      add(text(object['VersionId']) === undefined ? 'DeleteObject' : 'DeleteObjectVersion', `${bucketArn}/${text(object['Key']) ?? ''}`);
    }
    return required;
  }
  for (const action of ACTIONS[operation] ?? [operation]) {
    const name =
      VERSIONED.has(action) && text(input['VersionId']) !== undefined && !operation.includes('Copy') ? versioned(action) : action;
    add(name, key === undefined ? bucketArn : `${bucketArn}/${key}`);
  }
  if (operation === 'CreateBucket') {
    if (headers['x-amz-acl'] !== undefined) add('PutBucketAcl', bucketArn);
    if (input['ObjectLockEnabledForBucket'] === true) add('PutBucketObjectLockConfiguration', bucketArn);
    if (headers['x-amz-object-ownership'] !== undefined) add('PutBucketOwnershipControls', bucketArn);
  }
  if (key !== undefined) {
    const objectArn = `${bucketArn}/${key}`;
    if (headers['x-amz-tagging'] !== undefined) add('PutObjectTagging', objectArn);
    if (
      ['PutObject', 'CopyObject', 'CreateMultipartUpload'].includes(operation) &&
      Object.keys(headers).some((name) => name === 'x-amz-acl' || name.startsWith('x-amz-grant-'))
    ) {
      add('PutObjectAcl', objectArn);
    }
    if (headers['x-amz-bypass-governance-retention'] === 'true') add('BypassGovernanceRetention', objectArn);
    const source = copySource(input['CopySource']);
    if (source !== undefined) {
      add(source.versionId === undefined ? 'GetObject' : 'GetObjectVersion', `arn:${call.partition}:s3:::${source.bucket}/${source.key}`);
      required.push(
        ...(await keyRequirement(
          facts,
          'Decrypt',
          source.bucket,
          source.key,
          await facts.resources.objectEncryption(source.bucket, source.key, source.versionId),
        )),
      );
    }
    required.push(...(await encryptionRequirements(facts, bucket, key)));
  }
  return required;
}

/** kms permissions that S3 asks for on the caller's behalf. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html */
async function encryptionRequirements(facts: Facts, bucket: string, key: string): Promise<Requirement[]> {
  const { call, headers, resources } = facts;
  const uploadId = text(call.input['UploadId']);
  const written = async (): Promise<Encryption> => {
    const algorithm = headers['x-amz-server-side-encryption'];
    if (typeof algorithm === 'string') return { algorithm, keyId: text(headers['x-amz-server-side-encryption-aws-kms-key-id']) };
    return resources.bucketEncryption(bucket);
  };
  switch (call.operation) {
    case 'GetObject':
    case 'HeadObject':
    case 'SelectObjectContent':
    case 'GetObjectAttributes':
      return keyRequirement(facts, 'Decrypt', bucket, key, await resources.objectEncryption(bucket, key, text(call.input['VersionId'])));
    case 'PutObject':
    case 'CopyObject':
    case 'CreateMultipartUpload':
      return keyRequirement(facts, 'GenerateDataKey', bucket, key, await written());
    case 'UploadPart':
    case 'UploadPartCopy':
    case 'CompleteMultipartUpload': {
      const encryption =
        (uploadId === undefined ? undefined : resources.uploads.get(uploadId)) ?? (await resources.bucketEncryption(bucket));
      return [
        ...(await keyRequirement(facts, 'GenerateDataKey', bucket, key, encryption)),
        ...(await keyRequirement(facts, 'Decrypt', bucket, key, encryption)),
      ];
    }
    default:
      return [];
  }
}

async function keyRequirement(
  facts: Facts,
  action: 'Decrypt' | 'GenerateDataKey',
  bucket: string,
  key: string,
  encryption: Encryption | undefined,
): Promise<Requirement[]> {
  if (encryption?.algorithm !== 'aws:kms' && encryption?.algorithm !== 'aws:kms:dsse') return [];
  // The AWS-managed key lets everybody use it who may use the object.
  if (encryption.keyId === undefined) return [];
  const found = await facts.resources.key(encryption.keyId);
  if (found?.awsManaged === true) return [];
  const { partition, region, accountId } = facts.call;
  return [
    {
      action: `kms:${action}`,
      // A key that is not there can be used by nobody: the ARN of no key is evaluated, and refused.
      resource: found?.arn ?? `arn:${partition}:kms:${region}:${accountId}:key/${encryption.keyId.split('/').at(-1) ?? ''}`,
      via: 's3',
      context: {
        'kms:EncryptionContext:aws:s3:arn': `arn:${partition}:s3:::${bucket}/${key}`,
        'kms:EncryptionContextKeys': ['aws:s3:arn'],
      },
    },
  ];
}

function copySource(value: unknown): { bucket: string; key: string; versionId: string | undefined } | undefined {
  const given = text(value);
  if (given === undefined) return undefined;
  // Unencoded, these end a path for some readers and belong to it for others.
  if (/[#;]/.test(given)) throw new AwsError('InvalidArgument', 'x-amz-copy-source must be URL-encoded.');
  const [path = '', query] = given.split('?');
  const decoded = decodeURIComponent(path).replace(/^\//, '');
  const at = decoded.indexOf('/');
  return { bucket: decoded.slice(0, at), key: decoded.slice(at + 1), versionId: new URLSearchParams(query).get('versionId') ?? undefined };
}

/** Condition keys that carry parts of the request: every `x-amz-` header has one of its own name. */
function requestContext({ call, headers }: Facts): ContextValues {
  const context: Record<string, string | string[]> = { 's3:ResourceAccount': call.accountId };
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('x-amz-') && typeof value === 'string' && name !== 'x-amz-security-token') context[`s3:${name}`] = value;
  }
  const parameters = { 's3:prefix': 'Prefix', 's3:delimiter': 'Delimiter', 's3:max-keys': 'MaxKeys', 's3:VersionId': 'VersionId' };
  for (const [key, field] of Object.entries(parameters)) {
    const value = scalarText(call.input[field]);
    if (value !== undefined) context[key] = value;
  }
  for (const name of ['if-match', 'if-none-match']) if (typeof headers[name] === 'string') context[`s3:${name}`] = headers[name];
  const location = (call.input['CreateBucketConfiguration'] as { LocationConstraint?: string } | undefined)?.LocationConstraint;
  if (location !== undefined) context['s3:LocationConstraint'] = location;
  const tagging = headers['x-amz-tagging'];
  if (typeof tagging === 'string') {
    const tags = [...new URLSearchParams(tagging)];
    context['s3:RequestObjectTagKeys'] = tags.map(([name]) => name);
    for (const [name, value] of tags) context[`s3:RequestObjectTag/${name}`] = value;
  }
  return context;
}

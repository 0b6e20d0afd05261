import { describe, expect, it } from '@jest/globals';
import { guardS3 } from '@sealab/sdk/secure';
import { environment } from './environment-fixture.ts';
import { refusal } from './refusals.ts';

const put = { Bucket: 'credit-risk-data', Key: 'a', Body: 'x' };
const encrypted = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: environment.keys.storage };
const refused = (operation: string, input: object) => refusal(() => guardS3(operation, input, environment));

describe('guardS3', () => {
  it.each(['PutObject', 'CopyObject', 'CreateMultipartUpload'])('%s gets the storage key', (operation) => {
    expect(guardS3(operation, put, environment).input).toEqual({ ...put, ...encrypted });
    expect(guardS3(operation, { ...put, ...encrypted }, environment).fields.map(({ origin }) => origin)).toEqual(['caller', 'caller']);
  });

  it('keeps streams as they are', () => {
    const Body = new ReadableStream();
    expect(guardS3('PutObject', { ...put, Body }, environment).input.Body).toBe(Body);
  });

  it.each([
    ['SSEKMSKeyId', { SSEKMSKeyId: environment.keys.volume }],
    ['ServerSideEncryption', { ServerSideEncryption: 'AES256' }],
    ['SSECustomerKey', { SSECustomerKey: 'secret' }],
    ['ACL', { ACL: 'public-read' }],
    ['Bucket', { Bucket: 'somebody-elses' }],
    ['Bucket', { Bucket: 'credit-risk-logs' }],
    ['Bucket', { Bucket: undefined }],
  ])('refuses another %s', (field, change) => {
    const error = refused('PutObject', { ...put, ...change });
    expect([error.code, error.details['field'], error.details['control']]).toEqual(['SecureFieldConflict', field, `S3.${field}`]);
    expect(JSON.stringify(error)).not.toContain('secret');
  });

  it('refuses to change objects of foreign buckets and any bucket, and lets reads pass', () => {
    expect(refused('DeleteObject', { Bucket: 'somebody-elses', Key: 'a' }).code).toBe('SecureFieldConflict');
    for (const operation of ['PutBucketPolicy', 'DeleteBucket', 'PutObjectAcl', 'CreateBucket', 'PutPublicAccessBlock', 'RenameObject'])
      expect(refused(operation, put).code).toBe('OperationNotCovered');
    for (const operation of ['GetObject', 'HeadObject', 'ListObjectsV2', 'GetBucketPolicy'])
      expect(guardS3(operation, { Bucket: 'somebody-elses' }, environment).input).toEqual({ Bucket: 'somebody-elses' });
    for (const operation of ['UploadPart', 'DeleteObject', 'CompleteMultipartUpload'])
      expect(guardS3(operation, put, environment).input).toEqual(put);
  });
});

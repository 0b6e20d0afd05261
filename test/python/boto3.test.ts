import { beforeAll, describe, expect, it } from '@jest/globals';
import { environment } from '../sdk/environment-fixture.ts';
import { broken, capture, unencrypted } from './captures.ts';
import type { Capture } from './captures.ts';

let [alone, secured]: (Capture | undefined)[] = [];
beforeAll(async () => {
  [alone, secured] = await Promise.all([capture('sagemaker-v2', 'with_boto3.py', false), capture('sagemaker-v2', 'with_boto3.py', true)]);
}, 600_000);

describe('boto3', () => {
  it.each([
    [
      'train',
      'CreateTrainingJob',
      ['NetworkIsolation', 'OutputKey', 'SecurityGroups', 'Subnets', 'Tags', 'TrafficEncryption', 'VolumeKey'],
    ],
    [
      'process',
      'CreateProcessingJob',
      ['NetworkIsolation', 'OutputKey', 'SecurityGroups', 'Subnets', 'Tags', 'TrafficEncryption', 'VolumeKey'],
    ],
    ['model', 'CreateModel', ['NetworkIsolation', 'SecurityGroups', 'Subnets', 'Tags']],
    ['endpoint', 'CreateEndpointConfig', ['Tags', 'VolumeKey']],
    ['endpoint', 'CreateEndpoint', ['Tags']],
  ])('sends every secure field: %s, %s', (step, operation, missing) => {
    expect(secured?.outcome[step]).toBe('sent');
    const rules = (from: Capture | undefined) => from?.recorder.sent(step, operation).map((body) => broken(operation, body));
    expect(rules(secured)).toEqual([[]]);
    expect(rules(alone)).toEqual([missing]);
  });

  it('merges the caller’s variables with the mirror’s where a job has a network', () => {
    const CA_REPOSITORY_ARN = 'arn:aws:codeartifact:eu-west-1:111122223333:repository/sealab/approved';
    expect(secured?.recorder.sent('connected', 'CreateTrainingJob')[0]?.['Environment']).toEqual({ MINE: '1', CA_REPOSITORY_ARN });
    expect(secured?.recorder.sent('mirror of mine', 'CreateTrainingJob')[0]?.['Environment']).toEqual({ CA_REPOSITORY_ARN: 'mine' });
  });

  it('encrypts every way to upload with the storage key', () => {
    for (const step of ['upload', 'upload in parts', 'copy', 'resource', 'presign'])
      expect([step, secured?.outcome[step]]).toEqual([step, 'sent']);
    expect(secured === undefined ? undefined : unencrypted(secured)).toEqual([]);
    const started = secured?.recorder.requests.filter(({ operation, path }) => operation === 'POST' && path.includes('uploads'));
    expect(started?.map(({ headers }) => headers['x-amz-server-side-encryption-aws-kms-key-id'])).toEqual([environment.keys.storage]);
    expect(alone === undefined ? undefined : unencrypted(alone).length).toBeGreaterThan(2);
  });

  it('reads, and asks other services, as ever', () => {
    for (const step of ['look', 'list', 'read elsewhere', 'who']) expect([step, secured?.outcome[step]]).toEqual([step, 'sent']);
  });

  it.each([
    [
      'another role',
      'SecureFieldConflict',
      /RoleArn: "arn:aws:iam::111122223333:role\/admin" was given, .* is required \(roles\.jobExecution of the environment\)/,
    ],
    ['another subnet', 'SecureFieldConflict', /VpcConfig\.Subnets: \["subnet-0dead000"\] was given/],
    ['another bucket', 'SecureFieldConflict', /OutputDataConfig\.S3OutputPath: .*a location in "credit-risk-model"/],
    ['another event', 'SecureFieldConflict', /RoleArn: ".*role\/another" was given/],
    ['unknown operation', 'OperationNotCovered', /CreateWorkforce/],
    ['another key', 'SecureFieldConflict', /SSEKMSKeyId: "another" was given/],
    ['own key', 'SecureFieldConflict', /SSECustomerAlgorithm/],
    ['public', 'SecureFieldConflict', /ACL: "public-read" was given, nothing is required/],
    ['foreign bucket', 'SecureFieldConflict', /Bucket: "foreign" was given/],
    ['new bucket', 'OperationNotCovered', /S3 CreateBucket/],
  ])('refuses before anything is sent: %s', (step, code, message) => {
    const said = secured?.outcome[step] ?? '';
    expect(said).toMatch(message);
    expect(said).toContain(`SealabError: ${code}: `);
    expect(secured?.recorder.requests.filter(({ during }) => during === step)).toEqual([]);
    expect(alone?.recorder.requests.filter(({ during }) => during === step)).not.toEqual([]);
  });
});

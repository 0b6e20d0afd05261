import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateSecurityGroupCommand, CreateVpcCommand, DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateRoleCommand,
  GetRoleCommand,
  IAMClient,
  AttachRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand, DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { appendFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ACCOUNT, ownHome, REGION, startMoto, type Moto } from './running-gateway.ts';

/** Real processes behind real sockets: quick on an idle machine, patient on a busy one. */
jest.setTimeout(60_000);

let home: string;
let state: string;
let moto: Moto;
const body = Buffer.alloc(3_000_000, 'body');

const clients = () => {
  const config = {
    endpoint: `http://127.0.0.1:${String(moto.port)}`,
    region: REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  return {
    s3: new S3Client({ ...config, forcePathStyle: true }),
    iam: new IAMClient(config),
    kms: new KMSClient(config),
    ec2: new EC2Client(config),
    logs: new CloudWatchLogsClient(config),
    ssm: new SSMClient(config),
  };
};

let ciphertext: Uint8Array | undefined;
let vpcId: string | undefined;
beforeAll(async () => {
  home = ownHome();
  state = join(home, 'moto');
  moto = await startMoto(state);
  const { s3, iam, kms, ec2, logs, ssm } = clients();
  await s3.send(new CreateBucketCommand({ Bucket: 'kept' }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: 'kept', VersioningConfiguration: { Status: 'Enabled' } }));
  for (const Key of ['one', 'two']) await s3.send(new PutObjectCommand({ Bucket: 'kept', Key, Body: body, Metadata: { by: Key } }));
  await iam.send(new CreateRoleCommand({ RoleName: 'kept', Path: '/sealab/', AssumeRolePolicyDocument: '{}' }));
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'kept', PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess' }));
  const key = await kms.send(new CreateKeyCommand({}));
  await kms.send(new CreateKeyCommand({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }));
  ciphertext = (await kms.send(new EncryptCommand({ KeyId: key.KeyMetadata?.KeyId, Plaintext: Buffer.from('secret') }))).CiphertextBlob;
  vpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.1.0.0/16' }))).Vpc?.VpcId;
  await ec2.send(new CreateSecurityGroupCommand({ GroupName: 'kept', Description: 'kept', VpcId: vpcId }));
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/kept' }));
  await logs.send(new CreateLogStreamCommand({ logGroupName: '/kept', logStreamName: 's' }));
  await logs.send(
    new PutLogEventsCommand({ logGroupName: '/kept', logStreamName: 's', logEvents: [{ timestamp: Date.now(), message: 'hello' }] }),
  );
  await ssm.send(new PutParameterCommand({ Name: '/kept', Value: 'value', Type: 'String' }));
});
afterAll(async () => {
  await moto.stop();
  rmSync(home, { recursive: true, force: true });
});

async function expectEverything(): Promise<void> {
  const { s3, iam, kms, ec2, logs, ssm } = clients();
  const object = await s3.send(new GetObjectCommand({ Bucket: 'kept', Key: 'one' }));
  expect(object.Metadata).toEqual({ by: 'one' });
  expect(Buffer.compare(Buffer.from((await object.Body?.transformToByteArray()) ?? []), body)).toBe(0);
  expect((await iam.send(new GetRoleCommand({ RoleName: 'kept' }))).Role?.Arn).toBe(`arn:aws:iam::${ACCOUNT}:role/sealab/kept`);
  expect((await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'kept' }))).AttachedPolicies?.[0]?.PolicyName).toBe(
    'AmazonSSMReadOnlyAccess',
  );
  expect(Buffer.from((await kms.send(new DecryptCommand({ CiphertextBlob: ciphertext }))).Plaintext ?? []).toString()).toBe('secret');
  const groups = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId ?? ''] }] }));
  expect(groups.SecurityGroups?.map((group) => group.GroupName).sort()).toEqual(['default', 'kept']);
  expect((await logs.send(new GetLogEventsCommand({ logGroupName: '/kept', logStreamName: 's' }))).events?.[0]?.message).toBe('hello');
  expect((await ssm.send(new GetParameterCommand({ Name: '/kept' }))).Parameter?.Value).toBe('value');
}

describe('FilterLogEvents', () => {
  it('searches the streams whose names begin with the prefix, and none when there is none', async () => {
    const { logs } = clients();
    await logs.send(new CreateLogStreamCommand({ logGroupName: '/kept', logStreamName: 'prefix/a' }));
    const logEvents = [{ timestamp: Date.now(), message: 'mine' }];
    await logs.send(new PutLogEventsCommand({ logGroupName: '/kept', logStreamName: 'prefix/a', logEvents }));
    const found = async (logStreamNamePrefix: string) =>
      (await logs.send(new FilterLogEventsCommand({ logGroupName: '/kept', logStreamNamePrefix }))).events?.map(({ message }) => message);
    expect(await found('prefix/')).toEqual(['mine']);
    expect(await found('prefixes/')).toEqual([]);
    await expect(
      logs.send(new FilterLogEventsCommand({ logGroupName: '/kept', logStreamNamePrefix: 's', logStreamNames: ['s'] })),
    ).rejects.toThrow(expect.objectContaining({ name: 'InvalidParameterException' }));
  });
});

/** Until what services were asked for after `since` is on the disk. */
async function saved(since: number, ...services: string[]): Promise<void> {
  const at = (service: string) => statSync(join(state, `${service}.pickle`), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  while (!services.every((service) => at(service) > since)) await sleep(20);
}

describe('moto’s state is there again', () => {
  it('after SIGTERM, at once', async () => {
    await clients().ssm.send(new PutParameterCommand({ Name: '/last', Value: 'moment', Type: 'String' }));
    await moto.stop('SIGTERM');
    moto = await startMoto(state);
    await expectEverything();
    expect((await clients().ssm.send(new GetParameterCommand({ Name: '/last' }))).Parameter?.Value).toBe('moment');
  });

  it('after SIGKILL, when it has settled', async () => {
    const { s3, ssm } = clients();
    const since = Date.now();
    await ssm.send(new PutParameterCommand({ Name: '/later', Value: 'value', Type: 'String' }));
    await s3.send(new DeleteObjectCommand({ Bucket: 'kept', Key: 'two' }));
    await saved(since, 's3', 'ssm');
    await moto.stop('SIGKILL');
    moto = await startMoto(state);
    await expectEverything();
    expect((await clients().ssm.send(new GetParameterCommand({ Name: '/later' }))).Parameter?.Value).toBe('value');
    expect((await clients().s3.send(new ListObjectsV2Command({ Bucket: 'kept' }))).Contents?.map((object) => object.Key)).toEqual(['one']);
  });

  it('with every acknowledged log event once, after SIGKILL at once and again and again', async () => {
    const at = Date.now();
    const put = async (stream: string, ...messages: string[]): Promise<void> => {
      const logEvents = messages.map((message) => ({ timestamp: at, message }));
      await clients().logs.send(new PutLogEventsCommand({ logGroupName: '/kept', logStreamName: stream, logEvents }));
    };
    await clients().logs.send(new CreateLogStreamCommand({ logGroupName: '/kept', logStreamName: 'young' }));
    const expected: string[] = [];
    for (let round = 0; round < 3; round++) {
      await put('young', `${round}a`, `${round}b`);
      await put('young', `${round}c`);
      expected.push(...['a', 'b', 'c'].map((letter) => `${round}${letter}`));
      // The middle round is saved as a whole before it is killed.
      if (round === 1) {
        const since = Date.now();
        await clients().logs.send(new CreateLogGroupCommand({ logGroupName: '/other' }));
        await saved(since, 'logs');
      }
      await moto.stop('SIGKILL');
      // As a disk that was full leaves it: a line of which only a part was written.
      appendFileSync(join(state, 'log-events.journal'), '["111122223333", "eu-we');
      moto = await startMoto(state);
      const { events = [] } = await clients().logs.send(
        new FilterLogEventsCommand({ logGroupName: '/kept', logStreamNamePrefix: 'young' }),
      );
      expect(events.map(({ message }) => message)).toEqual(expected);
      expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(expected.length);
    }
  });

  it('with one file for equal bodies', () => {
    expect(readdirSync(join(state, 'bodies'))).toHaveLength(1);
  });
});

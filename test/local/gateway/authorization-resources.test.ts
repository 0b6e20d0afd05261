import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CreateVpcCommand, CreateVpcEndpointCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateAliasCommand, CreateKeyCommand, DescribeKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { CloudWatchLogsClient, CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ACCOUNT, allow, deny, document, refusal, REGION, startRunningGateway, type RunningGateway } from './running-gateway.ts';

/** Real processes behind real sockets: quick on an idle machine, patient on a busy one. */
jest.setTimeout(60_000);

let running: RunningGateway;
beforeAll(async () => {
  running = await startRunningGateway();
});
afterAll(async () => {
  await running.stop();
});

describe('resource policies', () => {
  it('a bucket policy may allow and its deny binds the administrator too', async () => {
    const admin = new S3Client(running.as(running.administrator));
    const guest = await running.role('guest', []);
    await admin.send(new CreateBucketCommand({ Bucket: 'policied' }));
    await admin.send(new PutObjectCommand({ Bucket: 'policied', Key: 'open/a', Body: 'x' }));
    const list = () => refusal(new S3Client(running.as(guest)).send(new GetObjectCommand({ Bucket: 'policied', Key: 'open/a' })));
    expect((await list()).name).toBe('AccessDenied');
    await admin.send(
      new PutBucketPolicyCommand({
        Bucket: 'policied',
        Policy: document([
          { ...allow('s3:GetObject', 'arn:aws:s3:::policied/open/*'), Principal: { AWS: guest.arn } },
          {
            ...deny('s3:PutObject', 'arn:aws:s3:::policied/*', { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } }),
            Principal: '*',
          },
          {
            ...deny('s3:*', ['arn:aws:s3:::policied', 'arn:aws:s3:::policied/*'], { NumericLessThan: { 's3:TlsVersion': '1.2' } }),
            Principal: '*',
          },
        ]),
      }),
    );
    expect((await list()).name).toBe('none');
    const put = await refusal(admin.send(new PutObjectCommand({ Bucket: 'policied', Key: 'b', Body: 'x' })));
    expect(put).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('with an explicit deny in a resource-based policy'),
    });
  });

  it('a key policy without the account’s root keeps identity policies out', async () => {
    const admin = new KMSClient(running.as(running.administrator));
    const user = await running.role('key-user', [allow('kms:*')]);
    const mine = await admin.send(
      new CreateKeyCommand({
        Policy: document([
          { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/administrator` }, Action: 'kms:*', Resource: '*' },
        ]),
      }),
    );
    const shared = await admin.send(new CreateKeyCommand({}));
    await admin.send(new CreateAliasCommand({ AliasName: 'alias/shared', TargetKeyId: shared.KeyMetadata?.KeyId }));
    const client = new KMSClient(running.as(user));
    const encrypt = (KeyId: string | undefined) => refusal(client.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') })));
    expect((await encrypt(mine.KeyMetadata?.Arn)).name).toBe('AccessDeniedException');
    expect((await encrypt('alias/shared')).name).toBe('none');
    expect((await refusal(client.send(new DescribeKeyCommand({ KeyId: '11111111-2222-3333-4444-555555555555' })))).name).toBe(
      'NotFoundException',
    );
  });

  it('objects under a key need the key', async () => {
    const admin = running.as(running.administrator);
    const key = (await new KMSClient(admin).send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
    const s3 = new S3Client(admin);
    await s3.send(new CreateBucketCommand({ Bucket: 'encrypted' }));
    await s3.send(
      new PutBucketEncryptionCommand({
        Bucket: 'encrypted',
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } }],
        },
      }),
    );
    await s3.send(
      new PutObjectCommand({ Bucket: 'encrypted', Key: 'a', Body: 'secret', ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key }),
    );
    const s3Only = await running.role('s3-only', [allow('s3:*')]);
    const both = await running.role('s3-and-key', [
      allow('s3:*'),
      allow(['kms:Decrypt', 'kms:GenerateDataKey'], key, { StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` } }),
    ]);
    const get = (who: typeof both) => refusal(new S3Client(running.as(who)).send(new GetObjectCommand({ Bucket: 'encrypted', Key: 'a' })));
    const put = (who: typeof both) =>
      refusal(new S3Client(running.as(who)).send(new PutObjectCommand({ Bucket: 'encrypted', Key: 'b', Body: 'x' })));
    expect(await get(s3Only)).toMatchObject({ name: 'AccessDenied', message: expect.stringContaining(`kms:Decrypt on resource: ${key}`) });
    expect(await put(s3Only)).toMatchObject({ name: 'AccessDenied', message: expect.stringContaining('kms:GenerateDataKey') });
    expect((await get(both)).name).toBe('none');
    expect((await put(both)).name).toBe('none');
    expect(
      (await refusal(new KMSClient(running.as(both)).send(new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('x') })))).name,
    ).toBe('AccessDeniedException');
  });

  it('a policy that cannot be evaluated denies', async () => {
    const s3 = new S3Client(running.as(running.administrator));
    await s3.send(new CreateBucketCommand({ Bucket: 'broken' }));
    await s3.send(
      new PutBucketPolicyCommand({
        Bucket: 'broken',
        Policy: document([{ Effect: 'Allow', Principal: '*', Action: 'nonsense', Resource: 'x' }]),
      }),
    );
    expect(await refusal(s3.send(new ListObjectsV2Command({ Bucket: 'broken' })))).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('could not be evaluated'),
    });
  });
});

describe('roles', () => {
  it('are assumed by those whom the trust policy names', async () => {
    const alice = await running.role('alice', []);
    const bob = await running.role('bob', [allow('sts:AssumeRole')]);
    const target = await running.role('trusts-alice', [], {
      trust: [
        { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/administrator` }, Action: 'sts:AssumeRole' },
        { Effect: 'Allow', Principal: { AWS: alice.arn }, Action: 'sts:AssumeRole' },
      ],
    });
    const assume = (who: typeof alice) =>
      new STSClient(running.as(who)).send(new AssumeRoleCommand({ RoleArn: target.arn, RoleSessionName: 'chained' }));
    const session = (await assume(alice)).Credentials;
    const identity = await new STSClient(
      running.as({
        accessKeyId: session?.AccessKeyId ?? '',
        secretAccessKey: session?.SecretAccessKey ?? '',
        sessionToken: session?.SessionToken ?? '',
      }),
    ).send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/trusts-alice/chained`);
    expect(await refusal(assume(bob))).toEqual({
      name: 'AccessDenied',
      status: 403,
      message: `User: arn:aws:sts::${ACCOUNT}:assumed-role/bob/someone is not authorized to perform: sts:AssumeRole on resource: ${target.arn}`,
    });
  });

  it('are assumed by services with the account as source', async () => {
    const trust = (account: string) => [
      {
        Effect: 'Allow',
        Principal: { Service: 'sagemaker.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': account } },
      },
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' },
    ];
    const ours = await running.role('for-sagemaker', [], { trust: trust(ACCOUNT) });
    const theirs = await running.role('for-other-account', [], { trust: trust('999999999999') });
    const session = await running.platform.assumeForService(ours.arn, 'sagemaker.amazonaws.com', 'job');
    expect(running.platform.principalOf(session.accessKeyId)?.arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/for-sagemaker/job`);
    await expect(running.platform.assumeForService(theirs.arn, 'sagemaker.amazonaws.com', 'job')).rejects.toMatchObject({
      code: 'AccessDenied',
    });
    await expect(running.platform.assumeForService(ours.arn, 'lambda.amazonaws.com', 'job')).rejects.toMatchObject({
      code: 'AccessDenied',
    });
  });

  it('services ask for their callers', async () => {
    const who = await running.role('asked-about', [allow('kms:CreateGrant')]);
    const principal = running.platform.principalOf(who.accessKeyId);
    if (principal === undefined) throw new Error('no principal');
    const key = (await new KMSClient(running.as(running.administrator)).send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
    await expect(running.platform.authorize({ principal, action: 'kms:CreateGrant', resource: key })).resolves.toBeUndefined();
    await expect(running.platform.authorize({ principal, action: 'kms:Decrypt', resource: key })).rejects.toMatchObject({
      code: 'AccessDeniedException',
    });
  });
});

describe('from inside a VPC', () => {
  let vpcId: string;
  let credentials: Awaited<ReturnType<RunningGateway['role']>>;
  beforeAll(async () => {
    const ec2 = new EC2Client(running.as(running.administrator));
    vpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }))).Vpc?.VpcId ?? '';
    await ec2.send(
      new CreateVpcEndpointCommand({
        VpcId: vpcId,
        ServiceName: `com.amazonaws.${REGION}.s3`,
        PolicyDocument: document([
          {
            ...allow('s3:*', ['arn:aws:s3:::inside', 'arn:aws:s3:::inside/*'], { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } }),
            Principal: { AWS: '*' },
          },
        ]),
      }),
    );
    const s3 = new S3Client(running.as(running.administrator));
    for (const Bucket of ['inside', 'outside']) await s3.send(new CreateBucketCommand({ Bucket }));
    credentials = await running.role('insider', [
      allow('s3:ListBucket', '*', { StringEquals: { 'aws:SourceVpc': vpcId } }),
      allow('ssm:*'),
    ]);
  });
  const from = (place: 'vpc' | 'host') => ({
    ...running.platform.clientConfig(credentials, place === 'vpc' ? { kind: 'vpc', sandbox: 'test', vpcId } : { kind: 'host' }),
    maxAttempts: 1,
  });
  const list = (place: 'vpc' | 'host', Bucket: string) => refusal(new S3Client(from(place)).send(new ListObjectsV2Command({ Bucket })));

  it('aws:SourceVpc is there, and only there', async () => {
    expect((await list('vpc', 'inside')).name).toBe('none');
    expect((await list('host', 'inside')).name).toBe('AccessDenied');
  });
  it('the endpoint’s policy limits what is reached', async () => {
    expect(await list('vpc', 'outside')).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('because no VPC endpoint policy allows the s3:ListBucket action'),
    });
  });
  it('a service without an endpoint is not reached at all', async () => {
    const refused = await refusal(new SSMClient(from('vpc')).send(new GetParameterCommand({ Name: '/sealab/x' })));
    expect(refused.status).toBeUndefined();
    expect(refused.message).toMatch(/socket hang up|ECONNRESET/);
  });
});

describe('logs', () => {
  it.each([
    ['with', ':*'],
    ['without', ''],
  ])('a log group’s permission may be written %s what follows its name', async (word, end) => {
    const name = `/sealab/${word}`;
    const base = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}`;
    const writer = await running.role(`writer-${word}`, [
      allow('logs:CreateLogGroup', `${base}${end}`),
      allow(['logs:CreateLogStream', 'logs:PutLogEvents'], `${base}:log-stream:*`),
    ]);
    const logs = new CloudWatchLogsClient(running.as(writer));
    await logs.send(new CreateLogGroupCommand({ logGroupName: name }));
    await logs.send(new CreateLogStreamCommand({ logGroupName: name, logStreamName: 's' }));
    await logs.send(
      new PutLogEventsCommand({ logGroupName: name, logStreamName: 's', logEvents: [{ timestamp: Date.now(), message: 'hello' }] }),
    );
    expect((await refusal(logs.send(new CreateLogGroupCommand({ logGroupName: '/other' })))).name).toBe('AccessDeniedException');
    const denied = await running.role(`denied-${word}`, [
      allow('logs:*'),
      deny('logs:CreateLogGroup', `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/secret${end}`),
    ]);
    const refused = await refusal(
      new CloudWatchLogsClient(running.as(denied)).send(new CreateLogGroupCommand({ logGroupName: '/secret' })),
    );
    expect(refused.message).toContain('with an explicit deny in an identity-based policy');
  });
});

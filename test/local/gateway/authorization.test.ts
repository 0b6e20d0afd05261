import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreateVpcCommand, CreateVpcEndpointCommand, EC2Client } from '@aws-sdk/client-ec2';
import { AttachRolePolicyCommand, CreatePolicyCommand, DeleteRolePolicyCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateAliasCommand, CreateKeyCommand, DescribeKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { CloudWatchLogsClient, CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutBucketEncryptionCommand, PutBucketPolicyCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTrainingJobCommand, SageMakerClient, type CreateTrainingJobCommandInput } from '@aws-sdk/client-sagemaker';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { EmulatedService } from '../../../local/gateway/call.ts';
import { ACCOUNT, document, refusal, REGION, startRunningGateway, type RunningGateway } from './running-gateway.ts';

const allow = (Action: string | string[], Resource: string | string[] = '*', Condition?: object) => ({ Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) });
const deny = (Action: string | string[], Resource: string | string[] = '*', Condition?: object) => ({ Effect: 'Deny', Action, Resource, ...(Condition && { Condition }) });

let running: RunningGateway;
const created: string[] = [];
/** Does nothing but say that the request came through: what is tested is what comes before it. */
const sagemaker: EmulatedService = {
  service: 'sagemaker',
  operations: {
    CreateTrainingJob: ({ input }) => {
      created.push(String(input['TrainingJobName']));
      return { TrainingJobArn: `arn:aws:sagemaker:${REGION}:${ACCOUNT}:training-job/${String(input['TrainingJobName'])}` };
    },
  },
};

beforeAll(async () => {
  running = await startRunningGateway(() => [sagemaker]);
}, 120_000);
afterAll(async () => {
  await running.stop();
});

const job = (more: Partial<CreateTrainingJobCommandInput> = {}): CreateTrainingJobCommandInput => ({
  TrainingJobName: 'a-job',
  RoleArn: `arn:aws:iam::${ACCOUNT}:role/sealab/test/execution`,
  AlgorithmSpecification: { TrainingImage: 'image', TrainingInputMode: 'File' },
  OutputDataConfig: { S3OutputPath: 's3://bucket/out' },
  ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 10 },
  StoppingCondition: { MaxRuntimeInSeconds: 600 },
  VpcConfig: { Subnets: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
  ...more,
});

describe('identity policies', () => {
  it('denies by default and allows what is allowed', async () => {
    const nobody = await running.role('nobody', []);
    const reader = await running.role('reader', [allow('ssm:GetParameter', `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/sealab/*`)]);
    await new SSMClient(running.as(running.administrator)).send(new PutParameterCommand({ Name: '/sealab/x', Value: 'here', Type: 'String' }));
    const read = (who: typeof nobody, Name: string) => new SSMClient(running.as(who)).send(new GetParameterCommand({ Name }));

    expect(await refusal(read(nobody, '/sealab/x'))).toEqual({
      name: 'AccessDeniedException',
      status: 400,
      message: `User: arn:aws:sts::${ACCOUNT}:assumed-role/nobody/someone is not authorized to perform: ssm:GetParameter on resource: arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/sealab/x because no identity-based policy allows the ssm:GetParameter action`,
    });
    expect((await read(reader, '/sealab/x')).Parameter?.Value).toBe('here');
    expect((await refusal(read(reader, '/other'))).name).toBe('AccessDeniedException');
  });

  it('takes a changed policy into account at once', async () => {
    const who = await running.role('changing', [allow('ssm:GetParameter')]);
    const read = () => new SSMClient(running.as(who)).send(new GetParameterCommand({ Name: '/sealab/x' }));
    expect((await read()).Parameter?.Value).toBe('here');
    await new IAMClient(running.as(running.administrator)).send(new DeleteRolePolicyCommand({ RoleName: 'changing', PolicyName: 'inline' }));
    expect((await refusal(read())).name).toBe('AccessDeniedException');
  });

  it('answers in the form of each protocol', async () => {
    const nobody = running.as(await running.role('nobody-else', []));
    expect(await refusal(new IAMClient(nobody).send(new GetRoleCommand({ RoleName: 'nobody' })))).toMatchObject({
      name: 'AccessDenied',
      status: 403,
      message: expect.stringContaining(`iam:GetRole on resource: arn:aws:iam::${ACCOUNT}:role/sealab/test/nobody `),
    });
    expect(await refusal(new EC2Client(nobody).send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' })))).toMatchObject({
      name: 'UnauthorizedOperation',
      message: expect.stringContaining(`on resource: arn:aws:ec2:${REGION}:${ACCOUNT}:vpc/* because`),
    });
    expect(await refusal(new S3Client(nobody).send(new CreateBucketCommand({ Bucket: 'somebucket' })))).toMatchObject({ name: 'AccessDenied', status: 403 });
  });

  it('limits a session by boundary and session policy', async () => {
    const bounded = await running.role('bounded', [allow('ssm:*')], { boundary: [allow('ssm:GetParameter')] });
    const limited = await running.role('limited', [allow('ssm:*')], { sessionPolicy: [allow('ssm:GetParameter')] });
    for (const [who, word] of [[bounded, 'permissions boundary'], [limited, '']] as const) {
      const client = new SSMClient(running.as(who));
      expect((await client.send(new GetParameterCommand({ Name: '/sealab/x' }))).Parameter?.Value).toBe('here');
      const put = await refusal(client.send(new PutParameterCommand({ Name: '/sealab/y', Value: '1', Type: 'String' })));
      expect(put.name).toBe('AccessDeniedException');
      expect(put.message).toContain(word);
    }
  });

  it('knows tags of the role and of the session', async () => {
    const byTag = [allow('ssm:GetParameter', '*', { StringEquals: { 'aws:PrincipalTag/team': 'risk' } })];
    const roleTag = await running.role('role-tag', byTag, { tags: { team: 'risk' } });
    const otherTag = await running.role('other-tag', byTag, { tags: { team: 'fraud' } });
    const sessionTag = await running.role('session-tag', byTag, { tags: { team: 'fraud' }, sessionTags: { team: 'risk' } });
    const read = (who: typeof roleTag) => refusal(new SSMClient(running.as(who)).send(new GetParameterCommand({ Name: '/sealab/x' })));
    expect((await read(roleTag)).name).toBe('none');
    expect((await read(sessionTag)).name).toBe('none');
    expect((await read(otherTag)).name).toBe('AccessDeniedException');
  });

  it('reads attached policies, AWS-managed ones as well', async () => {
    const who = await running.role('attached', []);
    const iam = new IAMClient(running.as(running.administrator));
    const read = () => refusal(new SSMClient(running.as(who)).send(new GetParameterCommand({ Name: '/sealab/x' })));
    expect((await read()).name).toBe('AccessDeniedException');
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'attached', PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess' }));
    expect((await read()).name).toBe('none');
    const stop = await iam.send(new CreatePolicyCommand({ PolicyName: 'stop', PolicyDocument: document([deny('ssm:*')]) }));
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'attached', PolicyArn: stop.Policy?.Arn ?? '' }));
    expect((await read()).message).toContain('with an explicit deny in an identity-based policy');
  });
});

describe('SageMaker’s condition keys come from the contract', () => {
  const secure = [
    allow(['sagemaker:CreateTrainingJob', 'sagemaker:AddTags']),
    allow('iam:PassRole', `arn:aws:iam::${ACCOUNT}:role/sealab/test/execution`, { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } }),
    deny('sagemaker:CreateTrainingJob', '*', { Null: { 'sagemaker:VpcSubnets': 'true' } }),
    deny('sagemaker:CreateTrainingJob', '*', { 'ForAnyValue:StringNotEquals': { 'sagemaker:VpcSubnets': ['subnet-1', 'subnet-2'] } }),
    deny('sagemaker:CreateTrainingJob', '*', { 'ForAnyValue:StringNotEquals': { 'sagemaker:InstanceTypes': ['ml.m5.large'] } }),
  ];
  let send: (more?: Partial<CreateTrainingJobCommandInput>) => ReturnType<typeof refusal>;
  beforeAll(async () => {
    await running.role('execution', []);
    const who = await running.role('scientist', secure);
    send = (more) => refusal(new SageMakerClient(running.as(who)).send(new CreateTrainingJobCommand(job(more))));
  });

  it('the secure request reaches the service', async () => {
    const before = created.length;
    expect(await send()).toMatchObject({ name: 'none' });
    expect(created.length).toBe(before + 1);
  });
  it.each([
    ['without VpcConfig', { VpcConfig: undefined }],
    ['with a foreign subnet', { VpcConfig: { Subnets: ['subnet-1', 'subnet-9'], SecurityGroupIds: ['sg-1'] } }],
    ['with another instance type', { ResourceConfig: { InstanceType: 'ml.p3.2xlarge' as const, InstanceCount: 1, VolumeSizeInGB: 10 } }],
  ])('%s it is denied explicitly', async (_name, more) => {
    const refused = await send(more as Partial<CreateTrainingJobCommandInput>);
    expect(refused.name).toBe('AccessDeniedException');
    expect(refused.message).toBe(
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/scientist/someone is not authorized to perform: sagemaker:CreateTrainingJob on resource: arn:aws:sagemaker:${REGION}:${ACCOUNT}:training-job/a-job with an explicit deny in an identity-based policy`,
    );
  });
  it('passing another role is denied by iam:PassRole', async () => {
    const refused = await send({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/sealab/test/scientist` });
    expect(refused.message).toContain(`iam:PassRole on resource: arn:aws:iam::${ACCOUNT}:role/sealab/test/scientist because no identity-based policy allows`);
  });
  it('tags on creation need sagemaker:AddTags', async () => {
    const untagging = await running.role('no-tags', secure.filter((statement) => statement.Effect === 'Deny').concat(allow('sagemaker:CreateTrainingJob'), allow('iam:PassRole')));
    const client = new SageMakerClient(running.as(untagging));
    expect(await refusal(client.send(new CreateTrainingJobCommand(job())))).toMatchObject({ name: 'none' });
    expect((await refusal(client.send(new CreateTrainingJobCommand(job({ Tags: [{ Key: 'a', Value: 'b' }] }))))).message).toContain('sagemaker:AddTags');
  });
  it('a volume key needs kms:CreateGrant of the caller or the execution role', async () => {
    const key = await new KMSClient(running.as(running.administrator)).send(new CreateKeyCommand({}));
    const ResourceConfig = { InstanceType: 'ml.m5.large' as const, InstanceCount: 1, VolumeSizeInGB: 10, VolumeKmsKeyId: key.KeyMetadata?.Arn };
    expect((await send({ ResourceConfig })).message).toContain('kms:CreateGrant');
    const granting = await running.role('granting-execution', [allow('kms:CreateGrant', '*', { Bool: { 'kms:GrantIsForAWSResource': 'true' } })]);
    const passing = await running.role('passing', [allow('sagemaker:CreateTrainingJob'), allow('iam:PassRole')]);
    const client = new SageMakerClient(running.as(passing));
    expect(await refusal(client.send(new CreateTrainingJobCommand(job({ ResourceConfig, RoleArn: granting.arn }))))).toMatchObject({ name: 'none' });
  });
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
          { ...deny('s3:PutObject', 'arn:aws:s3:::policied/*', { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } }), Principal: '*' },
          { ...deny('s3:*', ['arn:aws:s3:::policied', 'arn:aws:s3:::policied/*'], { NumericLessThan: { 's3:TlsVersion': '1.2' } }), Principal: '*' },
        ]),
      }),
    );
    expect((await list()).name).toBe('none');
    const put = await refusal(admin.send(new PutObjectCommand({ Bucket: 'policied', Key: 'b', Body: 'x' })));
    expect(put).toMatchObject({ name: 'AccessDenied', message: expect.stringContaining('with an explicit deny in a resource-based policy') });
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
    expect((await refusal(client.send(new DescribeKeyCommand({ KeyId: '11111111-2222-3333-4444-555555555555' })))).name).toBe('NotFoundException');
  });

  it('objects under a key need the key', async () => {
    const admin = running.as(running.administrator);
    const key = (await new KMSClient(admin).send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
    const s3 = new S3Client(admin);
    await s3.send(new CreateBucketCommand({ Bucket: 'encrypted' }));
    await s3.send(
      new PutBucketEncryptionCommand({
        Bucket: 'encrypted',
        ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } }] },
      }),
    );
    await s3.send(new PutObjectCommand({ Bucket: 'encrypted', Key: 'a', Body: 'secret', ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key }));
    const s3Only = await running.role('s3-only', [allow('s3:*')]);
    const both = await running.role('s3-and-key', [allow('s3:*'), allow(['kms:Decrypt', 'kms:GenerateDataKey'], key, { StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` } })]);
    const get = (who: typeof both) => refusal(new S3Client(running.as(who)).send(new GetObjectCommand({ Bucket: 'encrypted', Key: 'a' })));
    const put = (who: typeof both) => refusal(new S3Client(running.as(who)).send(new PutObjectCommand({ Bucket: 'encrypted', Key: 'b', Body: 'x' })));
    expect(await get(s3Only)).toMatchObject({ name: 'AccessDenied', message: expect.stringContaining(`kms:Decrypt on resource: ${key}`) });
    expect(await put(s3Only)).toMatchObject({ name: 'AccessDenied', message: expect.stringContaining('kms:GenerateDataKey') });
    expect((await get(both)).name).toBe('none');
    expect((await put(both)).name).toBe('none');
    expect((await refusal(new KMSClient(running.as(both)).send(new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('x') })))).name).toBe('AccessDeniedException');
  });

  it('a policy that cannot be evaluated denies', async () => {
    const s3 = new S3Client(running.as(running.administrator));
    await s3.send(new CreateBucketCommand({ Bucket: 'broken' }));
    await s3.send(new PutBucketPolicyCommand({ Bucket: 'broken', Policy: document([{ Effect: 'Allow', Principal: '*', Action: 'nonsense', Resource: 'x' }]) }));
    expect(await refusal(s3.send(new ListObjectsV2Command({ Bucket: 'broken' })))).toMatchObject({ name: 'AccessDenied', message: expect.stringContaining('could not be evaluated') });
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
    const assume = (who: typeof alice) => new STSClient(running.as(who)).send(new AssumeRoleCommand({ RoleArn: target.arn, RoleSessionName: 'chained' }));
    const session = (await assume(alice)).Credentials;
    const identity = await new STSClient(
      running.as({ accessKeyId: session?.AccessKeyId ?? '', secretAccessKey: session?.SecretAccessKey ?? '', sessionToken: session?.SessionToken }),
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
      { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole', Condition: { StringEquals: { 'aws:SourceAccount': account } } },
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' },
    ];
    const ours = await running.role('for-sagemaker', [], { trust: trust(ACCOUNT) });
    const theirs = await running.role('for-other-account', [], { trust: trust('999999999999') });
    const session = await running.platform.assumeForService(ours.arn, 'sagemaker.amazonaws.com', 'job');
    expect(running.platform.principalOf(session.accessKeyId)?.arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/for-sagemaker/job`);
    await expect(running.platform.assumeForService(theirs.arn, 'sagemaker.amazonaws.com', 'job')).rejects.toMatchObject({ code: 'AccessDenied' });
    await expect(running.platform.assumeForService(ours.arn, 'lambda.amazonaws.com', 'job')).rejects.toMatchObject({ code: 'AccessDenied' });
  });

  it('services ask for their callers', async () => {
    const who = await running.role('asked-about', [allow('kms:CreateGrant')]);
    const principal = running.platform.principalOf(who.accessKeyId);
    if (principal === undefined) throw new Error('no principal');
    const key = (await new KMSClient(running.as(running.administrator)).send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
    await expect(running.platform.authorize({ principal, action: 'kms:CreateGrant', resource: key })).resolves.toBeUndefined();
    await expect(running.platform.authorize({ principal, action: 'kms:Decrypt', resource: key })).rejects.toMatchObject({ code: 'AccessDeniedException' });
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
        PolicyDocument: document([{ ...allow('s3:*', ['arn:aws:s3:::inside', 'arn:aws:s3:::inside/*'], { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } }), Principal: { AWS: '*' } }]),
      }),
    );
    const s3 = new S3Client(running.as(running.administrator));
    for (const Bucket of ['inside', 'outside']) await s3.send(new CreateBucketCommand({ Bucket }));
    credentials = await running.role('insider', [allow('s3:ListBucket', '*', { StringEquals: { 'aws:SourceVpc': vpcId } }), allow('ssm:*')]);
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
    expect(await list('vpc', 'outside')).toMatchObject({ name: 'AccessDenied', message: expect.stringContaining('because no VPC endpoint policy allows the s3:ListBucket action') });
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
    const writer = await running.role(`writer-${word}`, [allow('logs:CreateLogGroup', `${base}${end}`), allow(['logs:CreateLogStream', 'logs:PutLogEvents'], `${base}:log-stream:*`)]);
    const logs = new CloudWatchLogsClient(running.as(writer));
    await logs.send(new CreateLogGroupCommand({ logGroupName: name }));
    await logs.send(new CreateLogStreamCommand({ logGroupName: name, logStreamName: 's' }));
    await logs.send(new PutLogEventsCommand({ logGroupName: name, logStreamName: 's', logEvents: [{ timestamp: Date.now(), message: 'hello' }] }));
    expect((await refusal(logs.send(new CreateLogGroupCommand({ logGroupName: '/other' })))).name).toBe('AccessDeniedException');
  });
});

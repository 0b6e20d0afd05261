import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTrainingJobCommand, SageMakerClient, type CreateTrainingJobCommandInput } from '@aws-sdk/client-sagemaker';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmulatedService } from '../../../local/gateway/call.ts';
import { ACCOUNT, allow, deny, document, refusal, REGION, startRunningGateway, type RunningGateway } from './running-gateway.ts';

/** Real processes behind real sockets: quick on an idle machine, patient on a busy one. */
jest.setTimeout(60_000);

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
});
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
    await new SSMClient(running.as(running.administrator)).send(
      new PutParameterCommand({ Name: '/sealab/x', Value: 'here', Type: 'String' }),
    );
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
    await new IAMClient(running.as(running.administrator)).send(
      new DeleteRolePolicyCommand({ RoleName: 'changing', PolicyName: 'inline' }),
    );
    expect((await refusal(read())).name).toBe('AccessDeniedException');
  });

  it('looks at the clock each time where a policy does', async () => {
    const until = new Date(Date.now() + 3_000).toISOString();
    const who = await running.role('short', [allow('ssm:GetParameter', '*', { DateLessThan: { 'aws:CurrentTime': until } })]);
    const read = () => refusal(new SSMClient(running.as(who)).send(new GetParameterCommand({ Name: '/sealab/x' })));
    expect((await read()).name).toBe('none');
    await sleep(3_000);
    expect((await read()).name).toBe('AccessDeniedException');
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
    expect(await refusal(new S3Client(nobody).send(new CreateBucketCommand({ Bucket: 'somebucket' })))).toMatchObject({
      name: 'AccessDenied',
      status: 403,
    });
  });

  it('limits a session by boundary and session policy', async () => {
    const bounded = await running.role('bounded', [allow('ssm:*')], { boundary: [allow('ssm:GetParameter')] });
    const limited = await running.role('limited', [allow('ssm:*')], { sessionPolicy: [allow('ssm:GetParameter')] });
    for (const [who, word] of [
      [bounded, 'permissions boundary'],
      [limited, ''],
    ] as const) {
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

describe('IAM’s simulator', () => {
  it('answers as the gateway decides', async () => {
    const { arn } = await running.role('simulated', [
      allow('ssm:GetParameter'),
      allow('s3:*', 'arn:aws:s3:::one/*'),
      deny('ssm:DeleteParameter'),
    ]);
    const { EvaluationResults } = await new IAMClient(running.as(running.administrator)).send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: arn,
        ActionNames: ['ssm:GetParameter', 'ssm:DeleteParameter', 's3:GetObject'],
      }),
    );
    expect(EvaluationResults?.map((result) => result.EvalDecision)).toEqual(['allowed', 'explicitDeny', 'implicitDeny']);
  });
});

describe('SageMaker’s condition keys come from the contract', () => {
  const secure = [
    allow(['sagemaker:CreateTrainingJob', 'sagemaker:AddTags']),
    allow('iam:PassRole', `arn:aws:iam::${ACCOUNT}:role/sealab/test/execution`, {
      StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    }),
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
    const refused = await send(more);
    expect(refused.name).toBe('AccessDeniedException');
    expect(refused.message).toBe(
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/scientist/someone is not authorized to perform: sagemaker:CreateTrainingJob on resource: arn:aws:sagemaker:${REGION}:${ACCOUNT}:training-job/a-job with an explicit deny in an identity-based policy`,
    );
  });
  it('passing another role is denied by iam:PassRole', async () => {
    const refused = await send({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/sealab/test/scientist` });
    expect(refused.message).toContain(
      `iam:PassRole on resource: arn:aws:iam::${ACCOUNT}:role/sealab/test/scientist because no identity-based policy allows`,
    );
  });
  it('tags on creation need sagemaker:AddTags', async () => {
    const untagging = await running.role(
      'no-tags',
      secure.filter((statement) => statement.Effect === 'Deny').concat(allow('sagemaker:CreateTrainingJob'), allow('iam:PassRole')),
    );
    const client = new SageMakerClient(running.as(untagging));
    expect(await refusal(client.send(new CreateTrainingJobCommand(job())))).toMatchObject({ name: 'none' });
    expect((await refusal(client.send(new CreateTrainingJobCommand(job({ Tags: [{ Key: 'a', Value: 'b' }] }))))).message).toContain(
      'sagemaker:AddTags',
    );
  });
  it('a volume key needs kms:CreateGrant of the caller or the execution role', async () => {
    const key = await new KMSClient(running.as(running.administrator)).send(new CreateKeyCommand({}));
    const ResourceConfig = {
      InstanceType: 'ml.m5.large' as const,
      InstanceCount: 1,
      VolumeSizeInGB: 10,
      VolumeKmsKeyId: key.KeyMetadata?.Arn,
    };
    expect((await send({ ResourceConfig })).message).toContain('kms:CreateGrant');
    const granting = await running.role('granting-execution', [
      allow('kms:CreateGrant', '*', { Bool: { 'kms:GrantIsForAWSResource': 'true' } }),
    ]);
    const passing = await running.role('passing', [allow('sagemaker:CreateTrainingJob'), allow('iam:PassRole')]);
    const client = new SageMakerClient(running.as(passing));
    expect(await refusal(client.send(new CreateTrainingJobCommand(job({ ResourceConfig, RoleArn: granting.arn }))))).toMatchObject({
      name: 'none',
    });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateDomainCommand, CreateRepositoryCommand, CodeartifactClient } from '@aws-sdk/client-codeartifact';
import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { CreateRepositoryCommand as CreateImageRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { connect } from '@sealab/sdk';
import type { Lab, LabRequest, PreflightFinding } from '@sealab/sdk';
import type { EnvironmentDescription } from '@sealab/sdk/contract';
import { ACCOUNT, allow, deny, document, REGION, ownHome, startRunningGateway } from '../local/gateway/running-gateway.ts';
import type { RunningGateway } from '../local/gateway/running-gateway.ts';
import { environmentWith } from './environment-fixture.ts';

/** The way from plain HTTP to the gateway's TLS: a process takes on a certificate authority at its start alone. */
async function relayTo(gateway: RunningGateway): Promise<{ url: string; server: Server }> {
  const { hostname, port } = new URL(gateway.platform.endpointUrl);
  const server = createServer((incoming, outgoing) => {
    const onward = httpsRequest(
      { hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers, ca: gateway.ca },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, server };
}

const SAGEMAKER = { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' };
const REPOSITORY = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/sealab/own`;
const script = { name: 'train.py', text: 'print(1)' };

let gateway: RunningGateway;
let relay: { url: string; server: Server };
let environment: EnvironmentDescription;
let disabledKey: string;
let folder: string;
let home: string;
const labs: Lab[] = [];

async function labAs(statements: readonly object[], name: string, change: Partial<EnvironmentDescription> = {}): Promise<Lab> {
  const { arn, ...credentials } = await gateway.role(name, statements);
  const lab = await connect({
    environment: { ...environment, roles: { ...environment.roles, dataScientist: arn }, ...change },
    credentials,
    endpointUrl: relay.url,
  });
  labs.push(lab);
  return lab;
}

/** What a data scientist of the project may ask. */
const MAY_ASK = [
  allow([
    'iam:GetRole',
    'iam:SimulatePrincipalPolicy',
    'kms:DescribeKey',
    'kms:Decrypt',
    'kms:GenerateDataKey',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcEndpoints',
    'ecr:DescribeImages',
    's3:ListBucket',
    's3:GetObject',
    's3:PutObject',
    'sagemaker:ListTrainingJobs',
    'codeartifact:ListPackageVersions',
    'servicequotas:ListServiceQuotas',
  ]),
];
const mayPass = () =>
  allow('iam:PassRole', environment.roles.jobExecution, { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealab-preflight-'));
  // Before anything of local/ is imported: paths are read once.
  home = ownHome();
  const { createSageMakerService } = await import('../../local/gateway/services/sagemaker/service.ts');
  const { createCodeArtifactService } = await import('../../local/gateway/services/codeartifact/service.ts');
  gateway = await startRunningGateway((platform) => [createSageMakerService(platform), createCodeArtifactService()]);
  relay = await relayTo(gateway);
  const admin = gateway.as(gateway.administrator);
  const [ec2, s3, kms, iam] = [
    new EC2Client(admin),
    new S3Client({ ...admin, forcePathStyle: true }),
    new KMSClient(admin),
    new IAMClient(admin),
  ];
  const VpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.1.0.0/16' }))).Vpc?.VpcId ?? '';
  const subnet = (await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.1.1.0/28' }))).Subnet?.SubnetId ?? '';
  const group = (await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName: 'jobs', Description: 'jobs' }))).GroupId ?? '';
  await ec2.send(new CreateVpcEndpointCommand({ VpcId, ServiceName: `com.amazonaws.${REGION}.s3`, VpcEndpointType: 'Gateway' }));
  const [storage, volume, disabled] = await Promise.all(
    ['storage', 'volume', 'disabled'].map(
      async (Description) => (await kms.send(new CreateKeyCommand({ Description }))).KeyMetadata?.Arn ?? '',
    ),
  );
  disabledKey = disabled ?? '';
  await kms.send(new DisableKeyCommand({ KeyId: disabledKey.split('/')[1] }));
  const jobExecution =
    (
      await iam.send(
        new CreateRoleCommand({ RoleName: 'job-execution', Path: '/sealab/test/', AssumeRolePolicyDocument: document([SAGEMAKER]) }),
      )
    ).Role?.Arn ?? '';
  const base = environmentWith();
  environment = environmentWith({
    network: { ...base.network, vpcId: VpcId, subnets: [{ id: subnet, availabilityZone: 'eu-west-1a' }], securityGroupIds: [group] },
    keys: { storage: storage ?? '', volume: volume ?? '' },
    roles: { ...base.roles, jobExecution },
    imageRegistries: [...base.imageRegistries, REPOSITORY],
    mirror: { ...base.mirror, domain: 'sealab' },
  });
  const { data, model, artifacts } = environment.buckets;
  for (const Bucket of [data, model, artifacts])
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  const encrypted = { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: environment.keys.storage };
  await s3.send(new PutObjectCommand({ Bucket: data, Key: 'good/rows.csv', Body: 'a,b\n1,2\n', ...encrypted }));
  await s3.send(new PutObjectCommand({ Bucket: data, Key: 'open/rows.csv', Body: 'a,b\n1,2\n' }));
  await s3.send(new PutObjectCommand({ Bucket: data, Key: 'empty/', Body: new Uint8Array(), ...encrypted }));
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'job-execution',
      PolicyName: 'inline',
      PolicyDocument: document([
        allow(['s3:ListBucket', 's3:GetObject'], [`arn:aws:s3:::${data}`, `arn:aws:s3:::${data}/*`, `arn:aws:s3:::${artifacts}/*`]),
        allow('s3:PutObject', `arn:aws:s3:::${model}/*`),
        allow(['kms:Decrypt', 'kms:GenerateDataKey'], environment.keys.storage, {
          StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` },
        }),
      ]),
    }),
  );
  const ecr = new ECRClient(admin);
  await ecr.send(new CreateImageRepositoryCommand({ repositoryName: 'sealab/own' }));
  await ecr.send(
    new PutImageCommand({
      repositoryName: 'sealab/own',
      imageTag: '1.0',
      imageManifest: JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
        config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: 1, digest: `sha256:${'a'.repeat(64)}` },
        layers: [],
      }),
    }),
  );
  const mirror = new CodeartifactClient(admin);
  await mirror.send(new CreateDomainCommand({ domain: 'sealab' }));
  await mirror.send(new CreateRepositoryCommand({ domain: 'sealab', repository: environment.mirror.repository }));
}, 120_000);

afterAll(async () => {
  for (const lab of labs) lab.close();
  relay.server.closeAllConnections();
  relay.server.close();
  await gateway.stop();
  for (const one of [folder, home]) rmSync(one, { recursive: true, force: true });
}, 30_000);

const good: LabRequest = { script, image: `${REPOSITORY}:1.0`, data: 's3://credit-risk-data/good/' };
const of = (findings: readonly PreflightFinding[], check: string) => findings.filter((one) => one.check === check);

describe('a request that works', () => {
  it('has no problem; only what cannot be asked here is unknown, with the reason', async () => {
    const lab = await labAs([...MAY_ASK, mayPass(), allow('kms:CreateGrant')], 'scientist');
    const started = performance.now();
    const result = await lab.preflight(good);
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(result.findings.filter(({ status }) => status === 'problem')).toEqual([]);
    expect(result.findings.filter(({ status }) => status === 'unknown').map(({ check }) => check)).toEqual(['quota']);
    expect(result).toMatchObject({ ok: true, problems: 0, unknown: 1 });
    expect([...new Set(result.findings.map(({ check }) => check))].sort()).toEqual(
      ['endpoints', 'image', 'input', 'key', 'name', 'output', 'quota', 'role', 'subnets', 'upload'].sort(),
    );
  }, 30_000);

  it('leaves nothing behind', async () => {
    const lab = await labAs([...MAY_ASK, mayPass()], 'reader');
    await lab.preflight(good);
    expect(await lab.list('training-jobs').all()).toEqual([]);
    const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
    for (const Bucket of [environment.buckets.model, environment.buckets.artifacts])
      expect((await lab.clients.s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount ?? 0).toBe(0);
  }, 30_000);
});

describe('what would fail', () => {
  const cases: readonly [string, string, RegExp, string | undefined, () => Partial<LabRequest>, () => Partial<EnvironmentDescription>][] = [
    [
      'an image that is not there',
      'image',
      /has no image 2\.0/,
      'AlgorithmSpecification.TrainingImage',
      () => ({ image: `${REPOSITORY}:2.0` }),
      () => ({}),
    ],
    ['a repository that is not there', 'image', /no image/, undefined, () => ({ image: `${REPOSITORY}/none:1.0` }), () => ({})],
    [
      'an input that is not there',
      'input',
      /nothing there/,
      'InputDataConfig[0].DataSource.S3DataSource.S3Uri',
      () => ({ data: 's3://credit-risk-data/none/' }),
      () => ({}),
    ],
    ['an input without content', 'input', /all of them empty/, undefined, () => ({ data: 's3://credit-risk-data/empty/' }), () => ({})],
    [
      'an input without the key',
      'input',
      /not encrypted with a KMS key/,
      undefined,
      () => ({ data: 's3://credit-risk-data/open/' }),
      () => ({}),
    ],
    [
      'an input that the role cannot read',
      'input',
      /cannot read s3:\/\/elsewhere/,
      undefined,
      () => ({ data: 's3://elsewhere/x' }),
      () => ({}),
    ],
    ['a bucket that is not there', 'input', /no such bucket/, undefined, () => ({ data: 's3://elsewhere/x' }), () => ({})],
    ['a file that is not there', 'input', /no such file/, 'data', () => ({ data: '/nowhere/rows.csv' }), () => ({})],
    [
      'more instances than addresses',
      'subnets',
      /11 addresses are free.*40 are needed/,
      'VpcConfig.Subnets',
      () => ({ instanceCount: 20 }),
      () => ({}),
    ],
    [
      'a disabled key',
      'key',
      /is Disabled/,
      'ResourceConfig.VolumeKmsKeyId',
      () => ({}),
      () => ({ keys: { ...environment.keys, volume: disabledKey } }),
    ],
    [
      'a key that is not there',
      'key',
      /There is no key/,
      undefined,
      () => ({}),
      () => ({ keys: { ...environment.keys, volume: disabledKey.replace(/.{4}$/, 'ffff') } }),
    ],
    [
      'an output that the role cannot write',
      'output',
      /cannot write s3:\/\/other-model/,
      'OutputDataConfig.S3OutputPath',
      () => ({}),
      () => ({ buckets: { ...environment.buckets, model: 'other-model' } }),
    ],
    [
      'a role that is not there',
      'role',
      /There is no role/,
      'RoleArn',
      () => ({}),
      () => ({ roles: { ...environment.roles, jobExecution: `${environment.roles.jobExecution}-none` } }),
    ],
    [
      'a role that is not SageMaker’s',
      'role',
      /does not let SageMaker take it/,
      'RoleArn',
      () => ({}),
      () => ({ roles: { ...environment.roles, jobExecution: `arn:aws:iam::${ACCOUNT}:role/sealab/test/foreign` } }),
    ],
    [
      'endpoints that a connected job needs',
      'endpoints',
      /codeartifact\.api \(not there\)/,
      undefined,
      () => ({ network: 'connected' }),
      () => ({}),
    ],
    [
      'a subnet that is not there',
      'subnets',
      /Not in vpc-.*subnet-0aaa1111/,
      undefined,
      () => ({}),
      () => ({ network: { ...environment.network, subnets: [{ id: 'subnet-0aaa1111', availabilityZone: 'a' }] } }),
    ],
  ];

  beforeAll(async () => {
    await gateway.role('foreign', []);
  });

  it.each(cases)(
    '%s',
    async (title, check, finding, field, request, change) => {
      const lab = await labAs([...MAY_ASK, mayPass(), allow('kms:CreateGrant')], `s-${title.replace(/\W+/g, '-').slice(0, 40)}`, change());
      const result = await lab.preflight({ ...good, ...request() } as LabRequest);
      const problems = of(result.findings, check).filter(({ status }) => status === 'problem');
      expect(problems.map((one) => one.finding).join('\n')).toMatch(finding);
      expect(problems[0]?.remedy).toMatch(/\S/);
      if (field !== undefined) expect(problems.map((one) => one.field)).toContain(field);
      expect(result.ok).toBe(false);
    },
    30_000,
  );

  it('a caller who may not hand over the role', async () => {
    const lab = await labAs([...MAY_ASK, deny('iam:PassRole')], 'no-pass');
    expect(of((await lab.preflight(good)).findings, 'role')).toContainEqual(
      expect.objectContaining({
        status: 'problem',
        finding: expect.stringMatching(/You may not hand job-execution to SageMaker: .*denied by a policy/),
      }),
    );
  }, 30_000);

  it('packages that the mirror does not have, by exact version', async () => {
    writeFileSync(join(folder, 'train.py'), 'print(1)');
    writeFileSync(
      join(folder, 'requirements.txt'),
      '# pinned\nCertifi==2026.10.18\ncertifi == 1.0  # too old\nnot_a-package[extra]==1.2; python_version > "3"\ncharset_normalizer>=3\n-r other.txt\n',
    );
    const lab = await labAs([...MAY_ASK, mayPass()], 'packages');
    const { findings } = await lab.preflight({ script: 'train.py', sourceDirectory: folder, network: 'connected' });
    expect(of(findings, 'packages').map(({ status, finding }) => `${status}: ${finding}`)).toEqual([
      'ok: certifi 2026.10.18 is in the mirror.',
      expect.stringMatching(/^problem: certifi 1\.0 is not in the mirror; it has 2026\.10\.18/),
      'problem: not-a-package is not in the mirror.',
      expect.stringMatching(/^unknown: charset_normalizer>=3: the mirror has .*Pin it/),
      expect.stringMatching(/^unknown: requirements\.txt: “-r other\.txt” names no package/),
    ]);
  }, 30_000);

  it('refuses the submission where it was asked to look first', async () => {
    const lab = await labAs([...MAY_ASK, mayPass()], 'first');
    await expect(lab.train({ script, data: 's3://credit-risk-data/none/', preflight: true })).rejects.toMatchObject({
      code: 'InvalidInput',
      message: expect.stringContaining('nothing there'),
      details: { findings: expect.arrayContaining([expect.objectContaining({ check: 'input' })]) },
    });
    expect(await lab.list('training-jobs').all()).toEqual([]);
  }, 30_000);
});

describe('who may ask nothing', () => {
  it('is told what is unknown and why, and never that it is well', async () => {
    const lab = await labAs([allow('sts:GetCallerIdentity')], 'blind');
    const { findings, ok, problems } = await lab.preflight(good);
    expect([...new Set(findings.map(({ status }) => status))]).toEqual(['unknown']);
    expect([ok, problems]).toEqual([true, 0]);
    for (const { finding } of findings) expect(finding).toMatch(/may not look|could not|cannot|no answer/i);
  }, 30_000);

  it('where nothing answers, ends in time', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const lab = await connect({
      environment,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      endpointUrl: `http://127.0.0.1:${String((silent.address() as AddressInfo).port)}`,
    });
    const started = performance.now();
    const { findings } = await lab.preflight(good, { timeout: 0.5 });
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(new Set(findings.map(({ status, finding }) => `${status}: ${finding}`))).toEqual(new Set(['unknown: No answer within 0.5 s.']));
    lab.close();
    silent.closeAllConnections();
    silent.close();
  });
});

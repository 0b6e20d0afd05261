import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteBucketPolicyCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { connect } from '@sealab/sdk';
import type { Lab, LabRequest } from '@sealab/sdk';
import type { EnvironmentDescription } from '@sealab/sdk/contract';
import { ACCOUNT, allow, deny, document } from '../local/gateway/running-gateway.ts';
import type { RunningGateway } from '../local/gateway/running-gateway.ts';
import { MAY_ASK, of, REPOSITORY, startPreflightProject } from './preflight-project.ts';
import type { PreflightProject } from './preflight-project.ts';

const script = { name: 'train.py', text: 'print(1)' };

let project: PreflightProject;
let gateway: RunningGateway;
let environment: EnvironmentDescription;
let disabledKey: string;
let folder: string;

const mayPass = () => project.mayPass;
const labAs = (statements: readonly object[], name: string, change: Partial<EnvironmentDescription> = {}): Promise<Lab> =>
  project.labAs(statements, name, { change });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealab-preflight-'));
  project = await startPreflightProject();
  ({ gateway, environment, disabledKey } = project);
}, 120_000);

afterAll(async () => {
  await project.stop();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

const good: LabRequest = { script, image: `${REPOSITORY}:1.0`, data: 's3://credit-risk-data/good/' };

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
    await lab.preflight({ ...good, data: { rows: [{ a: 1 }] } });
    expect(await lab.list('training-jobs').all()).toEqual([]);
    const s3 = new S3Client({ ...gateway.as(gateway.administrator), forcePathStyle: true });
    for (const Bucket of [environment.buckets.data, environment.buckets.model, environment.buckets.artifacts]) {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
      expect(Contents.filter(({ Key = '' }) => !/^(good|open|empty|trained)\//.test(Key))).toEqual([]);
      expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? []).toEqual([]);
    }
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
      // None of these was given by the caller, who therefore cannot leave it out.
      expect(problems[0]?.remedy).not.toMatch(/^Leave/);
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

describe('uploads, which S3 itself is asked about', () => {
  const cases: readonly [string, object[], 'ok' | 'problem', RegExp, RegExp | undefined][] = [
    ['allowed', [], 'ok', /^S3 lets you upload to s3:\/\/credit-risk-artifacts\/code\/[0-9a-f]{40}\/ with the storage key\.$/, undefined],
    ['denied', [deny('s3:PutObject')], 'problem', /^You cannot upload to s3:.*s3:PutObject/, /notebook or a job/],
    [
      'denied below this prefix',
      [deny('s3:PutObject', 'arn:aws:s3:::credit-risk-artifacts/code/*')],
      'problem',
      /s3:PutObject on the artifacts bucket is refused by an identity policy/,
      undefined,
    ],
    [
      'denied below another prefix',
      [deny('s3:PutObject', 'arn:aws:s3:::credit-risk-artifacts/other/*')],
      'ok',
      /lets you upload/,
      undefined,
    ],
    ['without the key', [deny('kms:GenerateDataKey')], 'problem', /its use \(kms:GenerateDataKey\) is refused/, /key’s policy/],
    [
      'without the right to give up',
      [deny('s3:AbortMultipartUpload')],
      'ok',
      /could not be given up: This role may not look \(s3:AbortMultipartUpload\)/,
      undefined,
    ],
  ];
  it.each(cases)('%s', async (title, denied, status, finding, remedy) => {
    const lab = await labAs([...MAY_ASK, mayPass(), ...denied], `u-${title.replace(/\W+/g, '-')}`);
    const [found, ...more] = of((await lab.preflight(good)).findings, 'upload');
    expect([found?.status, more]).toEqual([status, []]);
    expect(found?.finding).toMatch(finding);
    if (remedy !== undefined) expect(found?.remedy).toMatch(remedy);
  });

  it('by the policy of the bucket, which no simulation reads', async () => {
    const s3 = new S3Client({ ...gateway.as(gateway.administrator), forcePathStyle: true });
    const Bucket = environment.buckets.artifacts;
    const Policy = document([{ ...deny('s3:PutObject', `arn:aws:s3:::${Bucket}/*`), Principal: '*' }]);
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    const lab = await labAs([...MAY_ASK, mayPass()], 'bucket-policy');
    const { findings } = await lab.preflight(good).finally(() => s3.send(new DeleteBucketPolicyCommand({ Bucket })));
    expect(of(findings, 'upload')).toEqual([
      expect.objectContaining({ status: 'problem', finding: expect.stringMatching(/refused by .*(bucket|resource).* policy/) }),
    ]);
  });
});

describe('who may ask nothing', () => {
  it('is told what is unknown and why; of the project’s own roles, that the deployment made them', async () => {
    // A role that the document does not have.
    const lab = await labAs([allow('sts:GetCallerIdentity')], 'blind', { roles: environment.roles });
    const { findings } = await lab.preflight(good);
    for (const { status, check, finding } of findings) {
      if (status === 'ok') expect(finding).toMatch(/made.*; your role may not ask IAM itself\.$/);
      else if (status === 'problem')
        expect([check, finding]).toEqual(['upload', expect.stringMatching(/s3:PutObject on the artifacts bucket/)]);
      else expect(finding).toMatch(/may not look|could not|cannot|no answer|may not ask/i);
    }
    expect(findings.filter(({ status }) => status === 'ok').map(({ check }) => check)).toEqual(['role', 'input', 'output']);
    expect(of(findings, 'role').map(({ status, finding }) => [status, finding])).toEqual([
      ['ok', 'job-execution is the project’s own role for this, made by the deployment; your role may not ask IAM itself.'],
      [
        'unknown',
        expect.stringMatching(/^Whether (blind|someone) may hand job-execution to SageMaker: it is not one of the project’s roles/),
      ],
    ]);
  }, 30_000);

  it('and has a role of the project: what the deployment has given that role', async () => {
    const lab = await labAs([allow('sts:GetCallerIdentity')], 'silenced');
    const { findings } = await lab.preflight(good);
    expect(of(findings, 'role').map(({ status }) => status)).toEqual(['ok', 'ok']);
    expect(of(findings, 'quota')).toEqual([
      expect.objectContaining({
        status: 'unknown',
        finding: expect.stringMatching(
          /^ml\.m5\.large for training job usage: 1 asked for\. Could not look: .*ResourceLimitExceeded, at the submission, before anything starts\.$/,
        ),
      }),
    ]);
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

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateVpcEndpointCommand, DeleteVpcEndpointsCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { Lab, LabRequest, Preflight } from '@sealab/sdk';
import { bundle, SDK_ENTRIES } from '../../scripts/bundle.mjs';
import { ACCOUNT, allow, REGION } from '../local/gateway/running-gateway.ts';
import { deno } from './deno.ts';
import { MAY_ASK, of, relayTo, REPOSITORY, startPreflightProject } from './preflight-project.ts';
import type { PreflightProject, Relay } from './preflight-project.ts';

/** Endpoints of a deployed project that a pre-flight goes through; none for IAM and Service Quotas. */
const ENDPOINTS = ['sts', 'kms', 'ec2', 'ecr.api', 'logs', 'sagemaker.api', 'codeartifact.api', 'codeartifact.repositories'];
const script = { name: 'train.py', text: 'print(1)' };
const good: LabRequest = { script, image: `${REPOSITORY}:1.0`, data: 's3://credit-risk-data/good/' };

let project: PreflightProject;
let inside: Relay;
let lab: Lab;

beforeAll(async () => {
  project = await startPreflightProject(ENDPOINTS);
  const { gateway, environment } = project;
  const door = await gateway.platform.openSandbox({
    id: 'notebook',
    vpcId: environment.network.vpcId,
    roleArn: environment.roles.jobExecution,
    servicePrincipal: 'sagemaker.amazonaws.com',
  });
  inside = await relayTo(gateway, `${door.folder}/gateway.sock`);
  // All of IAM and Service Quotas is allowed to it: that they are not asked is for want of a way.
  const rights = [...MAY_ASK, allow('sts:AssumeRole')];
  lab = await project.labAs(rights, 'notebook-execution', { as: 'notebookExecution', relay: inside });
}, 120_000);

afterAll(async () => {
  inside.close();
  await project.stop();
}, 30_000);

describe('in a notebook', () => {
  it('everything is decided but the quota, in less than a second, without asking what cannot be reached', async () => {
    inside.asked.length = 0;
    const took: number[] = [];
    let found: Preflight | undefined;
    // Others use this machine too: the quickest counts.
    for (let times = 0; times < 3; times += 1) {
      const started = performance.now();
      found = await lab.preflight(good);
      took.push(performance.now() - started);
    }
    expect(Math.min(...took)).toBeLessThan(1_000);
    const { findings = [], problems } = found ?? {};
    expect(inside.asked).toEqual(expect.arrayContaining(['sts', 's3', 'ec2', 'kms', 'ecr', 'sagemaker']));
    expect(inside.asked).not.toContain('iam');
    expect(inside.asked).not.toContain('servicequotas');
    expect(problems).toBe(0);
    expect(findings.filter(({ status }) => status === 'unknown')).toEqual([
      {
        check: 'quota',
        status: 'unknown',
        field: 'ResourceConfig.InstanceType',
        finding:
          'ml.m5.large for training job usage: 1 asked for. Service Quotas cannot be asked from inside the network. Where it is more than the account’s quota, SageMaker refuses with ResourceLimitExceeded, at the submission, before anything starts.',
      },
    ]);
    expect(of(findings, 'role').map(({ status, finding }) => [status, finding])).toEqual([
      [
        'ok',
        'job-execution is the project’s own role for this, made by the deployment; IAM itself cannot be asked from inside the network.',
      ],
      [
        'ok',
        'You may hand job-execution to SageMaker, as the deployment has made notebook-execution; IAM itself cannot be asked from inside the network.',
      ],
    ]);
    for (const check of ['upload', 'output', 'input', 'key'])
      expect([...new Set(of(findings, check).map(({ status }) => status))]).toEqual(['ok']);
  }, 30_000);

  it('a deployment is sent with the role made for it', async () => {
    const name = 'notebook-deploying';
    const trusted = [`arn:aws:iam::${ACCOUNT}:root`, `arn:aws:iam::${ACCOUNT}:role/sealab/test/${name}`];
    const { arn } = await project.gateway.role('endpoint-creation', MAY_ASK, {
      trust: trusted.map((AWS) => ({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' })),
    });
    const roles = { ...project.environment.roles, endpointCreation: arn };
    delete (roles as { notebookExecution?: string }).notebookExecution;
    const deploying = await project.labAs([...MAY_ASK, allow('sts:AssumeRole')], name, {
      as: 'notebookExecution',
      relay: inside,
      change: { roles },
    });
    const { findings } = await deploying.preflight({
      kind: 'deploy',
      model: { artifacts: 's3://credit-risk-model/trained/model.tar.gz', source: { script } },
      image: `${REPOSITORY}:1.0`,
    });
    expect(of(findings, 'role').map(({ status, finding }) => `${status}: ${finding}`)).toEqual([
      expect.stringMatching(/^ok: sealab-credit-risk-endpoint-hosting is the project’s own role/),
      expect.stringMatching(/^ok: endpoint-creation may hand sealab-credit-risk-endpoint-hosting to SageMaker/),
    ]);
    expect(of(findings, 'key').at(-1)?.finding).toMatch(/may encrypt volumes with .* for endpoint-creation/);
    // The archive with the code in it is made when it is deployed.
    expect(of(findings, 'upload').map(({ status, finding }) => `${status}: ${finding}`)).toEqual([
      expect.stringMatching(/^ok: S3 lets you upload to s3:\/\/credit-risk-model\/hosted\//),
    ]);
    expect(findings.filter(({ status }) => status === 'problem')).toEqual([]);
  }, 30_000);

  it('a pipeline’s steps are sent with the pipeline’s role', async () => {
    const { findings } = await lab.preflight({
      kind: 'pipeline',
      name: 'credit',
      build: (build) => {
        build.train('fit', { script, image: `${REPOSITORY}:1.0`, inputs: { train: 's3://credit-risk-data/good/' } });
      },
    });
    expect(of(findings, 'role').map(({ status, field, finding }) => [status, field, finding.split(';')[0]])).toEqual([
      ['ok', 'RoleArn', expect.stringMatching(/^sealab-credit-risk-pipeline-execution is the project’s own role/)],
      ['ok', 'RoleArn', expect.stringMatching(/^You may hand sealab-credit-risk-pipeline-execution/)],
      ['ok', 'Steps[fit].Arguments.RoleArn', expect.stringMatching(/^job-execution is the project’s own role/)],
      ['ok', 'Steps[fit].Arguments.RoleArn', expect.stringMatching(/^sealab-credit-risk-pipeline-execution may hand job-execution/)],
    ]);
    expect(of(findings, 'quota').map(({ finding }) => finding)).toEqual([
      expect.stringMatching(/when the job that needs it is started\.$/),
    ]);
    expect(of(findings, 'input').map(({ status, finding }) => `${status}: ${finding}`)).toEqual([
      expect.stringMatching(/^ok: s3:\/\/credit-risk-data\/good\/: 1 objects/),
      expect.stringMatching(/^ok: job-execution may read s3:\/\/credit-risk-data\/good\//),
    ]);
  }, 30_000);

  it('IAM is asked once there is a way to it', async () => {
    const { gateway, environment } = project;
    const ec2 = new EC2Client(gateway.as(gateway.administrator));
    const { VpcEndpoint } = await ec2.send(
      new CreateVpcEndpointCommand({
        VpcId: environment.network.vpcId,
        ServiceName: `com.amazonaws.${REGION}.iam`,
        VpcEndpointType: 'Interface',
      }),
    );
    try {
      inside.asked.length = 0;
      const { findings } = await lab.preflight(good);
      expect(inside.asked).toContain('iam');
      expect(of(findings, 'role').map(({ status }) => status)).toEqual(['ok', 'problem']);
    } finally {
      await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [VpcEndpoint?.VpcEndpointId ?? ''] }));
    }
  }, 30_000);
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly problem: string;
}

describe.each(['node', 'deno'])('in a terminal of the notebook, run by %s', (runtime) => {
  let folder: string;
  let environmentOf: NodeJS.ProcessEnv;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sealab-terminal-'));
    await bundle(SDK_ENTRIES, join(folder, 'sdk'));
    const { arn, ...credentials } = await project.gateway.role(`terminal-${runtime}`, MAY_ASK);
    const document = { ...project.environment, roles: { ...project.environment.roles, notebookExecution: arn } };
    writeFileSync(join(folder, 'environment.json'), JSON.stringify(document));
    environmentOf = {
      PATH: process.env['PATH'],
      DENO_DIR: join(folder, 'deno-cache'),
      SEALAB_ENVIRONMENT: join(folder, 'environment.json'),
      AWS_ENDPOINT_URL: inside.url,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
    };
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function run(program: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const [runs, before] = runtime === 'node' ? [process.execPath, []] : [deno(folder), ['run', '--allow-all', '--no-prompt', '--quiet']];
    return new Promise((done) => {
      execFile(runs, [...before, program, ...args], { cwd: folder, env: { ...environmentOf, ...more } }, (error, out, problem) =>
        done({ code: error === null ? 0 : Number(error.code), out, problem }),
      );
    });
  }

  async function preflight(request: object, ...options: string[]): Promise<Ended> {
    writeFileSync(join(folder, 'request.json'), JSON.stringify(request));
    return run(join(folder, 'sdk/sealab.js'), ['preflight', 'request.json', ...options]);
  }

  it('sealab preflight request.json says what it found, and ends well without a problem', async () => {
    writeFileSync(join(folder, 'train.py'), 'print(1)');
    const { code, out, problem } = await preflight({ ...good, script: 'train.py' });
    expect(problem).not.toMatch(/MaxListeners|Error|sealab:/);
    expect(code).toBe(0);
    expect(out).toMatch(/No problem found; 1 could not be asked/);
    expect(out).toMatch(/upload +S3 lets you upload to s3:/);
  }, 60_000);

  it('and with 1 where there is one; as JSON too', async () => {
    const { code, out } = await preflight({ ...good, data: 's3://credit-risk-data/none/' }, '--json');
    const { ok, findings } = JSON.parse(out) as Preflight;
    expect([code, ok, of(findings, 'input').map(({ status }) => status)]).toEqual([1, false, ['problem', 'ok']]);
  }, 60_000);

  it('asked again and again by one process that can ask everything, makes the runtime warn of no leak', async () => {
    // More than the ten listeners of one signal that Node takes for a leak: by one pre-flight, and by one after the other.
    mkdirSync(join(folder, 'source'));
    writeFileSync(join(folder, 'source/train.py'), 'print(1)');
    writeFileSync(join(folder, 'source/requirements.txt'), Array.from({ length: 12 }, (_, at) => `package-${at}==1.0`).join('\n'));
    const inputs = Object.fromEntries(Array.from({ length: 5 }, (_, at) => [`part${at}`, `s3://credit-risk-data/good/`]));
    const large = { script: 'train.py', sourceDirectory: 'source', network: 'connected', image: `${REPOSITORY}:1.0`, inputs };
    const program = `import { connect } from './sdk/sealab-sdk.js';
const lab = await connect();
await lab.preflight(${JSON.stringify(large)});
for (let times = 0; times < 12; times += 1) console.log((await lab.preflight(${JSON.stringify(good)})).findings.length);
lab.close();`;
    writeFileSync(join(folder, 'often.mjs'), program);
    const elsewhere = join(folder, 'elsewhere.json');
    writeFileSync(elsewhere, JSON.stringify(project.environment));
    const { code, out, problem } = await run('often.mjs', [], { AWS_ENDPOINT_URL: project.outside.url, SEALAB_ENVIRONMENT: elsewhere });
    expect([code, problem]).toEqual([0, expect.not.stringContaining('MaxListeners')]);
    expect(out.trim().split('\n')).toHaveLength(12);
  }, 60_000);
});

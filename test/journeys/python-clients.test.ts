import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TOOLCHAIN } from '../../local/paths.ts';
import { ensurePythonEnvironment } from '../../local/toolchain/python.ts';
import { writePython } from '../python/installation.ts';
import { connection, description, uniqueName } from './running/environment.ts';
import { Notebook } from './running/notebook.ts';

const SECONDS = 420;
const repository = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'sealab-clients-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program to its end and answers what it printed. */
async function finished(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: SECONDS * 1000 });
  let [out, complaints] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`${args.join(' ')} failed:\n${complaints.slice(-3000)}`);
  return out;
}

/** Runs a journey of `python/` with Sealab's defaults in the Python's path, as every notebook has them. */
async function journey(client: string, lock: string, script: string): Promise<Readonly<Record<string, unknown>>> {
  const python = await ensurePythonEnvironment(join(TOOLCHAIN, client), join(repository, lock), undefined, { compile: false });
  const { administrator, region, endpointUrl, caFile, environment } = connection();
  const { images, buckets, roles } = description();
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    PYTHONPATH: join(folder, 'python'),
    SEALAB_ENVIRONMENT: environment,
    SAGEMAKER_ADMIN_CONFIG_OVERRIDE: join(folder, 'sagemaker.yaml'),
    SAGEMAKER_VALIDATE_ROLE: 'false',
    AWS_ACCESS_KEY_ID: administrator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: administrator.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_CA_BUNDLE: caFile,
    REQUESTS_CA_BUNDLE: caFile,
    JOURNEY_IMAGE: images['scikit-learn'],
    JOURNEY_BUCKET: buckets.model,
    JOURNEY_HOSTING_ROLE: roles.endpointHosting,
    JOURNEY_FOLDER: folder,
    JOURNEY_NAME: uniqueName(client.replace('sagemaker-', '')),
  };
  await finished('python3', ['-m', 'sealab_defaults.sagemaker_config', env.SAGEMAKER_ADMIN_CONFIG_OVERRIDE], env);
  return JSON.parse(await finished(python, [join(import.meta.dirname, 'python', script)], env)) as Record<string, unknown>;
}

describe('the SageMaker Python SDK against the local environment, unchanged', () => {
  const answers = new Map<string, Readonly<Record<string, unknown>>>();
  // Both sleep more than they work, so they do it side by side.
  beforeAll(async () => {
    writePython(join(folder, 'python'));
    const [v2, v3] = await Promise.all([
      journey('sagemaker-v2', 'test/python/sagemaker-v2.txt', 'sagemaker_v2.py'),
      journey('bench', 'test/bench/requirements.txt', 'sagemaker_v3.py'),
    ]);
    answers.set('2', v2).set('3', v3);
  }, SECONDS * 1000);

  it('generation 2: trains, processes, transforms, tunes, hosts and removes', () => {
    expect(answers.get('2')).toEqual({
      upload: expect.stringMatching(/^s3:\/\/.*data\.csv$/),
      train: {
        status: 'Completed',
        isolated: true,
        model: expect.stringMatching(/output\/model\.tar\.gz$/),
        metrics: ['accuracy'],
        points: 1,
      },
      process: '41',
      transform: { lines: 41, positive: 20 },
      tune: { best: true, jobs: 2 },
      deploy: [0, 1],
      undeploy: [],
    });
  });

  it('generation 3: trains, processes, hosts, transforms, tunes and removes', () => {
    expect(answers.get('3')).toEqual({
      upload: expect.stringMatching(/^s3:\/\/.*data\.csv$/),
      train: { status: 'Completed', isolated: true, model: expect.stringMatching(/output\/model\.tar\.gz$/) },
      process: '41',
      deploy: '[0.0, 1.0]',
      transform: { lines: 41 },
      tune: { best: true },
      undeploy: [],
    });
  });
});

describe('the AWS CLI in the notebook, unchanged', () => {
  let notebook: Notebook;
  beforeAll(async () => {
    notebook = await Notebook.open('python');
    await notebook.run(`
import json, os, subprocess
def aws(*args):
    done = subprocess.run(["aws", *args, "--output", "json"], capture_output=True, text=True)
    return {"code": done.returncode, "out": done.stdout, "problem": done.stderr.strip()}`);
  });
  afterAll(() => notebook.close());
  const aws = (...args: readonly string[]) =>
    notebook.json<{ code: number; out: string; problem: string }>(
      `print(json.dumps(aws(*json.loads(${JSON.stringify(JSON.stringify(args))}))))`,
      120,
    );

  it('copies, starts a job that comes out secure, waits for it, reads its log, and is refused what the contract refuses', async () => {
    const { buckets, keys, network, roles, images } = description();
    const name = uniqueName('cli');
    const place = `s3://${buckets.data}/${name}/data.csv`;
    await notebook.run(`open("/tmp/data.csv", "w").write("1,2\\n")`);
    expect(await aws('s3', 'cp', '/tmp/data.csv', place)).toMatchObject({ code: 0 });
    const request = {
      TrainingJobName: name,
      AlgorithmSpecification: {
        TrainingImage: images['scikit-learn'],
        TrainingInputMode: 'File',
        ContainerEntrypoint: ['bash', '-c', 'echo rows=$(wc -l < /opt/ml/input/data/train/data.csv)'],
      },
      RoleArn: roles.jobExecution,
      InputDataConfig: [{ ChannelName: 'train', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: place } } }],
      OutputDataConfig: { S3OutputPath: `s3://${buckets.model}/cli` },
      ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
      StoppingCondition: { MaxRuntimeInSeconds: 60 },
    };
    const create = (input: object) => aws('sagemaker', 'create-training-job', '--cli-input-json', JSON.stringify(input));
    expect(await create({ ...request, RoleArn: roles.endpointHosting })).toMatchObject({
      code: expect.any(Number),
      problem: expect.stringMatching(/SecureFieldConflict: RoleArn/),
    });
    expect(await create(request)).toMatchObject({ code: 0, out: expect.stringContaining(`training-job/${name}`) });
    expect(await aws('sagemaker', 'wait', 'training-job-completed-or-stopped', '--training-job-name', name)).toMatchObject({ code: 0 });
    const { out } = await aws('sagemaker', 'describe-training-job', '--training-job-name', name);
    expect(JSON.parse(out)).toMatchObject({
      TrainingJobStatus: 'Completed',
      EnableNetworkIsolation: true,
      EnableInterContainerTrafficEncryption: true,
      VpcConfig: { SecurityGroupIds: network.securityGroupIds },
      OutputDataConfig: { KmsKeyId: keys.storage },
      ResourceConfig: { VolumeKmsKeyId: keys.volume },
    });
    const log = await aws('logs', 'filter-log-events', '--log-group-name', '/aws/sagemaker/TrainingJobs', '--log-stream-name-prefix', name);
    expect(log).toMatchObject({ code: 0, out: expect.stringContaining('rows=1') });
    expect(await aws('sagemaker', 'list-training-jobs', '--name-contains', name, '--max-items', '1')).toMatchObject({ code: 0 });
  }, 240_000);
});

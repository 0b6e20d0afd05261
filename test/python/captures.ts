import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { findViolations } from '@sealab/sdk/secure';
import { TOOLCHAIN } from '../../local/paths.ts';
import { ensurePythonEnvironment } from '../../local/toolchain/python.ts';
import { environment, isolatedOnly } from '../sdk/environment-fixture.ts';
import { Installation, repository } from './installation.ts';
import { Recorder } from './recorder.ts';

/** Environments of the clients, by the folder in the toolchain. The bench has the third generation already. */
const LOCKS = { bench: 'test/bench/requirements.txt', 'sagemaker-v2': 'test/python/sagemaker-v2.txt' } as const;

/** Pipelines of the third generation are a package of their own: it is put beside the rest of it, which has what this one needs of it. */
async function besides(client: keyof typeof LOCKS): Promise<string | undefined> {
  if (client !== 'bench') return undefined;
  const folder = join(TOOLCHAIN, 'sagemaker-mlops');
  const lock = join(repository, 'test/python/sagemaker-mlops.txt');
  const python = await ensurePythonEnvironment(folder, lock, undefined, { compile: false, dependencies: false });
  return (await finished(python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'], {})).trim();
}

/** What a client sent and what came of each step: `sent`, or the error. */
export interface Capture {
  readonly recorder: Recorder;
  readonly outcome: Readonly<Record<string, string>>;
}

/** Runs a script of `capture/` against a recorder, with the defaults in the Python's path or without them. */
export async function capture(client: keyof typeof LOCKS, script: string, defaults: boolean): Promise<Capture> {
  const python = await ensurePythonEnvironment(join(TOOLCHAIN, client), join(repository, LOCKS[client]), undefined, { compile: false });
  const installation = new Installation();
  const recorder = new Recorder();
  const url = await recorder.start();
  try {
    const configuration = join(installation.folder, 'sagemaker.yaml');
    await finished('python3', ['-m', 'sealab_defaults.sagemaker_config', configuration], installation.variables());
    const variables = installation.variables({
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_DEFAULT_REGION: environment.region,
      SAGEMAKER_ADMIN_CONFIG_OVERRIDE: configuration,
      SAGEMAKER_VALIDATE_ROLE: 'false',
      CAPTURE_FOLDER: installation.folder,
      CAPTURE_IMAGE: environment.images['scikit-learn'] ?? '',
      CAPTURE_BUCKET: environment.buckets.model,
      CAPTURE_JOB_ROLE: environment.roles.jobExecution,
      CAPTURE_HOSTING_ROLE: environment.roles.endpointHosting,
      CAPTURE_PIPELINE_ROLE: environment.roles.pipelineExecution,
    });
    const paths = [defaults ? variables['PYTHONPATH'] : undefined, await besides(client)].filter((path) => path !== undefined);
    if (paths.length === 0) delete variables['PYTHONPATH'];
    else variables['PYTHONPATH'] = paths.join(delimiter);
    const out = await finished(python, [join(import.meta.dirname, 'capture', script)], variables);
    return { recorder, outcome: JSON.parse(out) as Capture['outcome'] };
  } finally {
    await recorder.stop();
    installation.remove();
  }
}

async function finished(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, complaints] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`${args.join(' ')} failed:\n${complaints.slice(-3000)}`);
  return out;
}

/** Names of the rules that a request breaks, where isolation is not left to the caller; `Tags` where one of the environment's is missing. */
export function broken(operation: string, body: Record<string, unknown>): string[] {
  const tags = new Map(((body['Tags'] ?? []) as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));
  const tagged = Object.entries(environment.tags).every(([key, value]) => tags.get(key) === value);
  const rules = findViolations(operation, body, isolatedOnly, 'request').map(({ control }) => control.id.split('.')[1] ?? control.id);
  return [...new Set([...rules, ...(tagged ? [] : ['Tags'])])].sort();
}

/** S3 writes of a capture that do not carry the storage key. */
export const unencrypted = ({ recorder }: Capture): string[] =>
  recorder.requests
    .filter(({ operation, path }) => operation === 'PUT' && !path.includes('partNumber='))
    .filter(
      ({ headers }) =>
        headers['x-amz-server-side-encryption'] !== 'aws:kms' ||
        headers['x-amz-server-side-encryption-aws-kms-key-id'] !== environment.keys.storage,
    )
    .map(({ path }) => path);

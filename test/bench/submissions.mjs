/** Cold processes that submit the same secured training job, one after another, each timed from its start to its end. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeTrainingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { hostClientConfig } from '../../local/dist/deploy/index.js';
import { runCold } from './process.mjs';

/** Medians are taken of these; one run before them warms everybody's caches: the disk's, Python's and Deno's compiled code. */
const RUNS = 11;
/** Memory hardly differs from run to run. */
const MEMORY_RUNS = 3;

/**
 * Seconds of each run by who submitted: `deno` is the SDK in the notebook's own runtime, `node` the same SDK in Node. `memory` has the
 * megabytes of runs of their own, in which looking at the process does not count as its time.
 */
export async function timeSubmissions({ home, python, pythonV2, root, tell }) {
  const connection = JSON.parse(readFileSync(join(home, 'connection.json'), 'utf8'));
  const { buckets } = JSON.parse(readFileSync(connection.environment, 'utf8'));
  const { endpointUrl, caFile, region, administrator, notebook } = connection;
  const clients = hostClientConfig({ endpointUrl, caFile, region, credentials: administrator });
  const sageMaker = new SageMakerClient(clients);
  await new S3Client(clients).send(new PutObjectCommand({ Bucket: buckets.data, Key: 'bench/data.csv', Body: 'a,b\n1,2\n' }));

  const folder = mkdtempSync(join(tmpdir(), 'sealab-bench-'));
  const script = join(folder, 'train.py');
  const data = `s3://${buckets.data}/bench/`;
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: administrator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: administrator.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_CA_BUNDLE: caFile,
    REQUESTS_CA_BUNDLE: caFile,
    NODE_EXTRA_CA_CERTS: caFile,
    DENO_CERT: caFile,
    DENO_DIR: join(folder, 'deno'),
    DENO_NO_UPDATE_CHECK: '1',
    SEALAB_ENVIRONMENT: connection.environment,
    // Its own check of the role would take longer still, and takes rights under conditions for missing ones.
    SAGEMAKER_VALIDATE_ROLE: 'false',
  };
  const submit = join(root, 'test/bench/submit');
  const sealab = [join(submit, 'sealab.mjs'), join(root, 'dist/release/sdk/sealab-sdk.js'), script, data];
  const deno = join(home, 'notebook-instances', notebook, 'root/home/anaconda3/envs/JupyterSystemEnv/bin/deno');
  const competitors = {
    // As `lifecycle-scripts/lib/install.sh` starts it.
    deno: [deno, ['run', '--allow-all', '--no-prompt', '--quiet', ...sealab]],
    node: [process.execPath, sealab],
    boto3: [python, [join(submit, 'with_boto3.py'), script, data]],
    sagemaker: [python, [join(submit, 'with_sagemaker_v3.py'), script, data]],
  };
  const v2 = [pythonV2, [join(submit, 'with_sagemaker_v2.py'), script, data]];
  const seconds = Object.fromEntries(Object.keys(competitors).map((name) => [name, []]));
  const memory = { deno: [], node: [], sagemakerV2: [] };
  try {
    for (let run = 0; run <= RUNS; run++) {
      for (const [name, [command, args]] of Object.entries(competitors)) {
        tell(`run ${run} of ${RUNS}: ${name}`);
        // Nobody finds the script in the bucket already.
        writeFileSync(script, `print("trained: ${name}, run ${run}")\n`);
        const submitted = await runCold(command, args, env);
        if (run > 0) seconds[name].push(submitted.seconds);
        // The job runs on this machine too: the next process starts when it is quiet again.
        await ended(sageMaker, submitted.line);
      }
    }
    for (let run = 1; run <= MEMORY_RUNS; run++) {
      for (const [name, [command, args]] of Object.entries({ deno: competitors.deno, node: competitors.node, sagemakerV2: v2 })) {
        tell(`memory, run ${run} of ${MEMORY_RUNS}: ${name}`);
        writeFileSync(script, `print("memory: ${name}, run ${run}")\n`);
        // v2 uploads code without the key: the defaults that every notebook has put it in.
        const { megabytes, line } = await runCold(
          command,
          args,
          { ...env, PYTHONPATH: join(root, 'dist/release/python') },
          { watchMemory: true },
        );
        memory[name].push(megabytes);
        await ended(sageMaker, line);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { ...seconds, memory };
}

async function ended(sageMaker, TrainingJobName) {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await pause(100)) {
    const { TrainingJobStatus, FailureReason } = await sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));
    if (TrainingJobStatus === 'Completed') return;
    if (TrainingJobStatus !== 'InProgress') throw new Error(`${TrainingJobName}: ${TrainingJobStatus}, ${FailureReason}`);
  }
  throw new Error(`${TrainingJobName} did not end within a minute.`);
}

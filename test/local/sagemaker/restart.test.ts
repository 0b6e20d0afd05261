import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  DescribeEndpointCommand,
  DescribeTrainingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { PlatformClientConfig } from '../../../local/gateway/platform.ts';
import { ACCOUNT, ownHome, REGION, startMoto, type Moto } from '../gateway/running-gateway.ts';
import { archive, furnish, IMAGE, type Lab } from './running-sagemaker.ts';

const GROUP = '/aws/sagemaker/TrainingJobs';
let home: string;
let moto: Moto;
let gateway: ChildProcess;
let port = 0;
let admin: PlatformClientConfig;
let lab: Lab;

/** The gateway as `npm start` runs it: a process of its own, on the port that it had before. */
async function startGateway(): Promise<void> {
  const { REPOSITORY } = await import('../../../local/paths.ts');
  gateway = spawn(process.execPath, [join(REPOSITORY, 'local/dist/gateway/main.js')], {
    env: {
      ...process.env,
      SEALAB_HOME: home,
      SEALAB_ACCOUNT: ACCOUNT,
      SEALAB_REGION: REGION,
      SEALAB_PARTITION: 'aws',
      SEALAB_MOTO_URL: `http://127.0.0.1:${String(moto.port)}`,
      SEALAB_GATEWAY_PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: gateway.stdout as NodeJS.ReadableStream }), 'line')) as [string];
  port = (JSON.parse(line) as { port: number }).port;
}

async function endGateway(signal: NodeJS.Signals): Promise<void> {
  const ended = once(gateway, 'exit');
  gateway.kill(signal);
  await ended;
}

beforeAll(async () => {
  home = ownHome();
  moto = await startMoto(join(home, 'state', 'moto'));
  await startGateway();
  const { administratorKey } = await import('../../../local/gateway/identity/administrator.ts');
  const { PATHS } = await import('../../../local/paths.ts');
  const httpsAgent = new Agent({ ca: readFileSync(join(PATHS.certificates, 'ca.pem')), keepAlive: false });
  admin = {
    endpoint: `https://127.0.0.1:${String(port)}`,
    region: REGION,
    credentials: administratorKey(),
    requestHandler: new NodeHttpHandler({ httpsAgent }),
  };
  lab = await furnish(admin);
}, 120_000);
afterAll(async () => {
  await endGateway('SIGTERM');
  await moto.stop();
  rmSync(home, { recursive: true, force: true });
}, 60_000);

const train = async (name: string, script: string) => {
  await lab.sageMaker.send(new CreateTrainingJobCommand(await lab.request(name, script)));
  while (!(await lab.log(GROUP, `${name}/`).catch((): string[] => [])).includes('number 3')) await sleep(50);
};
const COUNT =
  'import time\nfor number in range(40):\n    print(f"number {number}")\n    time.sleep(0.1)\nopen("/opt/ml/model/done", "w").close()';

describe('after a restart of the gateway', () => {
  it('a job that ran when it was killed runs to its end, and no line of its log is lost or repeated', async () => {
    await train('survivor', COUNT);
    await endGateway('SIGKILL');
    await sleep(500);
    await startGateway();
    expect((await lab.sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName: 'survivor' }))).TrainingJobStatus).toBe(
      'InProgress',
    );
    expect(await lab.ended('survivor')).toMatchObject({
      TrainingJobStatus: 'Completed',
      ModelArtifacts: { S3ModelArtifacts: expect.stringContaining('survivor') },
    });
    const numbers = (await lab.log(GROUP, 'survivor/')).filter((line) => line.startsWith('number '));
    expect(numbers).toEqual(Array.from({ length: 40 }, (_, number) => `number ${String(number)}`));
  }, 60_000);

  it('a job that ended while it was away is finished', async () => {
    await train('short', COUNT.replace('40', '10'));
    await endGateway('SIGKILL');
    await sleep(3_000);
    await startGateway();
    expect(await lab.ended('short')).toMatchObject({ TrainingJobStatus: 'Completed' });
    expect((await lab.log(GROUP, 'short/')).filter((line) => line.startsWith('number '))).toHaveLength(10);
  }, 60_000);

  it('an endpoint still answers, after a kill and after everything was stopped; a job that was running says so', async () => {
    const runtime = new SageMakerRuntimeClient(admin);
    const ask = async () =>
      new TextDecoder().decode(
        (await runtime.send(new InvokeEndpointCommand({ EndpointName: 'one', Body: '1,2', ContentType: 'text/csv' }))).Body,
      );
    const status = async () => (await lab.sageMaker.send(new DescribeEndpointCommand({ EndpointName: 'one' }))).EndpointStatus;
    const inService = async () => {
      while ((await status()) !== 'InService') await sleep(100);
    };
    const ModelDataUrl = await lab.put(
      'models/one/model.tar.gz',
      archive({ 'code/inference.py': 'def model_fn(folder): return 2\ndef predict_fn(rows, model): return rows.sum() * model' }),
    );
    const PrimaryContainer = { Image: IMAGE, ModelDataUrl, Environment: { SAGEMAKER_PROGRAM: 'inference.py' } };
    await lab.sageMaker.send(
      new CreateModelCommand({
        ModelName: 'one',
        PrimaryContainer,
        ExecutionRoleArn: lab.roleArn,
        VpcConfig: lab.vpc,
        EnableNetworkIsolation: true,
      }),
    );
    await lab.sageMaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: 'one',
        ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: 'one', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 }],
      }),
    );
    await lab.sageMaker.send(new CreateEndpointCommand({ EndpointName: 'one', EndpointConfigName: 'one' }));
    await inService();
    expect(await ask()).toBe('6.0');

    await endGateway('SIGKILL');
    await startGateway();
    await inService();
    expect(await ask()).toBe('6.0');

    await train('interrupted', COUNT.replace('40', '600'));
    await endGateway('SIGTERM');
    await startGateway();
    expect(await lab.ended('interrupted')).toMatchObject({
      TrainingJobStatus: 'Failed',
      FailureReason: expect.stringContaining('The local environment was stopped while the job was running.'),
    });
    await inService();
    expect(await ask()).toBe('6.0');
    // One container survived the kill, a second one was started after the stop; its lines arrive a moment after it answers.
    const loads = async (): Promise<string[]> =>
      (await lab.log('/aws/sagemaker/Endpoints/one', 'AllTraffic/')).filter((line) => line.includes('Booting worker'));
    for (let tries = 0; tries < 50 && (await loads()).length < 2; tries++) await sleep(100);
    expect(await loads()).toHaveLength(2);
  }, 120_000);
});

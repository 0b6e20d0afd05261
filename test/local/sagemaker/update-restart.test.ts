import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreateModelCommand, UpdateEndpointCommand, UpdateEndpointWeightsAndCapacitiesCommand } from '@aws-sdk/client-sagemaker';
import { startGatewayProcess, type GatewayProcess } from './gateway-process.ts';
import { hostingLab, named, type HostingLab } from './hosting-lab.ts';
import { BUCKET, IMAGE, type Lab } from './running-sagemaker.ts';

let gateway: GatewayProcess;
let lab: Lab;
let hosting: HostingLab;
beforeAll(async () => {
  gateway = await startGatewayProcess();
  ({ lab } = gateway);
  hosting = hostingLab(lab, gateway.admin);
  await Promise.all(['old', 'new'].map((name) => hosting.model(name)));
  await lab.put('many/a.tar.gz', named('a'));
  await lab.sageMaker.send(
    new CreateModelCommand({
      ModelName: 'many',
      PrimaryContainer: {
        Image: IMAGE,
        Mode: 'MultiModel',
        ModelDataUrl: `s3://${BUCKET}/many/`,
        Environment: { SAGEMAKER_PROGRAM: 'inference.py' },
      },
      ExecutionRoleArn: lab.roleArn,
      VpcConfig: lab.vpc,
      EnableNetworkIsolation: true,
    }),
  );
  await hosting.config('old', [{ VariantName: 'all', ModelName: 'old', InitialInstanceCount: 2 }]);
  await hosting.config('new', [{ VariantName: 'all', ModelName: 'new', InitialInstanceCount: 2 }]);
  await hosting.config('many', [{}]);
  await Promise.all([hosting.endpoint('main', 'old'), hosting.endpoint('many')]);
}, 120_000);
afterAll(() => gateway.remove(), 60_000);

async function sandboxes(): Promise<string[]> {
  const { readdirSync } = await import('node:fs');
  const { PATHS } = await import('../../../local/paths.ts');
  return readdirSync(PATHS.sandboxes).sort();
}
async function killAndStart(): Promise<void> {
  await gateway.end('SIGKILL');
  await gateway.start();
}

describe('after the gateway was killed', () => {
  it('all instances of a variant answer, and they are the same', async () => {
    const processes = async (): Promise<string[]> =>
      [...new Set((await Promise.all(Array.from({ length: 8 }, () => hosting.ask('main', 'hello')))).map(({ process }) => process))].sort();
    const before = await processes();
    expect(before).toHaveLength(2);
    await killAndStart();
    await hosting.settled('main');
    expect(await processes()).toEqual(before);
  }, 60_000);

  it('a multi-model endpoint answers', async () => {
    const ask = () => hosting.ask('many', 'hello', { TargetModel: 'a.tar.gz' });
    expect((await ask()).model).toBe('a');
    await killAndStart();
    await hosting.settled('many');
    expect((await ask()).model).toBe('a');
  }, 60_000);

  it('an update that was under way is carried out, and nothing of the old fleet is left', async () => {
    await lab.sageMaker.send(
      new UpdateEndpointCommand({
        EndpointName: 'main',
        EndpointConfigName: 'new',
        DeploymentConfig: {
          BlueGreenUpdatePolicy: {
            TrafficRoutingConfiguration: {
              Type: 'CANARY',
              CanarySize: { Type: 'INSTANCE_COUNT', Value: 1 },
              WaitIntervalInSeconds: 4,
            },
          },
        },
      }),
    );
    const baking = async () =>
      (await hosting.describe('main')).PendingDeploymentSummary?.ProductionVariants?.[0]?.VariantStatus?.[0]?.Status === 'Baking';
    while (!(await baking())) await sleep(50);
    await killAndStart();
    while (!(await baking())) await sleep(50);
    expect(await hosting.settled('main')).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'new' });
    expect((await hosting.ask('main', 'hello')).model).toBe('new');
    expect(await sandboxes()).toEqual(['endpoint.main.all.2.0', 'endpoint.main.all.2.1', 'endpoint.many.many.1.0']);
  }, 60_000);

  it('changed weights and instances are kept', async () => {
    await lab.sageMaker.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({
        EndpointName: 'main',
        DesiredWeightsAndCapacities: [{ VariantName: 'all', DesiredWeight: 5, DesiredInstanceCount: 1 }],
      }),
    );
    await hosting.settled('main');
    await killAndStart();
    expect((await hosting.settled('main')).ProductionVariants).toMatchObject([{ CurrentWeight: 5, CurrentInstanceCount: 1 }]);
    expect(await sandboxes()).toEqual(['endpoint.main.all.2.0', 'endpoint.many.many.1.0']);
  }, 60_000);
});

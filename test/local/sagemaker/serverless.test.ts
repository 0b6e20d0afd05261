import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreateEndpointConfigCommand, UpdateEndpointCommand, UpdateEndpointWeightsAndCapacitiesCommand } from '@aws-sdk/client-sagemaker';
import { refusal } from '../gateway/running-gateway.ts';
import { hostingLab, variant, type HostingLab } from './hosting-lab.ts';
import { startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

let lab: RunningSageMaker;
let hosting: HostingLab;
beforeAll(async () => {
  process.env['SEALAB_SERVERLESS_IDLE_SECONDS'] = '1';
  lab = await startRunningSageMaker();
  hosting = hostingLab(lab, lab.as(lab.administrator));
  await Promise.all(['small', 'large-3000'].map((name) => hosting.model(name, { VpcConfig: undefined })));
  await hosting.config('small', [{ ServerlessConfig: { MemorySizeInMB: 1024, MaxConcurrency: 2 } }]);
}, 120_000);
afterAll(() => lab.stop(), 60_000);

/** Containers that run. */
async function running(): Promise<number> {
  const { attachSandbox } = await import('../../../local/runner/sandbox.ts');
  const { PATHS } = await import('../../../local/paths.ts');
  return readdirSync(PATHS.sandboxes).filter((id) => attachSandbox(id)?.exit() === undefined).length;
}
async function cold(): Promise<void> {
  while ((await running()) > 0) await sleep(50);
}

describe('a serverless endpoint', () => {
  it('has no container while nobody asks, and one as soon as somebody does', async () => {
    expect(await hosting.endpoint('small')).toMatchObject({
      EndpointStatus: 'InService',
      ProductionVariants: [{ CurrentInstanceCount: 0, CurrentServerlessConfig: { MemorySizeInMB: 1024, MaxConcurrency: 2 } }],
    });
    await cold();
    const first = await hosting.ask('small', 'hello');
    expect(first.model).toBe('small');
    expect(await running()).toBe(1);
    // Warm: the same process.
    expect((await hosting.ask('small', 'hello')).process).toBe(first.process);
    await cold();
    expect((await hosting.ask('small', 'hello')).process).not.toBe(first.process);
  }, 60_000);

  it('is not stopped under a request that takes longer than the pause', async () => {
    expect((await hosting.ask('small', 'sleep 2')).model).toBe('small');
  }, 20_000);

  it('refuses more requests at a time than its concurrency', async () => {
    const answers = await Promise.allSettled([1, 2, 3, 4].map(() => hosting.ask('small', 'sleep 0.7')));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as Error] : []));
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({ name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } });
    expect((await hosting.ask('small', 'hello')).model).toBe('small');
  }, 20_000);

  it('stays warm with provisioned concurrency, until that is taken back', async () => {
    const update = (ServerlessUpdateConfig: object) =>
      lab.sageMaker.send(
        new UpdateEndpointWeightsAndCapacitiesCommand({
          EndpointName: 'small',
          DesiredWeightsAndCapacities: [{ VariantName: 'small', ServerlessUpdateConfig }],
        }),
      );
    await update({ ProvisionedConcurrency: 1, MaxConcurrency: 5 });
    expect((await hosting.settled('small')).ProductionVariants?.[0]?.CurrentServerlessConfig).toEqual({
      MemorySizeInMB: 1024,
      MaxConcurrency: 5,
      ProvisionedConcurrency: 1,
    });
    const { process } = await hosting.ask('small', 'hello');
    await sleep(2_500);
    expect(await running()).toBe(1);
    expect((await hosting.ask('small', 'hello')).process).toBe(process);
    expect((await Promise.all([1, 2, 3, 4, 5].map(() => hosting.ask('small', 'sleep 0.2')))).length).toBe(5);
  }, 20_000);

  it('has the memory that its configuration says', async () => {
    // The model takes 3,000 MB of address space that it writes to: more than 2,048, less than 4,096.
    await hosting.config('little-memory', [{ ModelName: 'large-3000', ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 1 } }]);
    await hosting.config('much-memory', [{ ModelName: 'large-3000', ServerlessConfig: { MemorySizeInMB: 4096, MaxConcurrency: 1 } }]);
    expect(await hosting.endpoint('little-memory')).toMatchObject({
      EndpointStatus: 'Failed',
      FailureReason: expect.stringContaining('did not pass the ping health check'),
    });
    expect(await hosting.endpoint('much-memory')).toMatchObject({ EndpointStatus: 'InService' });
  }, 60_000);

  it('cannot become one with instances', async () => {
    await hosting.config('instances', [{ ModelName: 'small' }]);
    expect(
      await refusal(lab.sageMaker.send(new UpdateEndpointCommand({ EndpointName: 'small', EndpointConfigName: 'instances' }))),
    ).toMatchObject({ name: 'ValidationException' });
  });

  const serverless = { MemorySizeInMB: 1024, MaxConcurrency: 2 };
  it.each([
    ['an instance type', { ProductionVariants: [variant('small', { ServerlessConfig: serverless, InstanceType: 'ml.m5.large' })] }],
    ['half a gigabyte more', { ProductionVariants: [variant('small', { ServerlessConfig: { ...serverless, MemorySizeInMB: 1536 } })] }],
    ['more warm than most', { ProductionVariants: [variant('small', { ServerlessConfig: { ...serverless, ProvisionedConcurrency: 3 } })] }],
    [
      'data capture',
      {
        ProductionVariants: [variant('small', { ServerlessConfig: serverless })],
        DataCaptureConfig: {
          InitialSamplingPercentage: 1,
          DestinationS3Uri: 's3://lab-data/c',
          CaptureOptions: [{ CaptureMode: 'Input' as const }],
        },
      },
    ],
  ])('with %s is refused', async (_, config) => {
    const command = new CreateEndpointConfigCommand({ EndpointConfigName: 'refused', ...config });
    expect(await refusal(lab.sageMaker.send(command))).toMatchObject({ name: 'ValidationException' });
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Endpoint, ModelSource, UpdateOptions } from '@sealab/sdk';
import { hostingService, trained } from './hosting-service.ts';
import type { Course } from './hosting-service.ts';
import { failure } from './refusals.ts';

async function served(course?: Course) {
  const world = await hostingService(course);
  return { ...world, endpoint: await world.lab.deploy(trained, { name: 'credit', capture: true, wait: false }) };
}

const FURTHER = expect.stringMatching(/^credit-\d{6}-\d{6}-[0-9a-f]{4}$/) as unknown as string;

describe('an update', () => {
  it('keeps what was not given, and watches the alarms while traffic moves', async () => {
    const { endpoint, service } = await served();
    const done = await endpoint.update(trained, { strategy: { canary: 10, wait: 60 }, alarms: ['errors'], instanceCount: 2 });
    expect(done).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: FURTHER });
    const [first, second] = service.sent('CreateEndpointConfig').map(({ input }) => input);
    expect(second).toMatchObject({
      KmsKeyId: first?.['KmsKeyId'],
      DataCaptureConfig: first?.['DataCaptureConfig'],
      ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: FURTHER, InstanceType: 'ml.m5.large', InitialInstanceCount: 2 }],
      Tags: expect.arrayContaining([
        { Key: 'sealab:endpoint', Value: 'credit' },
        { Key: 'sealab:configuration-before', Value: 'credit' },
      ]),
    });
    expect(service.sent('CreateModel')[1]?.input).toMatchObject({ EnableNetworkIsolation: true });
    expect(service.sent('UpdateEndpoint').map(({ input }) => input)).toEqual([
      {
        EndpointName: 'credit',
        EndpointConfigName: second?.['EndpointConfigName'],
        DeploymentConfig: {
          BlueGreenUpdatePolicy: {
            TrafficRoutingConfiguration: {
              Type: 'CANARY',
              WaitIntervalInSeconds: 60,
              CanarySize: { Type: 'CAPACITY_PERCENT', Value: 10 },
            },
            TerminationWaitInSeconds: 60,
          },
          AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'errors' }] },
        },
      },
    ]);
  });

  it('that was rolled back says so with the alarm, and removes what lost', async () => {
    const { endpoint, left } = await served({ updated: 'RolledBack', reason: 'Alarm errors is in ALARM state' });
    const before = left();
    const error = await failure(endpoint.update(trained, { alarms: ['latency', 'errors'] }));
    expect(error).toMatchObject({
      code: 'UpdateRolledBack',
      message: expect.stringContaining('Alarm errors was raised'),
      details: { status: 'InService', configuration: 'credit', wanted: FURTHER, alarm: 'errors' },
    });
    expect(left()).toEqual(before);
  });

  it('that could not even be rolled back leaves what may still serve', async () => {
    const { endpoint, left } = await served({ updated: 'UpdateRollbackFailed' });
    expect(await failure(endpoint.update(trained))).toMatchObject({
      code: 'UpdateRolledBack',
      details: { status: 'UpdateRollbackFailed' },
    });
    expect(left()).toMatchObject({ configs: ['credit', FURTHER], models: ['credit', FURTHER] });
  });

  it('is undone when SageMaker refuses it', async () => {
    const { endpoint, left } = await served({
      instead: ({ operation }) =>
        operation === 'UpdateEndpoint' ? { error: 'ResourceLimitExceeded', message: 'no instances' } : undefined,
    });
    const before = left();
    expect(await failure(endpoint.update(trained))).toMatchObject({ name: 'ResourceLimitExceeded' });
    expect(left()).toEqual(before);
  });

  it.each(['before', 'after'] as const)('is started once when the connection breaks %s SageMaker has seen it', async (when) => {
    const { endpoint, service, left } = await served({
      breaks: ({ operation }, attempt) => (operation === 'UpdateEndpoint' && attempt === 1 ? when : undefined),
    });
    await endpoint.update(trained);
    expect(new Set(service.sent('UpdateEndpoint').map(({ input }) => input['EndpointConfigName'])).size).toBe(1);
    expect(left()).toMatchObject({ configs: ['credit', FURTHER], models: ['credit', FURTHER] });
  });

  it('can be taken back step by step', async () => {
    const { endpoint, left } = await served();
    await endpoint.update(trained);
    const second = left().configs[1];
    await endpoint.update(trained);
    expect(left().configs).toHaveLength(3);
    expect(await endpoint.rollback()).toMatchObject({ EndpointConfigName: second });
    expect(left()).toMatchObject({ configs: ['credit', second], models: ['credit', second] });
    expect(await endpoint.rollback()).toMatchObject({ EndpointConfigName: 'credit' });
    expect(left()).toMatchObject({ configs: ['credit'], models: ['credit'] });
    expect(await failure(endpoint.rollback())).toMatchObject({ code: 'InvalidInput', remedy: expect.stringContaining('config') });
  });

  it('changes one of several variants, and takes back only that one’s model', async () => {
    const { lab, left, configs } = await hostingService();
    const endpoint = await lab.deploy(
      { variants: { a: { model: trained, weight: 9 }, b: { model: trained } } },
      { name: 'credit', wait: false },
    );
    const before = left();
    expect(await failure(endpoint.update(trained))).toMatchObject({ code: 'InvalidInput', message: expect.stringContaining('a, b') });
    await endpoint.update(trained, { variant: 'b' });
    const variants = configs.get(left().configs[1] ?? '')?.input['ProductionVariants'];
    expect(variants).toMatchObject([
      { VariantName: 'a', ModelName: 'credit', InitialVariantWeight: 9 },
      { VariantName: 'b', ModelName: left().models[2] },
    ]);
    await endpoint.rollback();
    expect(left()).toEqual(before);
  });

  it('is removed with the endpoint, and nothing else is', async () => {
    const { endpoint, left, configs, models, lab } = await served();
    await endpoint.update(trained);
    await lab.deploy(trained, { name: 'credit-2', wait: false });
    configs.set('credit-untagged', { input: { EndpointConfigName: 'credit-untagged' }, createdAt: 0 });
    models.set('credit-untagged', { input: { ModelName: 'credit-untagged' }, createdAt: 0 });
    await endpoint.delete();
    expect(left()).toEqual({ configs: ['credit-2', 'credit-untagged'], models: ['credit-2', 'credit-untagged'], endpoints: ['credit-2'] });
  });

  it('can name a configuration that is there', async () => {
    const { endpoint, service, configs } = await served();
    configs.set('another', { input: { EndpointConfigName: 'another', ProductionVariants: [] }, createdAt: 0 });
    expect(await endpoint.update({ config: 'another' })).toMatchObject({ EndpointConfigName: 'another' });
    expect(service.sent('CreateEndpointConfig')).toHaveLength(1);
  });
});

const REFUSED: [what: string, change: ModelSource | { config: string }, options: object][] = [
  ['an unknown option', trained, { alarm: ['errors'] }],
  ['no alarms', trained, { alarms: [] }],
  ['a canary of more than half', trained, { strategy: { canary: 51 } }],
  ['steps of less than a tenth', trained, { strategy: { linear: 9 } }],
  ['two strategies', trained, { strategy: { canary: 10, linear: 10 } }],
  ['no strategy in a strategy', trained, { strategy: { wait: 5 } }],
  ['a wait of two hours', trained, { strategy: { canary: 10, wait: 7_200 } }],
  ['a variant that is not there', trained, { variant: 'b' }],
  ['an instance count beside a configuration', { config: 'another' }, { instanceCount: 2 }],
];

it.each(REFUSED)('%s is refused before anything is made', async (_, change, options) => {
  const { endpoint, service, left } = await served();
  const [sent, before] = [service.sent('CreateModel').length, left()];
  expect(await failure(endpoint.update(change, options as UpdateOptions))).toMatchObject({ code: 'InvalidInput' });
  expect([service.sent('CreateModel').length, service.sent('UpdateEndpoint').length, left()]).toEqual([sent, 0, before]);
});

describe('traffic and instances', () => {
  const sent: [what: string, call: (endpoint: Endpoint) => Promise<unknown>, wanted: object[]][] = [
    ['weights', (endpoint) => endpoint.traffic({ AllTraffic: 3 }), [{ VariantName: 'AllTraffic', DesiredWeight: 3 }]],
    ['instances', (endpoint) => endpoint.scale(4), [{ VariantName: 'AllTraffic', DesiredInstanceCount: 4 }]],
  ];
  it.each(sent)('%s', async (_, call, wanted) => {
    const { endpoint, service } = await served();
    await call(endpoint);
    expect(service.sent('UpdateEndpointWeightsAndCapacities').map(({ input }) => input)).toEqual([
      { EndpointName: 'credit', DesiredWeightsAndCapacities: wanted },
    ]);
  });

  it.each<[string, (endpoint: Endpoint) => Promise<unknown>]>([
    ['no share at all', (endpoint) => endpoint.traffic({ AllTraffic: 0 })],
    ['less than nothing', (endpoint) => endpoint.traffic({ a: 1, b: -1 })],
    ['half an instance', (endpoint) => endpoint.scale(0.5)],
    ['a variant that is not there', (endpoint) => endpoint.scale(1, { variant: 'b' })],
  ])('%s is refused', async (_, call) => {
    const { endpoint, service } = await served();
    expect(await failure(call(endpoint))).toMatchObject({ code: 'InvalidInput' });
    expect(service.sent('UpdateEndpointWeightsAndCapacities')).toEqual([]);
  });
});

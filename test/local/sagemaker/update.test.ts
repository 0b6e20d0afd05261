import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand, type StateValue } from '@aws-sdk/client-cloudwatch';
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  DeleteEndpointCommand,
  type DeploymentConfig,
  DescribeEndpointCommand,
  UpdateEndpointCommand,
  type UpdateEndpointCommandInput,
} from '@aws-sdk/client-sagemaker';
import { allow, document, refusal } from '../gateway/running-gateway.ts';
import { hostingLab, type HostingLab } from './hosting-lab.ts';
import { startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

const ALARM = 'too-many-errors';
let lab: RunningSageMaker;
let hosting: HostingLab;
beforeAll(async () => {
  lab = await startRunningSageMaker();
  const admin = lab.as(lab.administrator);
  hosting = hostingLab(lab, admin);
  await Promise.all(['old', 'new', 'broken'].map((name) => hosting.model(name)));
  for (const name of ['old', 'new', 'broken'])
    await hosting.config(name, [{ VariantName: 'all', ModelName: name, InitialInstanceCount: 2 }]);
  await new CloudWatchClient(admin).send(
    new PutMetricAlarmCommand({
      AlarmName: ALARM,
      Namespace: 'AWS/SageMaker',
      MetricName: 'Invocation5XXErrors',
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 1,
      Period: 60,
      EvaluationPeriods: 1,
      Statistic: 'Sum',
    }),
  );
  await alarm('OK');
  await hosting.endpoint('main', 'old');
}, 120_000);
afterAll(() => lab.stop(), 60_000);

const alarm = (StateValue: StateValue) =>
  new CloudWatchClient(lab.as(lab.administrator)).send(new SetAlarmStateCommand({ AlarmName: ALARM, StateValue, StateReason: 'test' }));
const update = (EndpointConfigName: string, overrides: Partial<UpdateEndpointCommandInput> = {}) =>
  lab.sageMaker.send(new UpdateEndpointCommand({ EndpointName: 'main', EndpointConfigName, ...overrides }));

const blueGreen = (
  Type: 'ALL_AT_ONCE' | 'CANARY' | 'LINEAR',
  Value: number,
  WaitIntervalInSeconds: number,
  alarms: readonly string[] = [],
): DeploymentConfig => {
  const size = { Type: 'CAPACITY_PERCENT' as const, Value };
  return {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: {
        Type,
        WaitIntervalInSeconds,
        ...(Type === 'CANARY' ? { CanarySize: size } : {}),
        ...(Type === 'LINEAR' ? { LinearStepSize: size } : {}),
      },
    },
    ...(alarms.length === 0 ? {} : { AutoRollbackConfiguration: { Alarms: alarms.map((AlarmName) => ({ AlarmName })) } }),
  };
};

/** Asks all the time until told to stop; answers who answered. A request that fails makes it fail. */
function asking(): () => Promise<string[]> {
  let over = false;
  const answers: string[] = [];
  const done = Promise.all(
    Array.from({ length: 3 }, async () => {
      while (!over) {
        answers.push((await hosting.ask('main', 'sleep 0.02')).model);
      }
    }),
  );
  return async () => {
    over = true;
    await done;
    return answers;
  };
}

const newShare = (answers: readonly string[]): number => answers.filter((model) => model === 'new').length / answers.length;

describe('an update', () => {
  it('in two steps loses no request, and shows how far it is', async () => {
    const stop = asking();
    await update('new', { DeploymentConfig: blueGreen('CANARY', 50, 2) });
    expect(await refusal(update('old'))).toEqual({
      name: 'ValidationException',
      message: 'Cannot update in-progress endpoint "arn:aws:sagemaker:eu-west-1:111122223333:endpoint/main".',
      status: 400,
    });
    for (;;) {
      const { PendingDeploymentSummary: pending, EndpointConfigName } = await hosting.describe('main');
      expect(EndpointConfigName).toBe('old');
      expect(pending).toMatchObject({ EndpointConfigName: 'new', ProductionVariants: [{ VariantName: 'all', DesiredInstanceCount: 2 }] });
      const [summary] = pending?.ProductionVariants ?? [];
      if (summary?.VariantStatus?.[0]?.Status === 'Baking') {
        expect(summary).toMatchObject({ CurrentWeight: 0.5, CurrentInstanceCount: 2 });
        break;
      }
      await sleep(50);
    }
    const baking = await Promise.all(Array.from({ length: 40 }, () => hosting.ask('main', 'hello')));
    expect(newShare(baking.map(({ model }) => model))).toBeGreaterThan(0.15);
    expect(newShare(baking.map(({ model }) => model))).toBeLessThan(0.85);
    const after = await hosting.settled('main');
    expect(after).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'new',
      LastDeploymentConfig: blueGreen('CANARY', 50, 2),
    });
    expect(after.PendingDeploymentSummary).toBeUndefined();
    expect(after.FailureReason).toBeUndefined();
    expect((await hosting.ask('main', 'hello')).model).toBe('new');
    const answers = await stop();
    expect(new Set(answers)).toEqual(new Set(['old', 'new']));
  }, 60_000);

  it('goes back when an alarm trips, and says so', async () => {
    const stop = asking();
    await update('old', { DeploymentConfig: blueGreen('LINEAR', 25, 60, [ALARM]) }).then(
      () => expect('accepted').toBe('refused'),
      (error: unknown) => expect(error).toMatchObject({ name: 'ValidationException', message: expect.stringContaining('cannot be read') }),
    );
    await new IAMClient(lab.as(lab.administrator)).send(
      new PutRolePolicyCommand({
        RoleName: 'execution',
        PolicyName: 'alarms',
        PolicyDocument: document([allow('cloudwatch:DescribeAlarms')]),
      }),
    );
    await update('old', { DeploymentConfig: blueGreen('LINEAR', 25, 60, [ALARM]) });
    while ((await hosting.describe('main')).PendingDeploymentSummary?.ProductionVariants?.[0]?.VariantStatus?.[0]?.Status !== 'Baking')
      await sleep(50);
    await alarm('ALARM');
    const after = await hosting.settled('main');
    expect(after).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'new',
      FailureReason: `The update was rolled back: One or more of the configured alarms are in ALARM state: ${ALARM}.`,
    });
    const answers = await stop();
    expect(newShare(answers)).toBeGreaterThan(0.5);
    expect(newShare(answers)).toBeLessThan(1);
    await alarm('OK');
    expect(new Set((await Promise.all(Array.from({ length: 10 }, () => hosting.ask('main', 'hello')))).map(({ model }) => model))).toEqual(
      new Set(['new']),
    );
  }, 60_000);

  it('goes back when the new containers do not answer their health check', async () => {
    const stop = asking();
    await update('broken');
    expect(await hosting.settled('main')).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'new',
      FailureReason:
        'The update was rolled back: The primary container for production variant all did not pass the ping health check. Please check CloudWatch logs for this endpoint.',
    });
    expect(new Set(await stop())).toEqual(new Set(['new']));
  }, 60_000);

  it('replaces instances batch by batch', async () => {
    const stop = asking();
    const counts = new Set<string>();
    const rolling: DeploymentConfig = {
      RollingUpdatePolicy: { MaximumBatchSize: { Type: 'INSTANCE_COUNT', Value: 1 }, WaitIntervalInSeconds: 1 },
    };
    await update('old', { DeploymentConfig: rolling });
    for (;;) {
      const { EndpointStatus, ProductionVariants: [now] = [], PendingDeploymentSummary: pending } = await hosting.describe('main');
      if (EndpointStatus === 'InService') break;
      counts.add(`${String(now?.CurrentInstanceCount)} and ${String(pending?.ProductionVariants?.[0]?.CurrentInstanceCount)}`);
      await sleep(20);
    }
    expect(counts).toContain('1 and 1');
    expect(counts).not.toContain('2 and 2');
    expect(await hosting.describe('main')).toMatchObject({ EndpointConfigName: 'old', ProductionVariants: [{ CurrentInstanceCount: 2 }] });
    expect(new Set(await stop())).toEqual(new Set(['old', 'new']));
  }, 60_000);

  it('keeps what the endpoint has where it is asked to', async () => {
    await hosting.config('smaller', [{ VariantName: 'all', ModelName: 'new', InitialInstanceCount: 1, InitialVariantWeight: 9 }]);
    await update('smaller', {
      RetainAllVariantProperties: true,
      ExcludeRetainedVariantProperties: [{ VariantPropertyType: 'DesiredWeight' }],
    });
    expect((await hosting.settled('main')).ProductionVariants).toMatchObject([{ CurrentInstanceCount: 2, CurrentWeight: 9 }]);
  }, 60_000);

  it.each<[string, DeploymentConfig]>([
    [
      'with two policies',
      {
        ...blueGreen('ALL_AT_ONCE', 100, 0),
        RollingUpdatePolicy: { MaximumBatchSize: { Type: 'INSTANCE_COUNT', Value: 1 }, WaitIntervalInSeconds: 0 },
      },
    ],
    ['whose canary is more than half', blueGreen('CANARY', 60, 0)],
    ['whose steps are too small', blueGreen('LINEAR', 5, 0)],
    [
      'whose batch is the whole fleet',
      { RollingUpdatePolicy: { MaximumBatchSize: { Type: 'INSTANCE_COUNT', Value: 2 }, WaitIntervalInSeconds: 0 } },
    ],
    ['with an alarm that is not there', blueGreen('ALL_AT_ONCE', 100, 0, ['nobody'])],
  ])('%s is refused', async (_, DeploymentConfig) => {
    expect(await refusal(update('old', { DeploymentConfig }))).toMatchObject({ name: 'ValidationException' });
    expect((await hosting.describe('main')).EndpointStatus).toBe('InService');
  });

  it('ends when the endpoint is deleted, with both fleets', async () => {
    await update('old', { DeploymentConfig: blueGreen('CANARY', 50, 600) });
    while ((await hosting.describe('main')).PendingDeploymentSummary?.ProductionVariants?.[0]?.VariantStatus?.[0]?.Status !== 'Baking')
      await sleep(50);
    await lab.sageMaker.send(new DeleteEndpointCommand({ EndpointName: 'main' }));
    while ((await refusal(lab.sageMaker.send(new DescribeEndpointCommand({ EndpointName: 'main' })))).name === 'none') await sleep(50);
    const { readdirSync } = await import('node:fs');
    const { PATHS } = await import('../../../local/paths.ts');
    while (readdirSync(PATHS.sandboxes).some((name) => name.startsWith('endpoint.'))) await sleep(50);
  }, 60_000);
});

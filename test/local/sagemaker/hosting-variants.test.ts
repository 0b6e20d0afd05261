import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, InvokeEndpointWithResponseStreamCommand } from '@aws-sdk/client-sagemaker-runtime';
import { refusal } from '../gateway/running-gateway.ts';
import { hostingLab, variant, type HostingLab } from './hosting-lab.ts';
import { startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

let lab: RunningSageMaker;
let hosting: HostingLab;
beforeAll(async () => {
  process.env['SEALAB_INVOCATION_TIMEOUT_SECONDS'] = '2';
  lab = await startRunningSageMaker();
  hosting = hostingLab(lab, lab.as(lab.administrator));
  await Promise.all(['first', 'second'].map((name) => hosting.model(name)));
  await hosting.config('both', [
    { VariantName: 'first', InitialInstanceCount: 2, InitialVariantWeight: 3 },
    { VariantName: 'second', InitialVariantWeight: 1 },
  ]);
  await hosting.endpoint('both');
}, 120_000);
afterAll(() => lab.stop(), 60_000);

const times = <T>(count: number, work: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: count }, work));

describe('several variants', () => {
  it('share the requests by their weights, and their instances take turns', async () => {
    const answers = await times(80, () => hosting.ask('both', 'hello'));
    const first = answers.filter(({ model }) => model === 'first');
    // 60 expected; outside of these bounds once in some ten thousand runs.
    expect(first.length).toBeGreaterThan(44);
    expect(first.length).toBeLessThan(75);
    expect(answers.every(({ model, variant: invoked }) => model === invoked)).toBe(true);
    const byProcess = new Map<string, number>();
    for (const { process } of first) byProcess.set(process, (byProcess.get(process) ?? 0) + 1);
    expect(byProcess.size).toBe(2);
    const [one = 0, other = 0] = byProcess.values();
    expect(Math.abs(one - other)).toBeLessThanOrEqual(1);
  }, 30_000);

  it('are asked for by name', async () => {
    const answers = await times(5, () => hosting.ask('both', 'hello', { TargetVariant: 'second' }));
    expect(answers.map(({ variant: invoked }) => invoked)).toEqual(Array(5).fill('second'));
    expect(await refusal(hosting.ask('both', 'hello', { TargetVariant: 'third' }))).toMatchObject({ name: 'ValidationError', status: 400 });
  });

  it('change their weights and instances while they answer', async () => {
    expect((await hosting.describe('both')).ProductionVariants).toMatchObject([
      { VariantName: 'first', CurrentWeight: 3, CurrentInstanceCount: 2, DesiredInstanceCount: 2 },
      { VariantName: 'second', CurrentWeight: 1, CurrentInstanceCount: 1, DesiredInstanceCount: 1 },
    ]);
    const update = (DesiredWeightsAndCapacities: object[]) =>
      lab.sageMaker.send(new UpdateEndpointWeightsAndCapacitiesCommand({ EndpointName: 'both', DesiredWeightsAndCapacities } as never));
    await update([
      { VariantName: 'first', DesiredWeight: 0, DesiredInstanceCount: 1 },
      { VariantName: 'second', DesiredInstanceCount: 2 },
    ]);
    expect((await hosting.describe('both')).EndpointStatus).toBe('Updating');
    expect((await hosting.settled('both')).ProductionVariants).toMatchObject([
      { CurrentWeight: 0, CurrentInstanceCount: 1 },
      { CurrentWeight: 1, CurrentInstanceCount: 2 },
    ]);
    const answers = await times(20, () => hosting.ask('both', 'hello'));
    expect(new Set(answers.map(({ model }) => model))).toEqual(new Set(['second']));
    expect(new Set(answers.map(({ process }) => process)).size).toBe(2);
    expect(await refusal(update([{ VariantName: 'third', DesiredWeight: 1 }]))).toMatchObject({ name: 'ValidationException' });
    expect(await refusal(update([{ VariantName: 'first', DesiredInstanceCount: 0 }]))).toMatchObject({ name: 'ValidationException' });
    expect(await refusal(update([{ VariantName: 'first', DesiredInstanceCount: 99 }]))).toMatchObject({ name: 'ResourceLimitExceeded' });
  }, 30_000);
});

describe('an invocation', () => {
  const send = (overrides: object) =>
    hosting.runtime.send(new InvokeEndpointCommand({ EndpointName: 'both', Body: 'hello', ContentType: 'text/plain', ...overrides }));

  it('passes custom attributes both ways', async () => {
    expect((await send({ CustomAttributes: 'trace=7' })).CustomAttributes).toBe('trace=7;seen');
  });

  it('comes back piece by piece as a stream of events', async () => {
    const { Body = [], ...head } = await hosting.runtime.send(
      new InvokeEndpointWithResponseStreamCommand({
        EndpointName: 'both',
        Body: new TextEncoder().encode('stream one two three'),
        ContentType: 'text/plain',
      }),
    );
    const arrivals: number[] = [];
    const parts: string[] = [];
    for await (const event of Body) {
      parts.push(new TextDecoder().decode(event.PayloadPart?.Bytes));
      arrivals.push(performance.now());
    }
    expect(parts).toEqual(['one', 'two', 'three']);
    // They were there while the model still worked.
    expect((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(400);
    expect(head).toMatchObject({ ContentType: 'text/plain', InvokedProductionVariant: 'second' });
  });

  it('is understood by boto3, streams and errors too', async () => {
    const { PATHS } = await import('../../../local/paths.ts');
    const { environmentPython } = await import('../../../local/toolchain/python.ts');
    const script = `
import json, boto3
client = boto3.client("sagemaker-runtime")
given = dict(EndpointName="both", ContentType="text/plain")
whole = client.invoke_endpoint(Body=b"hello", TargetVariant="first", CustomAttributes="a=1", **given)
stream = client.invoke_endpoint_with_response_stream(Body=b"stream one two", **given)
parts = [event["PayloadPart"]["Bytes"].decode() for event in stream["Body"]]
try:
    client.invoke_endpoint(Body=b"fail", **given)
except client.exceptions.ModelError as error:
    status = error.response["OriginalStatusCode"]
print(json.dumps({"model": json.load(whole["Body"])["model"], "variant": whole["InvokedProductionVariant"],
                  "attributes": whole["CustomAttributes"], "parts": parts, "type": stream["ContentType"], "status": status}))`;
    const { accessKeyId, secretAccessKey } = lab.administrator;
    const { stdout } = await promisify(execFile)(environmentPython(PATHS.servicesPython), ['-c', script], {
      env: {
        AWS_ENDPOINT_URL: lab.platform.endpointUrl,
        AWS_CA_BUNDLE: lab.platform.caFile,
        AWS_DEFAULT_REGION: lab.platform.region,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      },
    });
    expect(JSON.parse(stdout)).toEqual({
      model: 'first',
      variant: 'first',
      attributes: 'a=1;seen',
      parts: ['one', 'two'],
      type: 'text/plain',
      status: 500,
    });
  }, 30_000);

  it('that fails says what the model said, and where its log is', async () => {
    expect(await send({ Body: 'fail' }).catch((error: unknown) => error)).toMatchObject({
      name: 'ModelError',
      OriginalStatusCode: 500,
      OriginalMessage: expect.stringContaining('told to fail'),
      LogStreamArn: expect.stringMatching(
        /^arn:aws:logs:eu-west-1:111122223333:log-group:\/aws\/sagemaker\/Endpoints\/both:log-stream:second\/i-/,
      ),
      message: expect.stringContaining('Received server error (500) from primary with message "told to fail'),
    });
  });

  it('that takes too long ends with the words of AWS', async () => {
    expect(await send({ Body: 'sleep 4' }).catch((error: unknown) => error)).toMatchObject({
      name: 'ModelError',
      OriginalMessage: expect.stringContaining('Your invocation timed out while waiting for a response from container primary.'),
    });
  });

  it.each([
    ['larger than 6 MB', { Body: 'x'.repeat(6_291_457) }, 'ValidationError', 'Member must have length less than or equal to 6291456'],
    ['with a session', { SessionId: 'NEW_SESSION' }, 'OperationNotEmulated', 'SessionId'],
    ['with explanations', { EnableExplanations: '`true`' }, 'OperationNotEmulated', 'EnableExplanations'],
    ['of a model', { TargetModel: 'a.tar.gz' }, 'ValidationError', 'not a multi-model endpoint'],
    ['of nothing', { EndpointName: 'nothing' }, 'ValidationError', 'Endpoint nothing of account 111122223333 not found.'],
  ])('%s is refused', async (_, overrides, name, message) => {
    expect(await refusal(send(overrides))).toMatchObject({ name, message: expect.stringContaining(message) });
  });

  it('counts in CloudWatch', async () => {
    const cloudWatch = new CloudWatchClient(lab.as(lab.administrator));
    const sum = async (MetricName: string): Promise<number> => {
      const { Datapoints = [] } = await cloudWatch.send(
        new GetMetricStatisticsCommand({
          Namespace: 'AWS/SageMaker',
          MetricName,
          Dimensions: [
            { Name: 'EndpointName', Value: 'both' },
            { Name: 'VariantName', Value: 'first' },
          ],
          StartTime: new Date(Date.now() - 3_600_000),
          EndTime: new Date(Date.now() + 60_000),
          Period: 3600,
          Statistics: ['Sum'],
        }),
      );
      return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
    };
    const [before, failedBefore] = [await sum('Invocations'), await sum('Invocation5XXErrors')];
    await times(7, () => send({ TargetVariant: 'first' }));
    await refusal(send({ TargetVariant: 'first', Body: 'fail' }));
    while ((await sum('Invocations')) < before + 8) await sleep(100);
    expect((await sum('Invocation5XXErrors')) - failedBefore).toBe(1);
    expect(await sum('ModelLatency')).toBeGreaterThan(0);
  }, 20_000);
});

describe('containers of one model', () => {
  it('answer one after the other, or each for itself', async () => {
    const Containers = await Promise.all(['front', 'back'].map((name) => hosting.container(name, { ContainerHostname: name })));
    await hosting.model('serial', { Containers });
    await hosting.model('direct', { Containers, InferenceExecutionConfig: { Mode: 'Direct' } });
    await hosting.config('serial', [{}]);
    await hosting.config('direct', [{}]);
    await Promise.all([hosting.endpoint('serial'), hosting.endpoint('direct')]);
    const answer = await hosting.ask('serial', 'hello');
    expect(answer).toMatchObject({ model: 'back', type: 'application/json' });
    expect(JSON.parse(answer.text)).toMatchObject({ model: 'front', text: 'hello', type: 'text/plain' });
    expect(await hosting.ask('direct', 'hello', { TargetContainerHostname: 'front' })).toMatchObject({ model: 'front', text: 'hello' });
    expect(await refusal(hosting.ask('direct', 'hello', { TargetContainerHostname: 'side' }))).toMatchObject({ name: 'ValidationError' });
    const failed = await refusal(hosting.ask('direct', 'fail', { TargetContainerHostname: 'back' }));
    expect(failed.message).toContain('from back with message');
  }, 60_000);

  it('of a deleted configuration and a deleted model go on', async () => {
    await lab.sageMaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: 'direct' }));
    await lab.sageMaker.send(new DeleteModelCommand({ ModelName: 'direct' }));
    expect(await hosting.ask('direct', 'hello', { TargetContainerHostname: 'front' })).toMatchObject({ model: 'front' });
    expect(await hosting.describe('direct')).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'direct' });
  });
});

describe('what is refused', () => {
  it.each([
    ['two variants of one name', { ProductionVariants: [variant('first'), variant('first')] }, 'ValidationException'],
    ['a variant without a machine', { ProductionVariants: [{ VariantName: 'first', ModelName: 'first' }] }, 'ValidationException'],
    [
      'a core dump',
      { ProductionVariants: [variant('first', { CoreDumpConfig: { DestinationS3Uri: 's3://lab-data/dump' } })] },
      'OperationNotEmulated',
    ],
    ['an explainer', { ProductionVariants: [variant('first')], ExplainerConfig: {} }, 'OperationNotEmulated'],
    [
      'two shadows',
      { ProductionVariants: [variant('first')], ShadowProductionVariants: [variant('second'), variant('third', { ModelName: 'second' })] },
      'ValidationException',
    ],
  ])('%s in a configuration', async (_, config, name) => {
    const command = new CreateEndpointConfigCommand({ EndpointConfigName: 'refused', ...config });
    expect(await refusal(lab.sageMaker.send(command))).toMatchObject({ name });
  });

  it('a model package that nobody registered', async () => {
    const command = new CreateModelCommand({
      ModelName: 'packaged',
      PrimaryContainer: { ModelPackageName: 'arn:aws:sagemaker:eu-west-1:111122223333:model-package/group/1' },
      ExecutionRoleArn: lab.roleArn,
    });
    expect(await refusal(lab.sageMaker.send(command))).toMatchObject({ name: 'ValidationException' });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreateModelCommand } from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { refusal } from '../gateway/running-gateway.ts';
import { hostingLab, named, type HostingLab } from './hosting-lab.ts';
import { archive, BUCKET, IMAGE, startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

const PREFIX = `s3://${BUCKET}/many/`;
let lab: RunningSageMaker;
let hosting: HostingLab;
beforeAll(async () => {
  lab = await startRunningSageMaker();
  hosting = hostingLab(lab, lab.as(lab.administrator));
  const put = (key: string, name: string) => lab.put(`many/${key}.tar.gz`, named(name));
  await Promise.all([
    put('a', 'a'),
    put('below/b', 'b'),
    put('broken', 'broken'),
    put('x', 'large-1500'),
    put('y', 'large-1501'),
    put('z', 'large-1502'),
  ]);
  await lab.put('many/empty.tar.gz', 'no archive');
  await hosting.model('many', {
    PrimaryContainer: { Image: IMAGE, Mode: 'MultiModel', ModelDataUrl: PREFIX, Environment: { SAGEMAKER_PROGRAM: 'inference.py' } },
  });
  // 4 GiB as AWS has it, of which the machine may have less: two models of 1,500 MB fit, three do not.
  await hosting.config('many', [{ InstanceType: 'ml.t2.medium' }]);
  await hosting.endpoint('many');
}, 120_000);
afterAll(() => lab.stop(), 60_000);

const ask = (TargetModel: string, text = 'hello') => hosting.ask('many', text, { TargetModel });
describe('a multi-model endpoint', () => {
  it('loads a model when it is asked for, once', async () => {
    const [first, again] = await Promise.all([ask('a.tar.gz'), ask('a.tar.gz')]);
    expect(first.model).toBe('a');
    expect(again.process).toBe(first.process);
    expect((await ask('below/b.tar.gz')).model).toBe('b');
    // Its module was not run again: the identifier that it makes when it is imported is the same.
    expect((await ask('a.tar.gz')).process).toBe(first.process);
  }, 20_000);

  it('finds a model that was put there later', async () => {
    expect(await refusal(ask('later.tar.gz'))).toMatchObject({ name: 'ValidationError' });
    await lab.put('many/later.tar.gz', named('later'));
    expect((await ask('later.tar.gz')).model).toBe('later');
  }, 20_000);

  it('unloads the least recently used when a model does not fit', async () => {
    const x = await ask('x.tar.gz');
    const y = await ask('y.tar.gz');
    expect((await ask('x.tar.gz')).process).toBe(x.process);
    expect((await ask('z.tar.gz')).model).toBe('large-1502');
    // y made room, x did not.
    expect((await ask('x.tar.gz')).process).toBe(x.process);
    expect((await ask('y.tar.gz')).process).not.toBe(y.process);
  }, 60_000);

  it('does not unload what answers a request', async () => {
    await ask('x.tar.gz');
    await ask('y.tar.gz');
    const busy = [ask('x.tar.gz', 'sleep 3'), ask('y.tar.gz', 'sleep 3')];
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await refusal(ask('z.tar.gz'))).toMatchObject({ name: 'ModelError', message: expect.stringContaining('507') });
    expect((await Promise.all(busy)).map(({ model }) => model)).toEqual(['large-1500', 'large-1501']);
  }, 60_000);

  it.each([
    ['is not there', 'nothing.tar.gz', 'ValidationError', `Failed to download model data(bucket: ${BUCKET}, key: many/nothing.tar.gz).`],
    ['is no archive', 'empty.tar.gz', 'ValidationError', 'Failed to extract model data archive'],
    ['cannot be loaded', 'broken.tar.gz', 'ModelError', 'no model here'],
  ])('says so when a model %s', async (_, target, name, message) => {
    expect(await refusal(ask(target))).toMatchObject({ name, message: expect.stringContaining(message) });
  });

  it('wants to know which model', async () => {
    const command = new InvokeEndpointCommand({ EndpointName: 'many', Body: 'hello', ContentType: 'text/plain' });
    expect(await refusal(hosting.runtime.send(command))).toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('TargetModel must be given'),
    });
  });

  it('passes on the errors of its models', async () => {
    expect(await refusal(ask('a.tar.gz', 'fail'))).toMatchObject({ name: 'ModelError', message: expect.stringContaining('told to fail') });
  });

  it('loads a model again that its container lost', async () => {
    const before = await ask('a.tar.gz');
    await refusal(ask('a.tar.gz', 'die'));
    const after = await ask('a.tar.gz');
    expect(after).toMatchObject({ model: 'a' });
    expect(after.process).not.toBe(before.process);
  }, 30_000);
});

describe('modules of the same name', () => {
  it('beside two models do not meet', async () => {
    const script = 'from names import NAME\ndef model_fn(folder): return NAME\ndef transform_fn(model, data, kind, accept): return model';
    for (const name of ['p', 'q']) {
      await lab.put(`many/${name}.tar.gz`, archive({ 'code/inference.py': script, 'code/names.py': `NAME = "${name}"` }));
    }
    const answers = await Promise.all(
      ['p.tar.gz', 'q.tar.gz'].map(async (TargetModel) => {
        const { Body } = await hosting.runtime.send(
          new InvokeEndpointCommand({ EndpointName: 'many', TargetModel, Body: 'x', ContentType: 'text/plain' }),
        );
        return new TextDecoder().decode(Body);
      }),
    );
    expect(answers).toEqual(['p', 'q']);
  }, 20_000);
});

it('a multi-model container beside another is refused, and one without a prefix', async () => {
  const container = await hosting.container('a');
  const create = (overrides: object) =>
    refusal(lab.sageMaker.send(new CreateModelCommand({ ModelName: 'refused', ExecutionRoleArn: lab.roleArn, ...overrides })));
  expect(await create({ Containers: [{ ...container, Mode: 'MultiModel', ModelDataUrl: PREFIX }, container] })).toMatchObject({
    name: 'ValidationException',
  });
  expect(await create({ PrimaryContainer: { ...container, Mode: 'MultiModel' } })).toMatchObject({ name: 'ValidationException' });
});

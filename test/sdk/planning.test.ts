import { afterEach, describe, expect, it } from '@jest/globals';
import { connect } from '@sealab/sdk';
import type { Lab } from '@sealab/sdk';
import { factsOf } from '../../sdk/src/planning/preflight/facts.ts';
import { requirementsOf } from '../../sdk/src/planning/preflight/checks/packages.ts';
import { plannedCall } from '../../sdk/src/planning/planned-call.ts';
import { environment } from './environment-fixture.ts';

const script = { name: 'train.py', text: 'print(1)' };
let lab: Lab | undefined;
afterEach(() => lab?.close());
/** Nothing answers at this port: a plan asks nobody. */
const offline = async () =>
  (lab = await connect({ environment, credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, endpointUrl: 'http://127.0.0.1:9' }));

describe('a plan', () => {
  it('shows every value that would be sent, its origin, and what was not asked for', async () => {
    const { calls, values, difference } = await (
      await offline()
    ).plan({ script, name: 'once', tags: { mine: 'x' }, instanceType: 'ml.m5.xlarge' });
    const [all] = values;
    const of = (path: string) => all?.find((one) => one.path === path);
    expect(of('TrainingJobName')).toEqual({ path: 'TrainingJobName', value: 'once', origin: 'caller', added: false });
    expect(of('ResourceConfig.InstanceType')).toMatchObject({ value: 'ml.m5.xlarge', origin: 'caller', added: false });
    expect(of('ResourceConfig.VolumeKmsKeyId')).toEqual({
      path: 'ResourceConfig.VolumeKmsKeyId',
      value: environment.keys.volume,
      origin: 'environment',
      added: true,
    });
    expect(of('VpcConfig.Subnets[1]')).toMatchObject({ value: 'subnet-0bbb2222', origin: 'environment', added: true });
    expect(of('EnableNetworkIsolation')).toMatchObject({ value: true, origin: 'contract', added: true });
    expect(of('Tags[0].Value')).toMatchObject({ value: 'x', origin: 'caller', added: false });
    expect(difference[0]?.map(({ path }) => path)).toEqual(all?.filter(({ added }) => added).map(({ path }) => path));
    expect(difference[0]?.every(({ origin }) => origin !== 'caller')).toBe(true);
    // Nothing that would be sent is left out, nothing is made up.
    expect(JSON.stringify(all?.map(({ value }) => value).sort())).toBe(JSON.stringify(flat(calls[0]?.input).sort()));
  });

  it('shows itself as tables, and keeps text from becoming HTML', async () => {
    const plan = await (await offline()).plan({ script, name: 'once', tags: { mine: '<b>x</b>' } });
    const show = (plan as unknown as Record<symbol, () => Promise<Record<string, string>>>)[Symbol.for('Jupyter.display')];
    const view = (await show?.()) ?? {};
    expect(view['text/html']).toMatch(/<table.*EnableNetworkIsolation.*contract/s);
    expect(view['text/html']).not.toContain('<b>x');
    expect(view['text/plain']).toMatch(/TrainingJobName +once +caller/);
  });
});

function flat(value: unknown): unknown[] {
  if (value === undefined) return [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(flat) : [value];
}

describe('what the checks before a submission look at', () => {
  it('is found in any operation by the names of its fields', () => {
    const transform = plannedCall(
      'CreateTransformJob',
      {
        TransformJobName: 't',
        ModelName: 'm',
        TransformInput: { DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://credit-risk-data/in/' } } },
        TransformOutput: { S3OutputPath: 's3://credit-risk-model/out' },
        TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 3 },
        Environment: { WEIGHTS: 's3://somewhere/else' },
      },
      environment,
    );
    const model = plannedCall(
      'CreateModel',
      {
        ModelName: 'm',
        PrimaryContainer: { Image: environment.images['scikit-learn'] ?? '', ModelDataUrl: 's3://credit-risk-model/m.tar.gz' },
      },
      environment,
    );
    const facts = factsOf([model, transform], environment);
    expect(facts.inputs.map(({ value, role }) => [value, role])).toEqual([
      ['s3://credit-risk-model/m.tar.gz', environment.roles.endpointHosting],
      // The job names a model, which has the role.
      ['s3://credit-risk-data/in/', environment.roles.endpointHosting],
    ]);
    expect(facts.outputs.map(({ value }) => value)).toEqual(['s3://credit-risk-model/out']);
    expect(facts.instances.map(({ value, count, field }) => [value, count, field])).toEqual([
      ['ml.m5.large', 3, 'TransformResources.InstanceType'],
    ]);
    expect(facts.names.map(({ value, operation }) => [value, operation])).toEqual([
      ['m', 'CreateModel'],
      ['t', 'CreateTransformJob'],
    ]);
    expect(facts.images.map(({ value }) => value)).toEqual([environment.images['scikit-learn']]);
    expect(facts.keys.map(({ value }) => value).sort()).toEqual([environment.keys.storage, environment.keys.volume].sort());
    expect(facts.subnets.map(({ value }) => value)).toEqual(['subnet-0aaa1111', 'subnet-0bbb2222']);
  });

  it('is found in the steps of a pipeline', () => {
    const step = { ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 2 }, RoleArn: environment.roles.jobExecution };
    const definition = JSON.stringify({ Version: '2020-12-01', Steps: [{ Name: 'a', Type: 'Training', Arguments: step }] });
    const call = {
      operation: 'CreatePipeline',
      asked: {},
      input: { PipelineName: 'p', PipelineDefinition: definition },
      fields: [{ location: 'Steps[a].Arguments.RoleArn', origin: 'environment' }],
    } as never;
    const facts = factsOf([call], environment);
    expect(facts.instances).toMatchObject([
      { field: 'Steps[a].Arguments.ResourceConfig.InstanceType', operation: 'CreateTrainingJob', count: 2 },
    ]);
    expect(facts.roles).toEqual([
      {
        value: environment.roles.jobExecution,
        field: 'Steps[a].Arguments.RoleArn',
        operation: 'CreateTrainingJob',
        origin: 'environment',
        byPipeline: true,
      },
    ]);
    expect(facts.instances[0]?.origin).toBe('caller');
  });
});

describe('requirements.txt', () => {
  it.each([
    ['a==1.0', [['a', '1.0']]],
    ['Foo.Bar_baz == 1.0rc1', [['foo-bar-baz', '1.0rc1']]],
    ['a[extra,more]==1.0', [['a', '1.0']]],
    ['a==1.0 ; python_version < "4"', [['a', '1.0']]],
    ['a==1.0 --hash=sha256:00 \\\n  --hash=sha256:11', [['a', '1.0']]],
    ['a (==1.0)', [['a', '1.0']]],
    ['a', [['a', undefined]]],
    ['a>=1,<2', [['a', undefined]]],
    ['a==1.*', [['a', undefined]]],
    ['# a==1.0\n\n  # b', []],
  ])('%j', (text, expected) => {
    const { packages, others } = requirementsOf(text);
    expect([packages.map(({ name, version }) => [name, version]), others]).toEqual([expected, []]);
  });

  it.each([
    '-r more.txt',
    '--index-url https://example.org/simple',
    './wheel.whl',
    'a @ https://example.org/a.whl',
    'git+https://example.org/a',
  ])('%s is said to be looked at by nobody', (line) => {
    expect(requirementsOf(line)).toEqual({ packages: [], others: [line] });
  });
});

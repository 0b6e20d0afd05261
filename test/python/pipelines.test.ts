import { beforeAll, describe, expect, it } from '@jest/globals';
import { PIPELINE_STEPS } from '@sealab/sdk/contract';
import type { PipelineStepType } from '@sealab/sdk/contract';
import { isExpression } from '../../sdk/src/pipelines/definition.ts';
import { environment } from '../sdk/environment-fixture.ts';
import { broken, capture, unencrypted } from './captures.ts';
import type { Capture } from './captures.ts';

interface Step {
  readonly Name: string;
  readonly Type: PipelineStepType;
  readonly Arguments: Record<string, unknown>;
}

/** Every step of what was sent, those in branches too. */
function stepsOf(from: Capture | undefined, during: string, operation = 'CreatePipeline'): Step[] {
  const below = (steps: unknown): Step[] =>
    ((steps ?? []) as Step[]).flatMap((one) =>
      one.Type === 'Condition' ? [one, ...below(one.Arguments['IfSteps']), ...below(one.Arguments['ElseSteps'])] : [one],
    );
  const [request] = from?.recorder.sent(during, operation) ?? [];
  const { PipelineDefinition: text = '{}' } = (request ?? {}) as { PipelineDefinition?: string };
  return below((JSON.parse(text) as { Steps?: unknown }).Steps);
}

/** A request as it is when the pipeline runs: what is known later then stands for something. */
function known(value: unknown): unknown {
  if (isExpression(value)) {
    if ('Std:Join' in value) return value['Std:Join'].Values.map((one) => known(one)).join(value['Std:Join'].On ?? '');
    return 'Get' in value && /S3ModelArtifacts$|S3Uri$/.test(value.Get) ? `s3://${environment.buckets.model}/known` : 'known';
  }
  if (Array.isArray(value)) return value.map((one) => known(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, known(inner)]));
}

/** Rules that the steps of a definition break when their requests are made. */
const brokenIn = (steps: readonly Step[]): Record<string, readonly string[]> =>
  Object.fromEntries(
    steps.flatMap(({ Name, Type, Arguments }) => {
      const operation = PIPELINE_STEPS[Type];
      if (operation === null) return [];
      const rules = broken(operation, known(Arguments) as Record<string, unknown>);
      // A version of a model takes its group's tags.
      return [[Name, rules.filter((rule) => rule !== 'Tags' || operation !== 'CreateModelPackage')]];
    }),
  );

const NETWORK = ['SecurityGroups', 'Subnets'];
const JOB = [...NETWORK, 'OutputKey', 'Tags', 'TrafficEncryption', 'VolumeKey'].sort();
/** What the SDKs leave out of each step when left alone. */
const ALONE = {
  prepare: [...JOB, 'NetworkIsolation'].sort(),
  train: JOB,
  model: [...NETWORK, 'Tags'],
  register: [],
  score: ['OutputKey', 'Tags', 'VolumeKey'],
};

describe.each([
  ['2', 'sagemaker-v2', 'pipelines_v2.py', { ...ALONE, tune: [...JOB, 'TuningVolumeKey'].filter((rule) => rule !== 'VolumeKey').sort() }],
  // The tuner and the model builder of generation 3 drop the isolation that they were told of.
  ['3', 'bench', 'pipelines_v3.py', { ...ALONE, tune: [...JOB, 'NetworkIsolation'].sort(), model: ['NetworkIsolation', ...ALONE.model] }],
] as const)('a pipeline of the SageMaker Python SDK %s', (generation, client, script, missing) => {
  let [alone, secured]: (Capture | undefined)[] = [];
  beforeAll(async () => {
    [alone, secured] = await Promise.all([capture(client, script, false), capture(client, script, true)]);
  }, 600_000);
  /** Generation 2 gives the steps of a model names of their own. */
  const named = (rules: Record<string, readonly string[]>) =>
    Object.fromEntries(Object.entries(rules).map(([name, broke]) => [name.replace(/-(CreateModel|RegisterModel)$/, ''), broke]));

  it('carries every secure field in every step, those in branches too', () => {
    expect([alone?.outcome['upsert'], secured?.outcome['upsert']]).toEqual(['sent', 'sent']);
    expect(named(brokenIn(stepsOf(secured, 'upsert')))).toEqual(Object.fromEntries(Object.keys(missing).map((name) => [name, []])));
    expect(named(brokenIn(stepsOf(alone, 'upsert')))).toEqual(missing);
    const [request] = secured?.recorder.sent('upsert', 'CreatePipeline') ?? [];
    expect(request).toMatchObject({ RoleArn: environment.roles.pipelineExecution, Tags: expect.anything() as unknown });
  });

  it('gets its code by a channel in training and tuning, because isolated containers cannot fetch it', () => {
    for (const name of ['train', 'tune']) {
      const { Arguments = {} } = stepsOf(secured, 'upsert').find(({ Name }) => Name === name) ?? {};
      const job = (name === 'tune' ? Arguments['TrainingJobDefinition'] : Arguments) as Record<string, Record<string, string>>;
      const channels = job['InputDataConfig'] as unknown as { ChannelName: string }[];
      expect(channels.map(({ ChannelName }) => ChannelName)).toEqual(expect.arrayContaining(['train', 'code']));
      const directory = (job['StaticHyperParameters'] ?? job['HyperParameters'])?.['sagemaker_submit_directory'];
      // Jobs of generation 3 have a program of their own that starts the code.
      if (generation === '2' || name === 'tune') expect(directory).toMatch(/^"?\/opt\/ml\/input\/data\/code\/sourcedir\.tar\.gz"?$/);
    }
  });

  it.each([
    ['elsewhere', 'SecureFieldConflict', /ProcessingOutputConfig\.Outputs\[0\]\.S3Output\.S3Uri: "s3:\/\/foreign\/.*a location in/],
    ['by parameter', 'SecureFieldConflict', /Step "train": ResourceConfig\.InstanceType: \{"Get":"Parameters\.Size"\} .*EnumValues/],
  ])('is refused before it is sent: %s', (step, code, message) => {
    expect(secured?.outcome[step]).toMatch(message);
    expect(secured?.outcome[step]).toContain(`SealabError: ${code}: `);
    expect(secured?.recorder.sent(step, 'CreatePipeline')).toEqual([]);
    expect(alone?.outcome[step]).toBe('sent');
  });

  it('encrypts what it uploads with the storage key', () => {
    expect(secured === undefined ? undefined : unencrypted(secured)).toEqual([]);
    expect(alone === undefined ? undefined : unencrypted(alone).length).toBeGreaterThan(2);
  });

  if (generation === '2') {
    it('is filled when it is changed, and started as ever', () => {
      expect([secured?.outcome['update'], secured?.outcome['start']]).toEqual(['sent', 'sent']);
      expect(new Set(Object.values(brokenIn(stepsOf(secured, 'update', 'UpdatePipeline'))).flat())).toEqual(new Set());
    });

    it.each([
      ['large', 'SecureFieldConflict', /PipelineDefinitionS3Location: .* Give the definition itself, in PipelineDefinition/],
      ['function', 'OperationNotCovered', /Step "call": the type Lambda is refused/],
      // The SDK has no other role for the job that puts code into a model's archive.
      [
        'repack',
        'SecureFieldConflict',
        /Step "serve-RepackModel-0": RoleArn: ".*endpoint-hosting" was given, ".*job-execution" is required/,
      ],
    ])('is refused before it is sent: %s', (step, code, message) => {
      expect(secured?.outcome[step]).toMatch(message);
      expect(secured?.outcome[step]).toContain(`SealabError: ${code}: `);
      expect(secured?.recorder.sent(step, 'CreatePipeline')).toEqual([]);
      expect(alone?.outcome[step]).toBe('sent');
    });
  }
});

describe('a pipeline of boto3', () => {
  let [alone, secured]: (Capture | undefined)[] = [];
  beforeAll(async () => {
    const both = [false, true].map((defaults) => capture('sagemaker-v2', 'pipelines_boto3.py', defaults));
    [alone, secured] = await Promise.all(both);
  }, 600_000);
  const train = (during: string, from = secured, operation?: string) =>
    stepsOf(from, during, operation).find(({ Name }) => Name === 'train')?.Arguments ?? {};

  it('carries every secure field in a branch, when it is made and when it is changed', () => {
    expect(brokenIn(stepsOf(secured, 'create'))).toEqual({ train: [] });
    expect(brokenIn(stepsOf(secured, 'update', 'UpdatePipeline'))).toEqual({ train: [] });
    expect(brokenIn(stepsOf(alone, 'create'))).toEqual({ train: [...JOB, 'NetworkIsolation', 'Role'].sort() });
    expect(secured?.recorder.sent('describe anew', 'UpdatePipeline')).toEqual([
      { PipelineName: 'boto3', PipelineDescription: 'only this' },
    ]);
  });

  it('gets its code by a channel wherever it may be isolated', () => {
    const S3Uri = `s3://${environment.buckets.model}/code/sourcedir.tar.gz`;
    for (const during of ['create', 'isolation by parameter'])
      expect(train(during)).toMatchObject({
        HyperParameters: { sagemaker_submit_directory: '/opt/ml/input/data/code/sourcedir.tar.gz', sagemaker_program: 'train.py' },
        InputDataConfig: [{ ChannelName: 'code', DataSource: { S3DataSource: { S3Uri } } }],
      });
    expect(train('isolation by parameter')['EnableNetworkIsolation']).toEqual({ Get: 'Parameters.Isolated' });
    expect(train('network')).toMatchObject({ HyperParameters: { sagemaker_submit_directory: S3Uri } });
  });

  it('gets the mirror’s variables where a step has a network, beside the caller’s', () => {
    const CA_REPOSITORY_ARN = 'arn:aws:codeartifact:eu-west-1:111122223333:repository/sealab/approved';
    expect(train('network')['Environment']).toEqual({ MINE: { Get: 'Parameters.Any' }, CA_REPOSITORY_ARN });
    expect(train('create')['Environment']).toBeUndefined();
  });

  it.each([
    ['another role', 'SecureFieldConflict', /Step "train": RoleArn: ".*role\/admin" was given/],
    ['another key', 'SecureFieldConflict', /Step "train": OutputDataConfig\.KmsKeyId: \{"Get":"Parameters\.Any"\} was given/],
    ['hidden network', 'SecureFieldConflict', /VpcConfig: \{"Get":"Parameters\.Any"\} was given, and hides fields that have to be checked/],
    ['another type', 'OperationNotCovered', /Step "call": the type Lambda is refused in this environment/],
    ['no definition', 'InvalidInput', /Pipeline definition, Steps: is not of type array/],
    ['in S3', 'SecureFieldConflict', /PipelineDefinitionS3Location: what stands in the object can change/],
    ['another role of the pipeline', 'SecureFieldConflict', /: RoleArn: ".*role\/admin" was given/],
  ])('is refused before it is sent: %s', (step, code, message) => {
    expect(secured?.outcome[step]).toMatch(message);
    expect(secured?.outcome[step]).toContain(`SealabError: ${code}: `);
    expect(secured?.recorder.requests.filter(({ during }) => during === step)).toEqual([]);
    expect(alone?.outcome[step]).toBe('sent');
  });
});

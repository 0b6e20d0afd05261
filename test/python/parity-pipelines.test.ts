import { afterAll, describe, expect, it } from '@jest/globals';
import { CONTROLS, PIPELINE_STEPS } from '@sealab/sdk/contract';
import type { Control } from '@sealab/sdk/contract';
import { argumentNames } from '../../sdk/src/pipelines/arguments.ts';
import { wantedValues } from '../../sdk/src/secure/wanted.ts';
import { environment, isolatedOnly } from '../sdk/environment-fixture.ts';
import { condition, equals, evaluate, pipeline, processing, text, train, training } from '../sdk/pipelines-cases.ts';
import { Installation } from './installation.ts';
import { python, requestWith, sorted, typescript } from './parity-cases.ts';
import type { Case } from './parity-cases.ts';

const installation = new Installation();
afterAll(() => installation.remove());

interface Answer {
  readonly result?: { readonly PipelineDefinition?: string };
  readonly error?: { readonly code: string; readonly details: { readonly control?: string; readonly step?: string } };
}

/** What the service asks for by name, so that a step is one; what the rules are about is added. */
const NEEDED = {
  Training: training,
  Processing: processing,
  Transform: { ModelName: 'm', TransformInput: {}, TransformOutput: { S3OutputPath: 's3://credit-risk-model/t' }, TransformResources: {} },
  Tuning: { HyperParameterTuningJobConfig: {}, TrainingJobDefinition: training },
  AutoML: { InputDataConfig: [], OutputDataConfig: { S3OutputPath: 's3://credit-risk-model/a' } },
  Model: { PrimaryContainer: {} },
  RegisterModel: { ModelPackageGroupName: 'g' },
} as const;

const parametersFor = (control: Control) => {
  const wanted = wantedValues(control, environment).filter((value) => typeof value === 'string');
  return [
    text('Free'),
    ...(wanted.length === 0 ? [] : [text('Good', { EnumValues: wanted }), text('Mixed', { EnumValues: [...wanted, 'wrong'] })]),
    { Name: 'Flag', Type: 'Boolean', DefaultValue: true },
    { Name: 'Off', Type: 'Boolean', EnumValues: [false] },
    { Name: 'Count', Type: 'Integer', EnumValues: [1, 2] },
  ];
};
const get = (Get: string) => ({ Get });
const join = (On: string, ...Values: unknown[]) => ({ 'Std:Join': { On, Values } });
const LATER = [
  get('Parameters.Flag'),
  get('Parameters.Off'),
  get('Parameters.Count'),
  get('Steps.first.ModelArtifacts.S3ModelArtifacts'),
  get('Steps.first.OutputDataConfig.S3OutputPath'),
  get('Steps.first.TransformOutput.S3OutputPath'),
  get("Steps.first.ProcessingOutputConfig.Outputs['report'].S3Output.S3Uri"),
  get('Steps.first.InputDataConfig[0].DataSource.S3DataSource.S3Uri'),
  get('Execution.PipelineExecutionId'),
  join('/', 's3:/', 'credit-risk-model', get('Parameters.Free')),
  join('', 's3://credit-risk-model/', get('Parameters.Free')),
  join('', 's3://credit-risk-model', get('Parameters.Free')),
  join('', 's3://credit-risk-model', 5),
  join('/', 's3://credit-risk-model', 5),
  join('/', 's3://credit-risk-model', 'known'),
  join('/', get('Parameters.Free'), 'credit-risk-model'),
  join('/', 's3:/', 'foreign', get('Parameters.Free')),
  ...['/', '/deeper/', '', '-'].map((on) => join(on, get('Steps.first.OutputDataConfig.S3OutputPath'), 'model.tar.gz')),
  join('/', get('Steps.first.InputDataConfig[0].DataSource.S3DataSource.S3Uri'), 'model.tar.gz'),
  { 'Std:Join': { Values: ['s3://credit-risk-model/', get('Execution.PipelineExecutionId')] } },
  { 'Std:JsonGet': { S3Uri: 's3://credit-risk-model/x', Path: 'x' } },
];

/** What a rule is about: right, wrong, left out, known later, and hidden by what is known later. */
function requestsOf(control: Control, references: readonly unknown[]): object[] {
  const wanted = wantedValues(control, environment);
  const around = control.path.split('.').slice(0, -1);
  const hidden = around.map((_, depth) => around.slice(0, depth + 1).join('.'));
  return [
    {},
    ...[wanted, ...wanted, 'wrong', ['wrong'], null, true, false, 's3://credit-risk-modelling/x'].map((value) =>
      requestWith(control.path, value),
    ),
    ...references.flatMap((one) => (control.match === 'subset' ? [one, [one]] : [one])).map((one) => requestWith(control.path, one)),
    ...hidden.flatMap((path) => [path, path.replace(/\[\]$/, '')]).map((path) => requestWith(path, get('Parameters.Free'))),
    // A list or a text where an object has to be.
    ...hidden.filter((path) => !path.endsWith('[]')).flatMap((path) => [requestWith(path, ['x']), requestWith(path, 'x')]),
  ];
}

const defined = (definition: unknown, operation = 'CreatePipeline', described = environment): Case => ({
  kind: 'pipeline',
  operation,
  input: { PipelineName: 'p', PipelineDefinition: typeof definition === 'string' ? definition : JSON.stringify(definition) },
  environment: described,
});

const first = train({}, { Name: 'first' });
const rules = Object.entries(NEEDED).flatMap(([type, needed]) =>
  (CONTROLS[PIPELINE_STEPS[type as keyof typeof NEEDED]] as readonly Control[])
    // The others are about what no step has.
    .filter(({ path }) => argumentNames(type as keyof typeof NEEDED).all.includes(path.split(/[.[]/)[0] ?? ''))
    .map((control) => ({ type, needed, control })),
);
const ofRules = rules.flatMap(({ type, needed, control }) => {
  const parameters = parametersFor(control);
  const names = parameters.map(({ Name }) => Name).filter((name) => ['Free', 'Good', 'Mixed'].includes(name));
  return requestsOf(control, [...LATER, ...names.map((name) => get(`Parameters.${name}`))]).flatMap((request, index) => {
    const step = { Name: 'looked-at', Type: type, Arguments: { ...needed, ...request } };
    const before = JSON.stringify(request).includes('Steps.first') ? [first] : [];
    const steps = index % 2 === 0 ? [step] : [condition([equals(1)], [{ ...condition([equals(2)], [step]), Name: 'inner' }])];
    return (control.relaxedBy === undefined ? [environment] : [environment, isolatedOnly]).map((described) =>
      defined(pipeline([...before, ...steps], parameters), 'UpdatePipeline', described),
    );
  });
});

const tagged = [
  [{ Key: 'mine', Value: '1' }],
  [{ Key: 'cost-centre', Value: '4711' }],
  [{ Key: 'cost-centre', Value: '0' }],
  [{ Key: 'mine', Value: get('Parameters.Free') }],
  get('Parameters.Free'),
  [get('Parameters.Free')],
].map((Tags) => defined(pipeline([train({ Tags })], [text('Free')])));

const LARGE = 1_048_577;
const definitions: unknown[] = [
  pipeline([train()]),
  pipeline([evaluate(), condition([equals(1)], [train()])]),
  { ...pipeline([condition([equals(1)])]), PipelineExperimentConfig: null },
  { ...pipeline([train()]), PipelineExperimentConfig: { ExperimentName: get('Execution.PipelineName'), TrialName: 't' } },
  pipeline([train({}, { CacheConfig: { Enabled: true, ExpireAfter: 't12h' }, DependsOn: ['evaluate'] }), evaluate()]),
  pipeline([train({}, { RetryPolicies: [{ ExceptionType: ['Step.THROTTLING'], MaxAttempts: 20, BackoffRate: 1.5 }] })]),
  pipeline([{ Name: 'stop', Type: 'Fail', Arguments: { ErrorMessage: join(' ', 'below', 1, true) } }]),
  pipeline([train()], [{ Name: 'I', Type: 'Integer', DefaultValue: 1, EnumValues: [1] }]),
  ...['Lambda', 'Callback', 'EMR', 'QualityCheck', 'ClarifyCheck', 'Endpoint', 'ForEach', 'constructor', 'training', ''].flatMap((Type) => [
    pipeline([train(), { Name: 's', Type, Arguments: {} }]),
    pipeline([condition([equals(1)], [{ Name: 's', Type }])]),
    { Steps: [{ Name: 's', Type }] },
  ]),
  // What follows is no definition.
  '{"Version":',
  '{"Version":"2020-12-01","Steps":[NaN]}',
  `"${'x'.repeat(LARGE)}"`,
  'null',
  '[]',
  '"text"',
  {},
  { ...pipeline([train()]), Version: '2019-01-01' },
  { ...pipeline([train()]), Stages: [] },
  { ...pipeline([train()]), Metadata: { a: 1 } },
  pipeline([]),
  pipeline('train'),
  pipeline(['train']),
  pipeline([null]),
  pipeline({ 0: train() }),
  pipeline([{ Name: 'untyped', Arguments: {} }]),
  pipeline([{ Name: 'typed', Type: 1, Arguments: {} }]),
  pipeline([{ Type: 'Fail', Arguments: { ErrorMessage: 'x' } }]),
  pipeline([{ Type: 'RegisterModel', Arguments: { ModelPackageGroupName: 'g' } }]),
  pipeline([train({}, { Name: 'no spaces' })]),
  pipeline([train({}, { Name: 'a\n' })]),
  pipeline([train({}, { PropertyFiles: [] })]),
  pipeline([train({}, { Arguments: [] })]),
  pipeline([train({}, { Arguments: get('Parameters.Free') })], [text('Free')]).Steps,
  pipeline([train({}, { Steps: [train()] })]),
  pipeline([train({}, { CacheConfig: { Enabled: 'yes' } })]),
  pipeline([condition([equals(1)], [train({}, { CacheConfig: { Enabled: true, ExpireAfter: '30 days' } })])]),
  pipeline([train({}, { RetryPolicies: [{ ExceptionType: ['Step.ANY'] }] })]),
  pipeline([train({}, { RetryPolicies: [{ ExceptionType: ['Step.THROTTLING'], MaxAttempts: 21 }] })]),
  pipeline([train({}, { RetryPolicies: [{ ExceptionType: ['Step.THROTTLING'], MaxAttempts: true }] })]),
  pipeline([train({}, { RetryPolicies: [{ ExceptionType: ['Step.THROTTLING'], MaxAttempts: 1.5 }] })]),
  pipeline([condition([])]),
  pipeline([condition([{ Type: 'Like', LeftValue: 1, RightValue: 1 }])]),
  pipeline([condition([{ Type: 'Equals', LeftValue: 1 }])]),
  pipeline([condition([{ Type: 'Not', Condition: { Type: 'In', QueryValue: 1 } }])]),
  pipeline([condition([equals({ Get: 'Secrets.x' })])]),
  pipeline([condition([equals({ 'Std:Upper': 'x' })])]),
  pipeline([condition([equals(1)], 'train' as never)]),
  pipeline([{ ...condition([equals(1)]), Arguments: { Conditions: [equals(1)], ThenSteps: [train()] } }]),
  pipeline([train()], [{ Name: 'P' }]),
  pipeline([train()], [{ Name: 'P', Type: 'Integer', DefaultValue: 'four' }]),
  pipeline([train()], [text('P', { EnumValues: [] })]),
  pipeline([train()], [text('P', { EnumValues: 'a' })]),
  pipeline([train()], [text('P', { DefaultValue: 'a', EnumValues: ['b'] })]),
  pipeline([train()], [{ Name: 'P', Type: 'Boolean', DefaultValue: true, EnumValues: [1] }]),
  pipeline([train()], [text('P'), text('P', { EnumValues: ['a'] })]),
];

const requests: Case[] = [
  { PipelineDefinitionS3Location: { Bucket: environment.buckets.artifacts, ObjectKey: 'definition.json' } },
  { PipelineDefinitionS3Location: { Bucket: 'foreign', ObjectKey: 'definition.json' }, PipelineDefinition: 'x' },
  { PipelineDescription: 'only this' },
  { RoleArn: 'arn:aws:iam::111122223333:role/admin', PipelineDefinition: 'x' },
].flatMap((input) => ['CreatePipeline', 'UpdatePipeline'].map((operation): Case => ({ kind: 'pipeline', operation, input, environment })));

/** The definition as data, so that the order of keys in its text does not matter. Of what is none, the step is compared; each says it in its own words. */
function comparable(answer: Answer): unknown {
  const { result, error } = answer;
  if (error?.code === 'InvalidInput') return { code: error.code, step: error.details.step };
  const inside = result?.PipelineDefinition;
  return sorted(inside === undefined ? answer : { ...result, PipelineDefinition: JSON.parse(inside) as unknown });
}

const cases = [...ofRules, ...tagged, ...definitions.map((one) => defined(one)), ...requests];
const ours = cases.map((one) => typescript(one) as Answer);

describe('the definition of a pipeline in Python', () => {
  it('is filled and refused in every step as in TypeScript, in the same words', () => {
    const theirs = python(cases, installation) as Answer[];
    expect(theirs).toHaveLength(cases.length);
    const different = cases.flatMap(({ input }, index) => {
      const [one, other] = [comparable(ours[index] ?? {}), comparable(theirs[index] ?? {})];
      return JSON.stringify(one) === JSON.stringify(other) ? [] : [{ input, ours: one, theirs: other }];
    });
    expect(different.slice(0, 3)).toEqual([]);
  });

  it('is compared on every rule of every kind of step, both ways', () => {
    const refused = new Set(ours.map(({ error }) => error?.details.control));
    expect(rules.map(({ control }) => control.id).filter((id) => !refused.has(id))).toEqual([]);
    expect(ours.filter(({ error }) => error === undefined).length).toBeGreaterThan(rules.length);
    // What TypeScript takes for no definition is compared for that alone.
    const unread = ours.slice(0, ofRules.length).filter(({ error }) => error?.code === 'InvalidInput');
    expect(unread.slice(0, 3)).toEqual([]);
  });
});

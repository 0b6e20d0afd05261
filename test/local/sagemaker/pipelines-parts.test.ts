import { describe, expect, it } from '@jest/globals';
import { holds, type Condition } from '../../../local/gateway/services/sagemaker/pipelines/conditions.ts';
import { durationSeconds } from '../../../local/gateway/services/sagemaker/pipelines/durations.ts';
import {
  pathParts,
  referencesIn,
  resolveExpressions,
  type Scope,
} from '../../../local/gateway/services/sagemaker/pipelines/expressions.ts';
import { callFailure, jobFailure } from '../../../local/gateway/services/sagemaker/pipelines/failure.ts';
import { retryAt } from '../../../local/gateway/services/sagemaker/pipelines/retries.ts';
import { STEP_SUBJECTS, subjectName } from '../../../local/gateway/services/sagemaker/pipelines/step-types.ts';

describe('a condition', () => {
  const compare = (Type: string, LeftValue: unknown, RightValue: unknown): Condition => ({ Type, LeftValue, RightValue });
  it.each<[Condition, boolean]>([
    [compare('Equals', 1, 1), true],
    [compare('Equals', 1, '1.0'), true],
    [compare('Equals', 'a', 'b'), false],
    [compare('Equals', true, 'true'), true],
    [compare('GreaterThan', 10, 9), true],
    [compare('GreaterThan', '10', 9), true],
    [compare('GreaterThan', 1, 1), false],
    [compare('GreaterThanOrEqualTo', 1, 1), true],
    [compare('LessThan', 0.1, '0.2'), true],
    [compare('LessThanOrEqualTo', 3, 2), false],
    [{ Type: 'In', QueryValue: 'b', Values: ['a', 'b'] }, true],
    [{ Type: 'In', QueryValue: 2, Values: ['1', '3'] }, false],
    [{ Type: 'Not', Expression: compare('Equals', 1, 1) }, false],
    [{ Type: 'Not', Condition: compare('Equals', 1, 2) }, true],
    [{ Type: 'Or', Conditions: [compare('Equals', 1, 2), compare('Equals', 2, 2)] }, true],
  ])('%j is %s', (condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });

  it('that cannot be compared fails its step', () => {
    expect(() => holds(compare('LessThan', 'high', 1))).toThrow("Cannot compare 'high' with '1'");
    expect(() => holds({ Type: 'Sometimes' })).toThrow("Unknown condition type 'Sometimes'");
  });
});

describe('an expression', () => {
  const scope: Scope = {
    parameter: (name) => ({ count: 2 })[name],
    execution: (name) => `the ${name}`,
    step: () =>
      Promise.resolve({
        Outputs: [{ OutputName: 'train', S3Output: { S3Uri: 's3://b/train' } }],
        FinalMetricDataList: [{ MetricName: 'auc', Value: 0.5 }],
      }),
    propertyFile: () => Promise.resolve({ classes: [{ recall: 0.25 }] }),
    document: (uri) => Promise.resolve({ uri }),
  };
  const get = (reference: string) => ({ Get: reference });
  it.each<[string, unknown, unknown]>([
    ['a parameter keeps its type', get('Parameters.count'), 2],
    ['a variable of the execution', get('Execution.PipelineName'), 'the PipelineName'],
    ['an element by its name', get("Steps.a.Outputs['train'].S3Output.S3Uri"), 's3://b/train'],
    ['an element by its place', get('Steps.a.Outputs[0].OutputName'), 'train'],
    ['a metric', get("Steps.a.FinalMetricDataList['auc'].Value"), 0.5],
    [
      'a join of what it finds',
      { 'Std:Join': { On: '/', Values: ['s3:/', get('Execution.PipelineName'), get('Parameters.count')] } },
      's3://the PipelineName/2',
    ],
    ['a value in a property file', { 'Std:JsonGet': { PropertyFile: get('Steps.a.PropertyFiles.r'), Path: 'classes[0].recall' } }, 0.25],
    [
      'a value in a document',
      { 'Std:JsonGet': { S3Uri: { 'Std:Join': { On: '', Values: ['s3://b/', 'k'] } }, Path: '$.uri' } },
      's3://b/k',
    ],
    [
      'everything inside lists and objects',
      { list: [get('Parameters.count'), { Get: 'Parameters.count', more: 1 }] },
      { list: [2, { Get: 'Parameters.count', more: 1 }] },
    ],
  ])('gives %s', async (_what, expression, value) => {
    expect(await resolveExpressions(expression, scope)).toEqual(value);
  });

  it('of what is not there fails its step', async () => {
    await expect(resolveExpressions(get('Steps.a.Nothing'), scope)).rejects.toThrow('Unable to resolve Steps.a.Nothing');
  });

  it('names the steps and parameters that it needs', () => {
    const definition = [
      get('Steps.a.X'),
      { deep: { 'Std:JsonGet': { PropertyFile: get('Steps.b.PropertyFiles.r') } } },
      get('Parameters.p'),
    ];
    expect(referencesIn(definition)).toEqual({ steps: ['a', 'b'], parameters: ['p'], execution: [] });
    expect(pathParts(`a.b['c.d'][0]["e"]`)).toEqual(['a', 'b', 'c.d', 0, 'e']);
  });
});

describe('a retry', () => {
  const throttled = [{ ExceptionType: ['Step.THROTTLING'], IntervalSeconds: 10, BackoffRate: 3, MaxAttempts: 2 }];
  it.each([
    ['nothing for a failure without a type', undefined, throttled, 1, undefined],
    ['after the interval', 'Step.THROTTLING', throttled, 1, 110],
    ['later each time', 'Step.THROTTLING', throttled, 2, 130],
    ['not more often than asked for', 'Step.THROTTLING', throttled, 3, undefined],
    ['unasked for a fault of the service', 'Step.SERVICE_FAULT', [], 1, 101],
    ['not unasked for a full quota', 'SageMaker.RESOURCE_LIMIT', [], 1, undefined],
    [
      'until its time is over',
      'SageMaker.CAPACITY_ERROR',
      [{ ExceptionType: ['SageMaker.CAPACITY_ERROR'], IntervalSeconds: 59, ExpireAfterMin: 1 }],
      2,
      undefined,
    ],
  ] as const)('comes %s', (_what, type, policies, attempts, expected) => {
    expect(retryAt(type, policies, { attempts, startTime: 100 }, 100)).toBe(expected);
  });

  it.each([
    [
      callFailure('CreateX', Object.assign(new Error('slow down'), { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } }))
        .type,
      'Step.THROTTLING',
    ],
    [
      callFailure('CreateX', Object.assign(new Error('full'), { name: 'ResourceLimitExceeded', $metadata: { httpStatusCode: 400 } })).type,
      'SageMaker.RESOURCE_LIMIT',
    ],
    [
      callFailure('CreateX', Object.assign(new Error('oops'), { name: 'InternalFailure', $metadata: { httpStatusCode: 500 } })).type,
      'Step.SERVICE_FAULT',
    ],
    [
      callFailure('CreateX', Object.assign(new Error('no'), { name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } })).type,
      undefined,
    ],
    [jobFailure('InternalServerError: again').type, 'SageMaker.JOB_INTERNAL_ERROR'],
    [jobFailure('AlgorithmError: your own').type, undefined],
  ])('depends on what happened (%#)', (type, expected) => {
    expect(type).toBe(expected);
  });
});

it.each([
  ['P30D', 2_592_000],
  ['30d', 2_592_000],
  ['PT1H30M', 5_400],
  ['T12H', 43_200],
  [undefined, Infinity],
  ['soon', undefined],
  ['', undefined],
])('a duration of %s has %s seconds', (text, seconds) => {
  expect(durationSeconds(text)).toBe(seconds);
});

it.each([
  ['Training', 'Train', undefined, /^pipelines-abcdefghijkl-Train-[A-Za-z0-9]{10}$/, 63],
  [
    'Training',
    'A_step_with_a_very_long_name_that_does_not_fit_in_the_name',
    undefined,
    /^pipelines-abcdefghijkl-A-step-with-a-very-long-name-[A-Za-z0-9]{10}$/,
    63,
  ],
  ['Tuning', 'HyperTuning', undefined, /^abcdefghijkl-HyperTun-[A-Za-z0-9]{10}$/, 32],
  ['Processing', 'Prepare', 'mine', /^mine-abcdefghijkl-[A-Za-z0-9]{10}$/, 63],
] as const)('a %s step %s starts something of a fitting name', (type, step, prefix, pattern, longest) => {
  const name = subjectName(STEP_SUBJECTS[type], 'abcdefghijkl', step, prefix);
  expect(name).toMatch(pattern);
  expect(name.length).toBeLessThanOrEqual(longest);
});

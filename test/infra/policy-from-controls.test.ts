import { describe, expect, it } from '@jest/globals';
import { CONTROLS } from '@sealab/sdk/contract';
import type { Control, EnvironmentDescription } from '@sealab/sdk/contract';
import { policyFromControls } from '../../infra/policies/policy-from-controls.ts';

const environment = {
  network: { subnets: [{ id: 'subnet-1' }, { id: 'subnet-2' }], securityGroupIds: ['sg-1'], connectedAllowed: false },
  keys: { storage: 'storage-key', volume: 'volume-key' },
  buckets: { data: 'data-bucket', model: 'model-bucket', artifacts: 'artifacts-bucket' },
  instanceTypes: { training: ['a', 'b'], processing: ['a'], hosting: ['a'], notebook: ['a'] },
} as unknown as EnvironmentDescription;

const control = (change: Partial<Control>): Control => ({
  id: 'CreateTrainingJob.Field',
  operation: 'CreateTrainingJob',
  path: 'Field',
  describePath: null,
  wanted: { constant: true },
  match: 'true',
  fill: 'always',
  demanded: 'always',
  conditionKey: 'sagemaker:Field',
  title: '',
  because: '',
  remedy: '',
  ...change,
});
const conditions = (change: Partial<Control>, where = environment) =>
  policyFromControls([control(change)], where).map(({ Sid, Condition }) => [Sid, Condition]);

describe('policyFromControls', () => {
  const subnets = { environment: 'network.subnets[].id' } as const;
  it.each<[string, Partial<Control>, unknown]>([
    [
      'a list',
      { match: 'subset', wanted: subnets },
      [
        ['CreateTrainingJobFieldOther', { 'ForAnyValue:StringNotEquals': { 'sagemaker:Field': ['subnet-1', 'subnet-2'] } }],
        ['CreateTrainingJobFieldAbsent', { Null: { 'sagemaker:Field': 'true' } }],
      ],
    ],
    [
      'a list that may be absent',
      { match: 'subset', wanted: subnets, demanded: 'never' },
      [['CreateTrainingJobFieldOther', { 'ForAnyValue:StringNotEquals': { 'sagemaker:Field': ['subnet-1', 'subnet-2'] } }]],
    ],
    [
      'one of several',
      { match: 'one-of', wanted: { environment: 'instanceTypes.training[]' }, demanded: 'never' },
      [['CreateTrainingJobFieldOther', { 'ForAnyValue:StringNotEquals': { 'sagemaker:Field': ['a', 'b'] } }]],
    ],
    [
      'a key: an absent one is not equal either',
      { match: 'equals', wanted: { environment: 'keys.volume' } },
      [['CreateTrainingJobFieldOther', { StringNotEquals: { 'sagemaker:Field': 'volume-key' } }]],
    ],
    [
      'a key that is needed only with its parent',
      { match: 'equals', wanted: { environment: 'keys.storage' }, demanded: 'never' },
      [['CreateTrainingJobFieldOther', { Null: { 'sagemaker:Field': 'false' }, StringNotEquals: { 'sagemaker:Field': 'storage-key' } }]],
    ],
    [
      'true',
      { match: 'true' },
      [
        ['CreateTrainingJobFieldOther', { Bool: { 'sagemaker:Field': 'false' } }],
        ['CreateTrainingJobFieldAbsent', { Null: { 'sagemaker:Field': 'true' } }],
      ],
    ],
    [
      'false, where absent is false',
      { match: 'false', demanded: 'never' },
      [['CreateTrainingJobFieldOther', { Bool: { 'sagemaker:Field': 'true' } }]],
    ],
    ['absent', { match: 'absent' }, [['CreateTrainingJobFieldGiven', { Null: { 'sagemaker:Field': 'false' } }]]],
    [
      'a list that is needed where another key tells that its parent is given',
      { match: 'subset', wanted: subnets, demanded: 'sagemaker:Parent' },
      [
        ['CreateTrainingJobFieldOther', { 'ForAnyValue:StringNotEquals': { 'sagemaker:Field': ['subnet-1', 'subnet-2'] } }],
        ['CreateTrainingJobFieldAbsent', { Null: { 'sagemaker:Parent': 'false', 'sagemaker:Field': 'true' } }],
      ],
    ],
    [
      'a key that is needed where another key tells that its parent is given',
      { match: 'equals', wanted: { environment: 'keys.storage' }, demanded: 'sagemaker:Parent' },
      [['CreateTrainingJobFieldOther', { Null: { 'sagemaker:Parent': 'false' }, StringNotEquals: { 'sagemaker:Field': 'storage-key' } }]],
    ],
    [
      'an S3 location',
      { match: 'in-bucket', wanted: { environment: 'buckets.model' }, demanded: 'never' },
      [
        [
          'CreateTrainingJobFieldOther',
          {
            Null: { 'sagemaker:Field': 'false' },
            StringNotLike: { 'sagemaker:Field': ['s3://model-bucket', 's3://model-bucket/*'] },
          },
        ],
      ],
    ],
    ['no condition key', { conditionKey: null, match: 'in-bucket' }, []],
  ])('%s', (_, change, expected) => expect(conditions(change)).toEqual(expected));

  it('leaves the choice to the caller where the environment relaxes a control', () => {
    const relaxed = { match: 'true', relaxedBy: 'network.connectedAllowed' } as const;
    expect(conditions(relaxed)).toHaveLength(2);
    expect(conditions(relaxed, { ...environment, network: { ...environment.network, connectedAllowed: true } })).toEqual([]);
  });

  it('never puts two keys into one statement, because keys are ANDed, but the one that tells of an enclosing object', () => {
    const telling = new Set<string>(Object.values(CONTROLS).flatMap((of: readonly Control[]) => of.map(({ demanded }) => demanded)));
    for (const { Condition } of policyFromControls(Object.values(CONTROLS).flat(), environment)) {
      const keys = new Set(Object.values(Condition).flatMap((keys) => Object.keys(keys)));
      const given = new Set(Object.entries(Condition['Null'] ?? {}).flatMap(([key, absent]) => (absent === 'false' ? [key] : [])));
      expect([...keys].filter((key) => !given.has(key) || !telling.has(key)).length).toBeLessThanOrEqual(1);
    }
  });

  it('demands no key by itself', () => {
    for (const { id, demanded, conditionKey } of Object.values(CONTROLS).flat() as Control[]) {
      if (conditionKey !== null) expect([id, demanded]).not.toEqual([id, conditionKey]);
    }
  });

  it('shares a statement between operations that want the same, and only then', () => {
    const shared = policyFromControls(
      [
        control({}),
        control({ id: 'CreateModel.Field', operation: 'CreateModel' }),
        control({ id: 'CreateEndpointConfig.Field', operation: 'CreateEndpointConfig', match: 'false' }),
      ],
      environment,
    );
    expect(shared.map(({ Sid, Action }) => [Sid, Action])).toEqual([
      ['CreateTrainingJobFieldOther', ['sagemaker:CreateTrainingJob', 'sagemaker:CreateModel']],
      ['CreateTrainingJobFieldAbsent', ['sagemaker:CreateTrainingJob', 'sagemaker:CreateModel', 'sagemaker:CreateEndpointConfig']],
      ['CreateEndpointConfigFieldOther', ['sagemaker:CreateEndpointConfig']],
    ]);
  });

  it('gives every statement an id of its own', () => {
    const ids = policyFromControls(Object.values(CONTROLS).flat(), environment).map(({ Sid }) => Sid);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9]+$/);
  });

  it('refuses to compare with nothing', () => {
    expect(() => conditions({ match: 'subset', wanted: { environment: 'imageRegistries[]' } })).toThrow(
      'CreateTrainingJob.Field: the environment has no value',
    );
  });
});

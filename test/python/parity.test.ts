import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { environmentJsonSchema } from '@sealab/sdk/contract';
import type { Control, SealabError } from '@sealab/sdk/contract';
import { exportControls } from '@sealab/sdk/secure';
import { parseEnvironment } from '../../sdk/src/environment/load.ts';
import { pipelineJsonSchema } from '../../sdk/src/pipelines/definition.ts';
import { environment, isolatedOnly } from '../sdk/environment-fixture.ts';
import { Installation } from './installation.ts';
import { casesOf, python, sorted, typescript } from './parity-cases.ts';
import type { Case } from './parity-cases.ts';

const installation = new Installation();
afterAll(() => installation.remove());

const { operations, guardedByReference, s3 } = exportControls();
/** Operations that the contract refuses by name, where it has such. */
const { refused = {} } = exportControls() as { readonly refused?: object };
const covered = Object.entries(operations) as [string, readonly Control[]][];
const tags = [
  [{ Key: 'mine', Value: '1' }],
  [{ Key: 'cost-centre', Value: '4711' }],
  [{ Key: 'cost-centre', Value: '0' }],
  [{ Key: 'cost-centre' }],
  [{ Key: 'a' }, { Key: 'cost-centre', Value: '4711' }, { Key: 'cost-centre', Value: '0' }],
  [],
  'text',
];

const cases: Case[] = [
  ...covered.flatMap(([operation, controls]) =>
    controls.flatMap((control) =>
      casesOf(control).flatMap((input) =>
        [environment, isolatedOnly].map((described): Case => ({ kind: 'sagemaker', operation, input, environment: described })),
      ),
    ),
  ),
  ...[
    ...Object.keys(operations),
    ...Object.keys(guardedByReference),
    ...Object.keys(refused),
    'DescribeTrainingJob',
    'ListModels',
    'Search',
    'DeleteTags',
    'constructor',
  ]
    .concat('CreatePresignedNotebookInstanceUrl', 'CreateWorkforce', 'BatchDescribeModelPackage', 'BatchDeleteClusterNodes')
    .flatMap((operation) =>
      [...tags.map((Tags) => ({ Tags })), {}].map((input): Case => ({ kind: 'sagemaker', operation, input, environment })),
    ),
  ...[
    ...s3.makesObject,
    ...s3.changesObject,
    'GetObject',
    'HeadBucket',
    'ListObjectsV2',
    'CreateBucket',
    'PutObjectAcl',
    'PutBucketPolicy',
  ].flatMap((operation) =>
    [
      ...['credit-risk-data', 'credit-risk-model', 'credit-risk-artifacts', 'credit-risk-logs', 'foreign'].map((Bucket) => ({
        Bucket,
        Key: 'k',
      })),
      {},
      ...[...s3.filled, ...s3.forbidden].flatMap(({ path }) =>
        ['aws:kms', 'AES256', environment.keys.storage, environment.keys.volume].map((value) => ({
          Bucket: 'credit-risk-data',
          [path]: value,
        })),
      ),
    ].map((input): Case => ({ kind: 's3', operation, input, environment })),
  ),
];

describe('the Python defaults', () => {
  it('fill what the TypeScript SDK fills and refuse what it refuses, in the same words', () => {
    const answers = python(cases, installation);
    expect(answers).toHaveLength(cases.length);
    const different = cases.flatMap((one, index) => {
      const [ours, theirs] = [typescript(one), answers[index]];
      return JSON.stringify(sorted(ours)) === JSON.stringify(sorted(theirs)) ? [] : [{ case: one, ours, theirs }];
    });
    expect(different.slice(0, 3).map(({ case: { operation, input }, ours, theirs }) => ({ operation, input, ours, theirs }))).toEqual([]);
  });

  it('are compared on every control, both ways', () => {
    const answers = cases.map(typescript) as { error?: { details: { control?: string } } }[];
    const refused = new Set(answers.map(({ error }) => error?.details.control));
    const all = covered.flatMap(([, controls]) => controls.map(({ id }) => id));
    expect(all.filter((id) => !refused.has(id))).toEqual([]);
    expect(answers.filter(({ error }) => error === undefined).length).toBeGreaterThan(all.length);
  });
});

describe('the environment document in Python', () => {
  const change = (path: string, value: unknown): unknown => {
    const document = structuredClone(environment) as unknown as Record<string, unknown>;
    const names = path.split('.');
    let at = document;
    for (const name of names.slice(0, -1)) at = at[name] as Record<string, unknown>;
    const last = names.at(-1) ?? '';
    if (value === undefined) Reflect.deleteProperty(at, last);
    else at[last] = value;
    return document;
  };
  const documents: readonly [string, unknown][] = [
    ['as it should be', environment],
    ['of another generation', { ...environment, schemaVersion: '0.9' }],
    ['of no generation', change('schemaVersion', undefined)],
    ['a list', []],
    ['a number', 1],
    ...Object.keys(environment)
      .filter((name) => name !== 'schemaVersion')
      .map((name): [string, unknown] => [`without ${name}`, change(name, undefined)]),
    ...(
      [
        ['network.vpcId', undefined],
        ['network.vpcId', 'vpc-XYZ'],
        ['network.vpcId', 'vpc-0a\n'],
        ['network.subnets', []],
        ['network.subnets', 'subnet-0'],
        ['network.connectedAllowed', 'yes'],
        ['network.more', 1],
        ['account', '１１１１２２２２３３３３'],
        ['environmentType', 'sandbox'],
        ['keys.volume', 'alias/mine'],
        ['keys.volume', null],
        ['instanceTypes.training', ['m5.large']],
        ['imageRegistries', ['']],
        ['tags', { a: 1 }],
        ['endpoints', { s3: 'no url' }],
        ['endpoints', { s3: 'https://127.0.0.1:1' }],
        ['roles.jobExecution', 'admin'],
        ['unknown', true],
      ] as const
    ).map(([path, value]): [string, unknown] => [`with ${path} ${JSON.stringify(value)}`, change(path, value)]),
  ];

  it.each(documents)('is judged as in TypeScript: %s', (_, document) => {
    const text = JSON.stringify(document);
    installation.write('document.json', text);
    const path = join(installation.folder, 'document.json');
    const [answer] = python([{ kind: 'document', operation: '', input: {}, environment: path }], installation) as {
      error?: { code: string; details: { field?: string } };
    }[];
    let expected: unknown;
    try {
      parseEnvironment(text, path);
    } catch (error) {
      const { code, details } = error as SealabError;
      expected = [code, details['field']];
    }
    expect(answer?.error === undefined ? undefined : [answer.error.code, answer.error.details.field]).toEqual(expected);
  });

  it('has a schema whose every keyword is looked at, as has the definition of a pipeline', () => {
    const { stdout } = spawnSync(
      'python3',
      ['-c', 'import json; from sealab_defaults.schema import KEYWORDS; print(json.dumps(list(KEYWORDS)))'],
      {
        encoding: 'utf8',
        env: installation.variables(),
      },
    );
    const known = new Set(JSON.parse(stdout) as string[]);
    const unknown: string[] = [];
    const visit = (schema: Record<string, unknown>): void => {
      unknown.push(...Object.keys(schema).filter((keyword) => !known.has(keyword)));
      for (const inner of Object.values((schema['properties'] ?? {}) as Record<string, Record<string, unknown>>)) visit(inner);
      for (const keyword of ['items', 'additionalProperties', 'propertyNames'])
        if (typeof schema[keyword] === 'object') visit(schema[keyword] as Record<string, unknown>);
      for (const keyword of ['oneOf', 'anyOf', '$defs'])
        Object.values((schema[keyword] ?? {}) as Record<string, Record<string, unknown>>).forEach(visit);
    };
    visit(environmentJsonSchema() as Record<string, unknown>);
    visit(pipelineJsonSchema() as Record<string, unknown>);
    expect(unknown).toEqual([]);
  });
});

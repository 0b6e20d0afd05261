import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { SealabError } from '@sealab/sdk/contract';
import type { Control, EnvironmentDescription } from '@sealab/sdk/contract';
import { fillSecureFields, guardS3 } from '@sealab/sdk/secure';
import { securePipelineRequest } from '../../sdk/src/secure/pipeline.ts';
import { wantedValues } from '../../sdk/src/secure/wanted.ts';
import { environment } from '../sdk/environment-fixture.ts';
import type { Installation } from './installation.ts';

/** A request, or an environment document, for both. */
export interface Case {
  readonly kind: 'sagemaker' | 's3' | 'pipeline' | 'document';
  readonly operation: string;
  readonly input: object;
  readonly environment: EnvironmentDescription | string;
}

/** As JSON carries it, without what is null: Python has one word for null and for missing. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).filter(([, one]) => one !== null))
        : inner,
    ),
  );

function filled({ kind, operation, input, environment: described }: Case): object {
  const where = described as EnvironmentDescription;
  if (kind === 's3') return guardS3(operation, input, where).input;
  return (kind === 'pipeline' ? securePipelineRequest : fillSecureFields)(operation, input, where).input;
}

/** What the TypeScript SDK makes of a case: `{result}` or `{error}`. */
export function typescript(one: Case): unknown {
  try {
    return plain({ result: filled(one) });
  } catch (error) {
    if (!(error instanceof SealabError)) throw error;
    const { code, message, remedy, details } = error;
    return plain({ error: { code, message, remedy, details } });
  }
}

/** What Python makes of them. */
export function python(cases: readonly Case[], installation: Installation): unknown[] {
  const { stdout, stderr } = spawnSync('python3', [join(import.meta.dirname, 'parity.py')], {
    input: cases.map((one) => JSON.stringify(one)).join('\n'),
    encoding: 'utf8',
    env: installation.variables(),
    maxBuffer: 1 << 28,
  });
  expect(stderr).toBe('');
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => plain(JSON.parse(line)));
}

/** A request with `values` at a path: one list element for each value where the path goes through a list. */
export function requestWith(path: string, ...values: unknown[]): object {
  const [first = '', ...rest] = path.split('.');
  const inner = (some: readonly unknown[]): unknown =>
    rest.length === 0 ? some[0] : requestWith(rest.join('.'), ...(some.length === 0 ? [] : some));
  if (!first.endsWith('[]')) return rest.length === 0 && values[0] === undefined ? {} : { [first]: inner(values) };
  return { [first.slice(0, -2)]: rest.length === 0 ? values : values.map((value) => inner([value])) };
}

const OTHERS: readonly unknown[] = [
  'wrong',
  '',
  true,
  false,
  0,
  1,
  'True',
  null,
  [],
  ['wrong'],
  { some: 'object' },
  's3://credit-risk-model',
  's3://credit-risk-model/out',
  's3://credit-risk-modelling/out',
  '141502667606.dkr.ecr.eu-west-1.amazonaws.com.evil.example/image:1',
  '111122223333.dkr.ecr.eu-west-1.amazonaws.com/sealab/mine@sha256:0',
  '111122223333.dkr.ecr.eu-west-1.amazonaws.com/sealabs/mine',
  'arn:aws:kms:eu-west-1:111122223333:alias/mine',
];

/** Every control with the right value, with each wanted one, with wrong ones, absent, in a list with others, and with a parent that is no object. */
export function casesOf(control: Control): object[] {
  const wanted = wantedValues(control, environment);
  const parents = control.path.split('.').slice(0, -1);
  return [
    {},
    requestWith(control.path, undefined),
    requestWith(control.path, wanted),
    requestWith(control.path, [...wanted, 'another']),
    ...wanted.map((value) => requestWith(control.path, value)),
    ...wanted.map((value) => requestWith(control.path, [value])),
    ...OTHERS.map((value) => requestWith(control.path, value)),
    requestWith(control.path, wanted[0], undefined, 'wrong'),
    requestWith(control.path, undefined, wanted[0]),
    ...parents.map((_, depth) =>
      requestWith(
        parents
          .slice(0, depth + 1)
          .join('.')
          .replace(/\[\]$/, ''),
        'no object',
      ),
    ),
  ];
}

/** With the keys of objects in order. */
export const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .map(([key, inner]) => [key, sorted(inner)] as const)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : value;

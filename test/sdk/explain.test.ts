import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainDenial, fillSecureFields, isDenial } from '@sealab/sdk/secure';
import { environment } from './environment-fixture.ts';

/** AWS messages as they are in "Troubleshoot access denied error messages" (IAM user guide) and in captured answers. */
interface Case {
  readonly title: string;
  readonly message: string;
  readonly operation?: string;
  /** Name of the error, `AccessDeniedException` unless given; and the service that answered, as IAM writes it. */
  readonly error?: string;
  readonly service?: string;
  /** The whole request; else the filled one with `change` put in and `remove` taken out. */
  readonly input?: object;
  readonly change?: Readonly<Record<string, unknown>>;
  readonly remove?: readonly string[];
  readonly expect: Readonly<Record<string, unknown>> & { readonly text?: string };
}

const folder = join(import.meta.dirname, '../cases/denials');
const files = readdirSync(folder).map((file) => [file, JSON.parse(readFileSync(join(folder, file), 'utf8')) as Case[]] as const);

const LEAST = {
  CreateTrainingJob: {
    TrainingJobName: 'a',
    OutputDataConfig: { S3OutputPath: 's3://credit-risk-model/x' },
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
  },
  CreateModel: { ModelName: 'a' },
};

function requestOf({ operation, input, change, remove }: Case): object | undefined {
  if (input !== undefined || operation === undefined) return input;
  const filled = fillSecureFields(operation, LEAST[operation as keyof typeof LEAST], environment).input as Record<string, unknown>;
  for (const field of remove ?? []) Reflect.deleteProperty(filled, field);
  for (const [field, value] of Object.entries(change ?? {})) {
    filled[field] = typeof value === 'object' && value !== null ? { ...(filled[field] as object), ...value } : value;
  }
  return filled;
}

describe.each(files)('%s', (_file, cases) => {
  it.each(cases.map((one) => [one.title, one] as const))('%s', (_title, one) => {
    const error = Object.assign(new Error(one.message), { name: one.error ?? 'AccessDeniedException' });
    const { control, ...why } = explainDenial(error, one.operation, requestOf(one), environment, one.service);
    const { text, ...rest } = one.expect;
    expect({ ...why, control: control?.id }).toMatchObject(rest);
    if (text !== undefined) expect(why.text).toContain(text);
    expect(why.text).toMatch(/\S/);
    expect(why.line).toMatch(/\S/);
  });
});

describe('what Sealab itself refused', () => {
  const refused = (operation: string, input: object): unknown => {
    try {
      fillSecureFields(operation, input, environment);
    } catch (error) {
      return error;
    }
    throw new Error('it was not refused');
  };

  it.each([
    [
      'CreateTrainingJob',
      { EnableInterContainerTrafficEncryption: false },
      'CreateTrainingJob.TrafficEncryption',
      'EnableInterContainerTrafficEncryption: true',
    ],
    [
      'CreateTrainingJob',
      { ResourceConfig: { VolumeKmsKeyId: 'other' } },
      'CreateTrainingJob.VolumeKey',
      `ResourceConfig: { VolumeKmsKeyId: "${environment.keys.volume}" }`,
    ],
    ['StartSession', {}, undefined, undefined],
  ])('%s %j is the contract’s wall', (operation, input, control, line) => {
    const why = explainDenial(refused(operation, input), undefined, undefined, environment);
    expect([why.wall, why.control?.id]).toEqual(['contract', control]);
    if (line !== undefined) expect(why.line).toBe(line);
    expect(why.line).toMatch(/\S/);
  });
});

it('says so when no policy refused', () => {
  const error = Object.assign(new Error('Training job names must be unique'), { name: 'ResourceInUse' });
  expect(explainDenial(error, 'CreateTrainingJob', {}, environment)).toMatchObject({
    control: undefined,
    text: expect.stringContaining('No policy refused this'),
  });
});

describe('isDenial', () => {
  it.each([
    [{ name: 'AccessDeniedException' }, true],
    [{ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }, true],
    [{ name: 'UnauthorizedOperation', message: 'You are not authorized to perform this operation.' }, true],
    [{ name: 'ValidationException', message: 'User: a is not authorized to perform: iam:PassRole on resource: b' }, true],
    [{ name: 'InvalidClientTokenId', $metadata: { httpStatusCode: 403 } }, false],
    [{ name: 'ExpiredTokenException', $metadata: { httpStatusCode: 403 } }, false],
    [{ name: 'SignatureDoesNotMatch', $metadata: { httpStatusCode: 403 } }, false],
    [{ name: 'AccessForbidden', $metadata: { httpStatusCode: 400 } }, true],
    [{ name: 'ResourceInUse' }, false],
    ['text', false],
    [undefined, false],
  ])('%j: %s', (error, denied) => expect(isDenial(error)).toBe(denied));
});

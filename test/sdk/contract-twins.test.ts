import { describe, expect, it } from '@jest/globals';
import { CONTROLS, placesAt, scopesAt, valuesAt } from '@sealab/sdk/contract';
import type { Control, OperationName } from '@sealab/sdk/contract';
import { controlStates, fillSecureFields, findViolations } from '@sealab/sdk/secure';
import { copyOf } from '../../sdk/src/secure/copy.ts';
import { environment, isolatedOnly } from './environment-fixture.ts';
import { refusal } from './refusals.ts';
import { leastInput, misfits } from './sagemaker-model.ts';

/** Sets any path, making lists of one element where it goes through a list. */
function withValue<T extends object>(root: T, path: string, value: unknown): T {
  const copy = copyOf(root);
  let object = copy as Record<string, unknown>;
  const parts = path.split('.');
  for (const part of parts.slice(0, -1)) {
    const each = part.endsWith('[]');
    const name = each ? part.slice(0, -2) : part;
    object[name] ??= each ? [{}] : {};
    object = (each ? (object[name] as unknown[])[0] : object[name]) as Record<string, unknown>;
  }
  object[parts.at(-1) ?? ''] = value;
  return copy;
}

const WRONG: Readonly<Record<Control['match'], unknown>> = {
  equals: 'arn:aws:kms:eu-west-1:999999999999:key/99999999-9999-9999-9999-999999999999',
  'one-of': 'ml.p5.48xlarge',
  subset: ['subnet-0dead'],
  true: false,
  false: true,
  absent: 'anything',
  'in-bucket': 's3://credit-risk-model.elsewhere/x',
  'in-registry': '141502667606.dkr.ecr.eu-west-1.amazonaws.com.elsewhere.example/image:1',
};

/** What a caller may choose; `undefined` where leaving the field out is right. */
function choiceOf({ match, wanted }: Control): unknown {
  const [first] = 'environment' in wanted ? valuesAt(isolatedOnly, wanted.environment) : [wanted.constant];
  switch (match) {
    case 'in-bucket':
      return `s3://${String(first)}/x`;
    case 'in-registry':
      return environment.images['scikit-learn'];
    case 'subset':
      return [first];
    case 'absent':
      return undefined;
    default:
      return first;
  }
}

const all: readonly (readonly [string, Control])[] = Object.values(CONTROLS)
  .flatMap((controls: readonly Control[]) => controls)
  .map((control) => [control.id, control]);

/**
 * The least that a caller gives: what the service model requires, without what the contract fills in by itself, and
 * with right values where the caller has to choose.
 */
function leastOf(operation: Control['operation']): object {
  let input: object = leastInput(operation);
  for (const control of CONTROLS[operation] as readonly Control[]) {
    const [place] = placesAt(input, control.path);
    if (place?.value !== undefined) input = withValue(input, control.path, control.fill === 'never' ? choiceOf(control) : undefined);
  }
  return input;
}
const LEAST = Object.fromEntries(Object.keys(CONTROLS).map((operation) => [operation, leastOf(operation as OperationName)]));

/** The same with the object in which the control holds: an element of a list, or what the caller may leave out. */
function base(control: Control): object {
  const least = LEAST[control.operation] ?? {};
  const scope = control.path.includes('[].') ? control.path.slice(0, control.path.lastIndexOf('[].')) : control.within;
  if (scope === undefined || scopesAt(least, control.path, control.within).length > 0) return least;
  return withValue(least, scope, control.path.includes('[].') ? [{}] : {});
}
const filled = (control: Control, input = base(control)) => fillSecureFields(control.operation as string, input, isolatedOnly).input;
/** A Describe answer has the request's fields, some under another name. */
const described = (control: Control, request: object): object => {
  let answer = copyOf(request);
  for (const other of CONTROLS[control.operation] as readonly Control[]) {
    if (other.describePath === null || other.describePath === other.path) continue;
    const [place] = placesAt(request, other.path);
    if (place?.value !== undefined) answer = withValue(answer, other.describePath, place.value);
  }
  return answer;
};

describe.each(all)('%s', (_id, control) => {
  const { operation, path, match, fill, describePath } = control;
  const choice = choiceOf(control);
  const kept = filled(control, choice === undefined || fill === 'always' ? base(control) : withValue(base(control), path, choice));
  const wrong = withValue(filled(control), path, WRONG[match]);

  it('is kept by what the SDK sends', () => {
    expect(findViolations(operation, kept, isolatedOnly, 'request')).toEqual([]);
    expect(findViolations(operation, described(control, kept), isolatedOnly, 'describe')).toEqual([]);
    expect(controlStates(operation, described(control, kept), isolatedOnly).filter(({ status }) => status === 'broken')).toEqual([]);
  });

  it('refuses another value before anything is sent', () => {
    const { code, details, remedy } = refusal(() => fillSecureFields(operation as string, wrong, isolatedOnly));
    expect(code).toBe('SecureFieldConflict');
    expect(details).toMatchObject({ control: control.id, given: WRONG[match] });
    expect(details['field']).toBe(path.replaceAll('[]', '[0]'));
    expect(details['source']).toBe('constant' in control.wanted ? 'the contract' : `${control.wanted.environment} of the environment`);
    expect(remedy).toBe(control.remedy);
  });

  it('is found broken by value, in the request and in Describe', () => {
    const ids = (found: ReturnType<typeof findViolations>) => found.map((violation) => violation.control.id);
    expect(ids(findViolations(operation, wrong, isolatedOnly, 'request'))).toContain(control.id);
    if (describePath !== null) {
      const answer = withValue(described(control, kept), describePath, WRONG[match]);
      expect(ids(findViolations(operation, answer, isolatedOnly, 'describe'))).toContain(control.id);
    }
  });

  if (fill !== 'never' && match !== 'false') {
    it('is found broken where it is missing', () => {
      const bare = withValue(kept, path, undefined);
      expect(findViolations(operation, bare, isolatedOnly, 'request').map((violation) => violation.control.id)).toContain(control.id);
    });
  }

  if (fill === 'always') {
    it('is written from the environment when the caller leaves it out', () => {
      const { fields } = fillSecureFields(operation as string, base(control), isolatedOnly);
      expect(fields.find((field) => field.control === control.id)).toMatchObject({
        location: path.replaceAll('[]', '[0]'),
        origin: 'constant' in control.wanted ? 'contract' : 'environment',
      });
    });
  }
});

describe.each(Object.keys(CONTROLS) as OperationName[])('%s', (operation) => {
  it('is sent with what the service model requires, and with nothing that it does not know', () => {
    const { input } = fillSecureFields(operation as string, LEAST[operation] ?? {}, isolatedOnly);
    expect(misfits(operation, input)).toEqual([]);
    expect(findViolations(operation, input, isolatedOnly, 'request')).toEqual([]);
  });
});

describe('the contract', () => {
  it('has a reason wherever no condition key enforces a control, and one sentence for people', () => {
    for (const [, control] of all) {
      expect([control.id, control.conditionKey === null ? control.noConditionKey : control.conditionKey]).toEqual([
        control.id,
        expect.stringMatching(/./),
      ]);
      expect(control.because).toMatch(/^[A-Z].*\.$/);
      expect(control.remedy).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('has no name twice', () => {
    expect(new Set(all.map(([id]) => id)).size).toBe(all.length);
  });
});

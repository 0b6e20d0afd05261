import { valuesAt } from '@sealab/sdk/contract';
import type { Control, EnvironmentDescription } from '@sealab/sdk/contract';

type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** A Deny as it stands in a policy document. */
export interface DenyStatement {
  readonly Sid: string;
  readonly Effect: 'Deny';
  readonly Action: readonly string[];
  readonly Resource: '*';
  readonly Condition: Condition;
}

/**
 * The IAM statements that refuse what the contract does not want, for the controls that have a condition key.
 *
 * Keys within one statement are ANDed, so every key has statements of its own. Set operators and booleans do not match
 * an absent key, so where the field is always wanted a `Null` statement stands beside them; `StringNotEquals` matches an
 * absent key by itself. The one exception: where a key is demanded only with an enclosing object, the key that tells of
 * that object stands beside it. Controls with the same key and the same wanted value share their statements, which keeps the
 * policy within IAM's size however many operations are covered.
 *
 * @param environment may hold CDK tokens; lists of tokens must be lists, not one token.
 */
export function policyFromControls(controls: readonly Control[], environment: EnvironmentDescription): readonly DenyStatement[] {
  const groups = new Map<string, { sid: string; actions: Set<string>; condition: Condition }>();
  for (const control of controls) {
    for (const [name, condition] of refusals(control, environment)) {
      const group = JSON.stringify(condition);
      const found = groups.get(group);
      const action = `sagemaker:${control.operation}`;
      if (found === undefined) groups.set(group, { sid: `${control.id.replace('.', '')}${name}`, actions: new Set([action]), condition });
      else found.actions.add(action);
    }
  }
  return [...groups.values()].map(({ sid, actions, condition }) => ({
    Sid: sid,
    Effect: 'Deny',
    Action: [...actions],
    Resource: '*',
    Condition: condition,
  }));
}

/** The conditions under which one control refuses, each with a word for the statement's id. */
function refusals(control: Control, environment: EnvironmentDescription): readonly (readonly [string, Condition])[] {
  const { conditionKey: key, match, demanded } = control;
  if (key === null || isRelaxed(control, environment)) return [];
  const wanted = wantedValues(control, environment);
  // Where an enclosing object is the caller's choice, another key tells that it was given: the two are meant to be ANDed.
  const given = demanded === 'always' || demanded === 'never' ? undefined : demanded;
  const missing: Condition = { Null: given === undefined ? { [key]: 'true' } : { [given]: 'false', [key]: 'true' } };
  const absent = demanded === 'never' ? [] : [['Absent', missing] as const];

  switch (match) {
    case 'subset':
    case 'one-of':
      return [['Other', { 'ForAnyValue:StringNotEquals': { [key]: wanted } }], ...absent];
    case 'true':
    case 'false':
      return [['Other', { Bool: { [key]: match === 'true' ? 'false' : 'true' } }], ...absent];
    case 'equals':
      return [
        [
          'Other',
          demanded === 'always'
            ? { StringNotEquals: { [key]: wanted } }
            : { Null: { [given ?? key]: 'false' }, StringNotEquals: { [key]: wanted } },
        ],
      ];
    case 'absent':
      return [['Given', { Null: { [key]: 'false' } }]];
    case 'in-bucket':
      return [
        [
          'Other',
          {
            Null: { [key]: 'false' },
            StringNotLike: { [key]: [wanted].flat().flatMap((bucket) => [`s3://${bucket}`, `s3://${bucket}/*`]) },
          },
        ],
      ];
    case 'in-registry':
      throw new TypeError(`${control.id}: IAM cannot compare ${match}; such a control has no condition key.`);
  }
}

const isRelaxed = ({ relaxedBy }: Control, environment: EnvironmentDescription): boolean =>
  relaxedBy !== undefined && valuesAt(environment, relaxedBy)[0] === true;

/** One value as a string, several as a list, as IAM writes them. */
function wantedValues({ id, wanted }: Control, environment: EnvironmentDescription): string | readonly string[] {
  const values = 'constant' in wanted ? [wanted.constant] : valuesAt(environment, wanted.environment);
  if (values.length === 0) throw new RangeError(`${id}: the environment has no value to compare with.`);
  const texts = values.map(String);
  return texts.length === 1 && texts[0] !== undefined ? texts[0] : texts;
}

import { placesAt, scopesAt, SealabError, setAt } from '../contract/index.ts';
import type { Control, EnvironmentDescription, OperationName, Operations } from '../contract/index.ts';
import type { FilledField, Origin } from './api.ts';
import { copyOf } from './copy.ts';
import { matches } from './match.ts';
import { controlsOf, takesTags } from './operation.ts';
import { isRelaxed, sourceOf, valueToWrite, wantedToShow } from './wanted.ts';

/** A request as it will be sent, and where each security value in it comes from. */
export interface Filled<T> {
  readonly input: T;
  readonly fields: readonly FilledField[];
}

/**
 * The values that something may stand for which is known later (a parameter of a pipeline); `undefined` for a value that
 * is one already. A reference that may stand for anything gives itself, which no rule accepts; one that is known to be right gives none.
 */
export type Resolve = (value: unknown, control: Control) => readonly unknown[] | undefined;

/**
 * Writes the environment's security values into a SageMaker request. The caller's request is not changed; what the
 * caller gave is kept when the contract allows it and refused otherwise, never replaced.
 *
 * @throws SealabError `SecureFieldConflict` (details: field, given, required, source, control), `OperationNotCovered`.
 */
export function fillSecureFields<Op extends OperationName>(
  operation: Op,
  input: Partial<Operations[Op]['input']>,
  environment: EnvironmentDescription,
): Filled<Operations[Op]['input']>;
export function fillSecureFields<T extends object>(
  operation: string,
  input: T,
  environment: EnvironmentDescription,
  resolve?: Resolve,
): Filled<T>;
export function fillSecureFields(operation: string, input: object, environment: EnvironmentDescription, resolve?: Resolve): Filled<object> {
  const request = copyOf(input) as Record<string, unknown>;
  const fields: FilledField[] = [];
  for (const control of controlsOf(operation)) fillOne(control, request, environment, fields, resolve);
  if (takesTags(operation)) mergeTags(request, environment, fields);
  return { input: request, fields };
}

function fillOne(
  control: Control,
  request: Record<string, unknown>,
  environment: EnvironmentDescription,
  fields: FilledField[],
  resolve: Resolve | undefined,
): void {
  const written = (location: string, value: unknown, origin: Origin) =>
    fields.push({ control: control.id, title: control.title, because: control.because, location, value, origin });
  const own: Origin = 'constant' in control.wanted ? 'contract' : 'environment';

  for (const { location: scope, object, rest } of scopesAt(request, control.path, control.within)) {
    const at = (location: string) => (scope === '' ? location : `${scope}.${location}`);
    const places = placesAt(object, rest);
    if (places.length === 0 && control.fill === 'always') {
      const value = valueToWrite(control, environment);
      refuseOtherParents(control, object, rest, at, environment);
      setAt(object, rest, value);
      written(at(rest), value, own);
    }
    for (const { location, parent, name, value } of places) {
      if (value !== undefined && value !== null) {
        const values = resolve?.(value, control) ?? [value];
        if (!values.every((one) => matches(control, one, environment))) throw conflict(control, at(location), value, environment);
        written(at(location), value, 'caller');
      } else if (control.fill !== 'never' && control.match !== 'absent') {
        const filled = valueToWrite(control, environment);
        parent[name] = filled;
        written(at(location), filled, own);
      }
    }
  }
}

/** `VpcConfig: 'none'` may not be replaced by an object: that would be a silent change of what the caller gave. Fields set on a list would not be sent. */
function refuseOtherParents(
  control: Control,
  object: Record<string, unknown>,
  rest: string,
  at: (location: string) => string,
  environment: EnvironmentDescription,
): void {
  const names = rest.split('.');
  for (let depth = 1; depth < names.length; depth++) {
    const path = names.slice(0, depth).join('.');
    const [place] = placesAt(object, path);
    if (place?.value !== undefined && place.value !== null && (typeof place.value !== 'object' || Array.isArray(place.value)))
      throw conflict(control, at(path), place.value, environment);
  }
}

const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

function conflict(control: Control, field: string, given: unknown, environment: EnvironmentDescription): SealabError {
  const required = wantedToShow(control, environment);
  const source = sourceOf(control);
  const choice = Array.isArray(required) && control.match !== 'subset' ? 'one of ' : control.match === 'in-bucket' ? 'a location in ' : '';
  const asked = isRelaxed(control, environment) ? ' or its opposite' : '';
  return new SealabError(
    'SecureFieldConflict',
    `${field}: ${show(given)} was given, ${choice}${show(required)}${asked} is required (${source}). ${control.because}`,
    { remedy: control.remedy, details: { field, given, required, source, control: control.id } },
  );
}

interface Tag {
  readonly Key?: string;
  readonly Value?: string;
}

function mergeTags(request: Record<string, unknown>, environment: EnvironmentDescription, fields: FilledField[]): void {
  const given = (Array.isArray(request['Tags']) ? request['Tags'] : []) as Tag[];
  const added: Tag[] = [];
  const because = 'Costs, owners and access rules are found by these tags.';
  for (const [Key, Value] of Object.entries(environment.tags)) {
    const own = given.find((tag) => tag.Key === Key);
    if (own !== undefined && own.Value !== Value) {
      throw new SealabError(
        'SecureFieldConflict',
        `Tags: ${Key}=${own.Value ?? ''} was given, ${Key}=${Value} is required (tags of the environment).`,
        {
          remedy: `Leave the tag ${Key} out: Sealab adds it from the environment.`,
          details: { field: `Tags[${Key}]`, given: own.Value, required: Value, source: 'tags of the environment', control: 'Tags' },
        },
      );
    }
    if (own === undefined) added.push({ Key, Value });
    fields.push({
      control: 'Tags',
      title: 'Project tag',
      because,
      location: `Tags[${Key}]`,
      value: Value,
      origin: own === undefined ? 'environment' : 'caller',
    });
  }
  if (added.length > 0 || given.length > 0) request['Tags'] = [...given, ...added];
}

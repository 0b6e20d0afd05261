import { placesAt, scopesAt } from '../contract/index.ts';
import type { Control, EnvironmentDescription } from '../contract/index.ts';
import type { ControlState, Seal, SealStatus } from '../posture/api.ts';
import type { Violation } from './api.ts';
import { matches, mayBeMissing } from './match.ts';
import { controlsOf } from './operation.ts';
import { wantedToShow } from './wanted.ts';

/** Which of the two forms of a resource is looked at: the request that makes it, or what Describe answers. */
export type Shape = 'request' | 'describe';

interface Finding {
  readonly control: Control;
  readonly location: string;
  readonly found: unknown;
  /** `undefined`: this shape does not carry the field. */
  readonly kept: boolean | undefined;
}

/** Every control of the operation against one resource, kept or not. */
function examine(operation: string, resource: unknown, environment: EnvironmentDescription, shape: Shape): Finding[] {
  const findings: Finding[] = [];
  for (const control of controlsOf(operation)) examineOne(control, resource, environment, shape, findings);
  return findings;
}

function examineOne(control: Control, resource: unknown, environment: EnvironmentDescription, shape: Shape, findings: Finding[]): void {
  const path = shape === 'request' ? control.path : control.describePath;
  const missing = (location: string, kept: boolean | undefined) => findings.push({ control, location, found: undefined, kept });
  // What Describe does not return is shown as not verified, unless leaving it out is right: then the request alone can tell.
  if (path === null) {
    if (!mayBeMissing(control, environment)) missing(control.path, undefined);
    return;
  }
  const scopes = scopesAt(resource, path, control.within);
  if (scopes.length === 0) missing(path, true);
  for (const { location: scope, object, rest } of scopes) {
    const at = (location: string) => (scope === '' ? location : `${scope}.${location}`);
    const places = placesAt(object, rest);
    // The enclosing object is missing: of consequence only where the field has to be there in any case.
    if (places.length === 0) missing(at(rest), control.fill !== 'always' || mayBeMissing(control, environment));
    for (const { location, value } of places) {
      if (value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0))
        missing(at(location), mayBeMissing(control, environment));
      else findings.push({ control, location: at(location), found: value, kept: matches(control, value, environment) });
    }
  }
}

/**
 * What is not as the contract wants it, by value: a foreign subnet is found as well as a missing one.
 *
 * @param shape `request` for a request (also the parameters of a CloudTrail event, first letters in upper case), `describe` for a Describe answer.
 * @throws SealabError `OperationNotCovered`.
 */
export function findViolations(operation: string, resource: unknown, environment: EnvironmentDescription, shape: Shape): Violation[] {
  return examine(operation, resource, environment, shape).flatMap(({ control, location, found, kept }) =>
    kept === false ? [{ control, location, found, wanted: wantedToShow(control, environment) }] : [],
  );
}

const text = (value: unknown): string =>
  Array.isArray(value) ? value.map(text).join(', ') : typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);

const wantedText = (control: Control, environment: EnvironmentDescription): string => {
  const wanted = text(wantedToShow(control, environment));
  switch (control.match) {
    case 'one-of':
      return `one of ${wanted}`;
    case 'subset':
      return `some of ${wanted}`;
    case 'in-bucket':
      return `a location in ${wanted}`;
    case 'in-registry':
      return `an image from ${wanted}`;
    case 'absent':
      return 'nothing';
    default:
      return wanted;
  }
};

/** The worst of several: one broken makes broken, one not verified makes not verified; nothing at all was not verified. */
export const worst = (statuses: readonly SealStatus[]): SealStatus =>
  statuses.includes('broken') ? 'broken' : statuses.includes('not-verified') || statuses.length === 0 ? 'not-verified' : 'sealed';

/** Every control of the operation on one resource, wanted beside found. */
export function controlStates(
  operation: string,
  resource: unknown,
  environment: EnvironmentDescription,
  shape: Shape = 'describe',
): ControlState[] {
  return examine(operation, resource, environment, shape).map(({ control, location, found, kept }) => ({
    control: control.id,
    title: control.title,
    because: control.because,
    location,
    status: kept === undefined ? 'not-verified' : kept ? 'sealed' : 'broken',
    wanted: wantedText(control, environment),
    found: found === undefined ? undefined : text(found),
    remedy: control.remedy,
  }));
}

/** The seal of a resource, of the states of all its controls. */
export function sealOf(resource: string, controls: readonly ControlState[]): Seal {
  const count = (status: SealStatus) => controls.filter((control) => control.status === status).length;
  return {
    resource,
    status: worst(controls.map(({ status }) => status)),
    sealed: count('sealed'),
    broken: count('broken'),
    notVerified: count('not-verified'),
    controls,
  };
}

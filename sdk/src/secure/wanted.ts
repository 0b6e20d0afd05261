import { valuesAt } from '../contract/index.ts';
import type { Control, EnvironmentDescription } from '../contract/index.ts';

/** Every value that the environment (or the contract itself) allows for a control: one for scalars, several for lists. */
export function wantedValues(control: Control, environment: EnvironmentDescription): readonly unknown[] {
  return 'constant' in control.wanted ? [control.wanted.constant] : valuesAt(environment, control.wanted.environment);
}

/** The value that the SDK writes: the whole list for `subset`, one value for everything else. */
export function valueToWrite(control: Control, environment: EnvironmentDescription): unknown {
  const values = wantedValues(control, environment);
  return control.match === 'subset' ? [...values] : values[0];
}

/** What to show as wanted: a list where there is a choice. */
export function wantedToShow(control: Control, environment: EnvironmentDescription): unknown {
  const values = wantedValues(control, environment);
  if (control.match === 'absent') return undefined;
  return control.match === 'one-of' || control.match === 'subset' || control.match === 'in-registry' ? [...values] : values[0];
}

/** Whether the environment leaves the choice of this field to the caller. */
export const isRelaxed = (control: Control, environment: EnvironmentDescription): boolean =>
  control.relaxedBy !== undefined && valuesAt(environment, control.relaxedBy)[0] === true;

/** Where the wanted value comes from, for messages: `keys.volume of the environment`. */
export const sourceOf = (control: Control): string =>
  'constant' in control.wanted ? 'the contract' : `${control.wanted.environment} of the environment`;

import { CONTROLS } from '../contract/index.ts';
import type { EnvironmentDescription, OperationName } from '../contract/index.ts';
import type { SecureField } from './api.ts';
import { isRelaxed, wantedToShow } from './wanted.ts';

/** The security fields of an operation with their values in this environment, for forms, tables and documentation. */
export function secureFields(operation: OperationName, environment: EnvironmentDescription): SecureField[] {
  return CONTROLS[operation].map((control) => ({
    control: control.id,
    title: control.title,
    because: control.because,
    path: control.path,
    wanted: wantedToShow(control, environment),
    locked: control.fill === 'always' && !isRelaxed(control, environment),
    conditionKey: control.conditionKey,
  }));
}

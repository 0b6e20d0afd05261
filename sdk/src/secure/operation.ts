import { CONTROLS, GUARDED_BY_REFERENCE, isReadOnly, SealabError } from '../contract/index.ts';
import type { Control, OperationName } from '../contract/index.ts';

export const isCovered = (operation: string): operation is OperationName => Object.hasOwn(CONTROLS, operation);

/** Controls of a SageMaker operation; none for one that only reads or is guarded by what it refers to. Throws `OperationNotCovered`. */
export function controlsOf(operation: string): readonly Control[] {
  if (isCovered(operation)) return CONTROLS[operation];
  if (Object.hasOwn(GUARDED_BY_REFERENCE, operation) || isReadOnly(operation)) return [];
  throw new SealabError(
    'OperationNotCovered',
    `${operation} is not covered by the contract, so it may not be sent from this environment.`,
    {
      remedy: 'Use one of the covered operations, or ask your administrator to have it covered.',
      details: { operation, covered: Object.keys(CONTROLS) },
    },
  );
}

/** Operations whose request takes `Tags`; what the others create cannot be labelled at birth. */
export const takesTags = (operation: string): boolean => isCovered(operation) || operation === 'CreateEndpoint';

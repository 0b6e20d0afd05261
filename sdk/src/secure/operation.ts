import { CONTROLS, GUARDED_BY_REFERENCE, isReadOnly, REFUSED, SealabError } from '../contract/index.ts';
import type { Control, OperationName } from '../contract/index.ts';

export const isCovered = (operation: string): operation is OperationName => Object.hasOwn(CONTROLS, operation);

/** Controls of a SageMaker operation; none for one that only reads or is guarded by what it refers to. Throws `OperationNotCovered`. */
export function controlsOf(operation: string): readonly Control[] {
  if (isCovered(operation)) return CONTROLS[operation];
  if (Object.hasOwn(GUARDED_BY_REFERENCE, operation) || isReadOnly(operation)) return [];
  const because = Object.hasOwn(REFUSED, operation) ? REFUSED[operation] : undefined;
  throw new SealabError(
    'OperationNotCovered',
    because === undefined
      ? `${operation} is not covered by the contract, so it may not be sent from this environment.`
      : `${operation} is refused in this environment. ${because}`,
    {
      remedy:
        because === undefined
          ? 'Use one of the covered operations, or ask your administrator to have it covered.'
          : 'Use one of the covered operations, or ask your administrator.',
      details: { operation, because, covered: Object.keys(CONTROLS) },
    },
  );
}

/**
 * Covered operations whose request has no `Tags`. A model package has them in the request, but refuses them where it is
 * a version in a group, which inherits the group's.
 */
const WITHOUT_TAGS = /^Update|^StartPipelineExecution$|^CreateModelCardExportJob$|^CreateModelPackage$/;

/** Operations whose request takes `Tags`; what the others create cannot be labelled at birth. */
export const takesTags = (operation: string): boolean =>
  isCovered(operation) ? !WITHOUT_TAGS.test(operation) : /^Create(Endpoint|ModelPackageGroup)$/.test(operation);

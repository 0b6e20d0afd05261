import { isListed, list } from '../../../listing/list.ts';
import { ok, problem, unknown } from '../check.ts';
import type { Finding, PreflightCheck } from '../check.ts';

/** `TrainingJobName` → `training-jobs`, as lists name the kinds. */
const kindOf = (field: string): string =>
  `${field
    .replace(/Name$/, '')
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()}s`;

/** Nothing of that name is there already. */
export const name: PreflightCheck = {
  name: 'name',
  ask: ({ context, facts, signal }) =>
    Promise.all(
      facts.names.map(async ({ value, field }): Promise<Finding> => {
        const kind = kindOf(field);
        if (!isListed(kind)) return unknown(`Whether ${value} is taken: this lab does not list ${kind}.`, field);
        // The list tells names that contain it; SageMaker compares names as they are written.
        for await (const { name: taken, status } of list(context, kind, { nameContains: value, signal })) {
          if (taken === value)
            return problem(`${value} is taken${status === undefined ? '' : ` (${status})`}.`, 'Give another name, or none.', field);
        }
        return ok(`${value} is free.`, field);
      }),
    ),
};

import { list } from '../../../listing/list.ts';
import { isListed, KINDS } from '../../../listing/kinds.ts';
import { ok, problem, unknown } from '../check.ts';
import type { Finding, PreflightCheck } from '../check.ts';

/** Kinds that lists call otherwise than SageMaker's requests. */
const LISTED_AS: Readonly<Record<string, string>> = { 'hyper-parameter-tuning-jobs': 'tuning-jobs', 'auto-mljobs': 'automl-jobs' };

/** `TrainingJobName` → `training-jobs`, as lists name the kinds. */
const kindOf = (field: string): string => {
  const kind = `${field
    .replace(/Name$/, '')
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()}s`;
  return LISTED_AS[kind] ?? kind;
};

/** Nothing of that name is there already. */
export const name: PreflightCheck = {
  name: 'name',
  ask: ({ context, facts, signal }) =>
    Promise.all(
      facts.names.map(async ({ value, field }): Promise<Finding> => {
        const kind = kindOf(field);
        if (!isListed(kind)) return unknown(`Whether ${value} is taken: this lab does not list ${kind}.`, field);
        const named = KINDS[kind].filters.nameContains === undefined ? { namePrefix: value } : { nameContains: value };
        // The list tells names that contain it; SageMaker compares names as they are written.
        for await (const { name: taken, status } of list(context, kind, { ...named, signal })) {
          if (taken !== value) continue;
          if (kind === 'pipelines') return ok(`${value} is there already: it is brought up to date.`, field);
          return problem(`${value} is taken${status === undefined ? '' : ` (${status})`}.`, 'Give another name, or none.', field);
        }
        return ok(`${value} is free.`, field);
      }),
    ),
};

import { zValidator } from '@hono/zod-validator';
import { SealabError } from '@sealab/sdk';
import type { ValidationTargets } from 'hono';
import type { ZodType } from 'zod';

/** zod at the boundary: what does not fit becomes `InvalidInput`, naming the first field and what it must be. */
export const validated = <T extends ZodType, Target extends keyof ValidationTargets>(target: Target, schema: T) =>
  zValidator(target, schema, (result) => {
    if (result.success) return;
    const issues = result.error.issues.map(({ path, message }) => ({ field: path.map(String).join('.'), message }));
    const first = issues[0];
    throw new SealabError('InvalidInput', first === undefined ? 'The input is not valid.' : `${first.field || 'input'}: ${first.message}`, {
      remedy: 'Correct the field, then try again.',
      details: { issues },
    });
  });

import type { Lab, ResourceKind } from '@sealab/sdk';
import { z } from 'zod';

/** Search, filters and paging, the same for every list. */
export const ListQuery = z.strictObject({
  search: z
    .string()
    .max(63)
    .regex(/^[a-zA-Z0-9-]*$/, 'Names hold letters, digits and hyphens only.')
    .optional(),
  status: z
    .string()
    .max(40)
    .regex(/^[A-Za-z]*$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  next: z.string().max(8192).optional(),
});
export type ListQuery = z.output<typeof ListQuery>;

/** One page, newest first. */
export async function pageOf(lab: Lab, kind: ResourceKind, { search, status, limit, next }: ListQuery) {
  const listing = lab.list(kind, { pageSize: limit, ...(search && { nameContains: search }), ...(status && { status }) });
  const { items, nextToken } = await listing.page(next);
  return { items: items.map(({ name, status, createdAt, endedAt }) => ({ name, status, createdAt, endedAt })), next: nextToken };
}

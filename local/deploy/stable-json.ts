import { createHash } from 'node:crypto';

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
};

/** JSON that does not depend on the order in which keys were written. */
export const stableJson = (value: unknown): string => JSON.stringify(sorted(value) ?? null);
export const digest = (value: unknown): string => createHash('sha256').update(stableJson(value)).digest('hex');

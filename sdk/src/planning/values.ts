import type { PlannedCall, PlannedValue } from './api.ts';

/** A value of a request that is no object or list itself, and its path with indices. */
export interface Leaf {
  readonly path: string;
  readonly value: unknown;
}

/** Every value in a request, depth first, in the order of the request. */
export function* leaves(value: unknown, path = ''): Generator<Leaf> {
  if (value === undefined) return;
  if (Array.isArray(value)) {
    for (const [index, item] of (value as unknown[]).entries()) yield* leaves(item, `${path}[${String(index)}]`);
  } else if (typeof value === 'object' && value !== null && !(value instanceof Date) && !(value instanceof Uint8Array)) {
    for (const [name, item] of Object.entries(value)) yield* leaves(item, path === '' ? name : `${path}.${name}`);
  } else yield { path, value };
}

/** Whether `path` is `location` or lies in it. */
export const isBelow = (path: string, location: string): boolean =>
  path.startsWith(location) && ['.', '[', undefined].includes(path[location.length]);

/** Each value of a call as it would be sent, where it comes from, and whether it was asked for. */
export function plannedValues({ asked, input, fields }: PlannedCall): PlannedValue[] {
  const before = new Map([...leaves(asked)].map(({ path, value }) => [path, value]));
  return [...leaves(input)].map(({ path, value }) => {
    const added = !before.has(path) || before.get(path) !== value;
    const filled = fields.find(({ location }) => isBelow(path, location));
    return { path, value, origin: filled?.origin ?? (added ? 'environment' : 'caller'), added };
  });
}

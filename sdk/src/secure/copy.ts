/** A deep copy of plain objects and lists; streams, buffers, dates and the like are kept as they are. */
export function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => copyOf(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) result[key] = copyOf((value as Record<string, unknown>)[key]);
  return result as T;
}

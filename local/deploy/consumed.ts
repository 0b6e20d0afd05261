/**
 * Watches which properties a resource file reads, so that one which its schema declares and its code forgets is an error
 * and not a silent drop.
 */
export function watched<T extends object>(properties: T): { readonly value: T; unread(): string[] } {
  const read = new Set<string>();
  const watch = <V>(value: V, path: string): V => {
    if (typeof value !== 'object' || value === null) return value;
    return new Proxy(value, {
      get(target, key, receiver) {
        const item: unknown = Reflect.get(target, key, receiver);
        if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return item;
        const place = path === '' ? key : `${path}.${key}`;
        read.add(place);
        return watch(item, place);
      },
    });
  };
  const leaves = (value: unknown, path: string): string[] => {
    if (typeof value !== 'object' || value === null) return value === undefined || read.has(path) ? [] : [path];
    if (path !== '' && !read.has(path)) return [path];
    return Object.entries(value).flatMap(([key, item]) => leaves(item, path === '' ? key : `${path}.${key}`));
  };
  return { value: watch(properties, ''), unread: () => leaves(properties, '') };
}

/**
 * Typed paths into AWS request shapes and into the environment document. Grammar: names joined by dots; `[]` after a
 * name stands for every element of a list: `ProductionVariants[].InstanceType`.
 */

type Scalar = string | number | boolean | bigint | Date | Uint8Array | undefined | null;
/** Recursion stops here: no security field of the covered operations lies deeper. */
type Deeper = [never, 0, 1, 2, 3, 4];

/** Every path of `T`, as a union of string literals. */
export type PathOf<T, Depth extends number = 5> = [Depth] extends [never]
  ? never
  : T extends Scalar
    ? never
    : T extends readonly (infer Item)[]
      ? `[]` | (PathOf<Item, Deeper[Depth]> extends infer P extends string ? `[].${P}` : never)
      : {
          [K in keyof T & string]-?:
            | K
            | (PathOf<NonNullable<T[K]>, Deeper[Depth]> extends infer P extends string
                ? P extends `[]${string}`
                  ? `${K}${P}`
                  : `${K}.${P}`
                : never);
        }[keyof T & string];

interface Step {
  readonly name: string;
  readonly each: boolean;
}

const parsed = new Map<string, readonly Step[]>();

function steps(path: string): readonly Step[] {
  let result = parsed.get(path);
  if (result === undefined) {
    result = path.split('.').map((part) => {
      const each = part.endsWith('[]');
      return { name: each ? part.slice(0, -2) : part, each };
    });
    parsed.set(path, result);
  }
  return result;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/**
 * The places that `path` names in `root`: one for a plain path, one per element where it goes through a list. A place
 * whose parent object is missing is left out, so `found` is empty exactly when an enclosing object is absent.
 * `location` is the path with indices, for messages: `ProductionVariants[0].InstanceType`.
 */
export function placesAt(
  root: unknown,
  path: string,
): { location: string; parent: Record<string, unknown>; name: string; value: unknown }[] {
  const all = steps(path);
  let parents: { location: string; object: unknown }[] = [{ location: '', object: root }];
  for (const [index, step] of all.entries()) {
    const last = index === all.length - 1;
    const next: typeof parents = [];
    const found: ReturnType<typeof placesAt> = [];
    for (const { location, object } of parents) {
      if (!isObject(object)) continue;
      const here = location === '' ? step.name : `${location}.${step.name}`;
      const value = object[step.name];
      if (last && !step.each) found.push({ location: here, parent: object, name: step.name, value });
      else if (step.each && Array.isArray(value)) {
        for (const [i, item] of (value as unknown[]).entries()) {
          const location = `${here}[${String(i)}]`;
          if (last) found.push({ location, parent: value as unknown as Record<string, unknown>, name: String(i), value: item });
          else next.push({ location, object: item });
        }
      } else if (!step.each) next.push({ location: here, object: value });
    }
    if (last) return found;
    parents = next;
  }
  return [];
}

/**
 * All values at `path`, lists flattened, absent ones left out. `network.subnets[].id` gives every subnet id;
 * `VpcConfig.Subnets` gives the elements of the list.
 */
export function valuesAt(root: unknown, path: string): unknown[] {
  return placesAt(root, path).flatMap(({ value }) =>
    value === undefined || value === null ? [] : Array.isArray(value) ? (value as unknown[]) : [value],
  );
}

/** Sets a plain path (no `[]`), creating the objects on the way. Mutates `root`. */
export function setAt(root: Record<string, unknown>, path: string, value: unknown): void {
  const all = steps(path);
  let object = root;
  for (const step of all.slice(0, -1)) {
    if (step.each) throw new TypeError(`setAt cannot create list elements: ${path}`);
    const child = object[step.name];
    object = isObject(child) ? child : (object[step.name] = {});
  }
  const last = all.at(-1);
  if (last !== undefined) object[last.name] = value;
}

/**
 * Typed paths into AWS request shapes and into the environment document. Grammar: names joined by dots; `[]` after a
 * name stands for every element of a list: `ProductionVariants[].InstanceType`.
 */

type Scalar = string | number | boolean | bigint | Date | Uint8Array | undefined | null;
/** Recursion stops here: no security field of the covered operations lies deeper. */
type Deeper = [never, 0, 1, 2, 3, 4, 5, 6];

/** Every path of `T`, as a union of string literals. */
export type PathOf<T, Depth extends number = 7> = [Depth] extends [never]
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
/** A path taken apart, once: the rules of the contract are asked at every request. */
interface Parsed {
  readonly steps: readonly Step[];
  /** The path up to the last list on the way, and what follows it. */
  readonly list: { readonly path: string; readonly rest: string } | undefined;
}

const parsed = new Map<string, Parsed>();

function parse(path: string): Parsed {
  let result = parsed.get(path);
  if (result === undefined) {
    const list = path.lastIndexOf('[].') + 2;
    result = {
      steps: path.split('.').map((part) => {
        const each = part.endsWith('[]');
        return { name: each ? part.slice(0, -2) : part, each };
      }),
      list: list > 1 ? { path: path.slice(0, list), rest: path.slice(list + 1) } : undefined,
    };
    parsed.set(path, result);
  }
  return result;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A place in a request: where it is, in which object under which name, and what stands there. */
export interface Place {
  /** The path with indices, for messages: `ProductionVariants[0].InstanceType`. */
  readonly location: string;
  readonly parent: Record<string, unknown>;
  readonly name: string;
  readonly value: unknown;
}

/**
 * The places that `path` names in `root`: one for a plain path, one per element where it goes through a list. A place
 * whose parent object is missing is left out, so there is none exactly when an enclosing object is absent.
 */
export function placesAt(root: unknown, path: string): Place[] {
  const found: Place[] = [];
  collect(root, '', parse(path).steps, 0, found);
  return found;
}

function collect(object: unknown, location: string, all: readonly Step[], index: number, found: Place[]): void {
  const step = all[index];
  if (step === undefined || !isObject(object)) return;
  const last = index === all.length - 1;
  const value = object[step.name];
  if (!last && (value === undefined || value === null)) return;
  const here = location === '' ? step.name : `${location}.${step.name}`;
  if (!step.each) {
    if (last) found.push({ location: here, parent: object, name: step.name, value });
    else collect(value, here, all, index + 1, found);
  } else if (Array.isArray(value)) {
    for (const [i, item] of (value as unknown[]).entries()) {
      const element = `${here}[${String(i)}]`;
      if (last) found.push({ location: element, parent: value as unknown as Record<string, unknown>, name: String(i), value: item });
      else collect(item, element, all, index + 1, found);
    }
  }
}

/**
 * All values at `path`, lists flattened, absent ones left out. `network.subnets[].id` gives every subnet id;
 * `VpcConfig.Subnets` gives the elements of the list.
 */
export function valuesAt(root: unknown, path: string): unknown[] {
  const values: unknown[] = [];
  for (const { value } of placesAt(root, path)) {
    if (Array.isArray(value)) values.push(...(value as unknown[]));
    else if (value !== undefined && value !== null) values.push(value);
  }
  return values;
}

/** An object that a rule looks into, where it is, and the rest of the rule's path in it. */
export interface Scope {
  readonly location: string;
  readonly object: Record<string, unknown>;
  readonly rest: string;
}

/**
 * The objects in which a rule about `path` holds, each by itself: every element of the last list on the way, else the
 * object at `within`, else the root. None where the caller gave no such object: then there is nothing to secure.
 */
export function scopesAt(root: unknown, path: string, within?: string): Scope[] {
  const scope =
    parse(path).list ??
    (within !== undefined && path.startsWith(`${within}.`) ? { path: within, rest: path.slice(within.length + 1) } : undefined);
  if (scope === undefined) return [{ location: '', object: isObject(root) ? root : {}, rest: path }];
  const scopes: Scope[] = [];
  for (const { location, value } of placesAt(root, scope.path))
    if (isObject(value)) scopes.push({ location, object: value, rest: scope.rest });
  return scopes;
}

/** Sets a plain path (no `[]`), creating the objects on the way. Mutates `root`. */
export function setAt(root: Record<string, unknown>, path: string, value: unknown): void {
  const all = parse(path).steps;
  let object = root;
  for (const step of all.slice(0, -1)) {
    if (step.each) throw new TypeError(`setAt cannot create list elements: ${path}`);
    const child = object[step.name];
    object = isObject(child) ? child : (object[step.name] = {});
  }
  const last = all.at(-1);
  if (last !== undefined) object[last.name] = value;
}

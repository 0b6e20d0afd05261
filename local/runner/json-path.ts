/** An expression that SageMaker would refuse too. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}

type Step =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly start: number | undefined; readonly end: number | undefined }
  | { readonly kind: 'all' };

/** Selects a part of a record. A union or slice of a list gives a list, a union of an object's fields an object. */
export type Selection = (value: unknown) => unknown;

/**
 * JSONPath as batch transform takes it: `$`, `.name`, `.*`, `['a','b']`, `[0,3]`, `[1:]`, `[*]`; indexes may be negative. No filters, no
 * functions, no `..`. https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform-data-processing.html#data-processing-operators
 * @throws JsonPathError
 */
export function compileJsonPath(expression: string): Selection {
  const steps = parse(expression);
  return (value) => steps.reduce(select, value);
}

const STEP =
  /\.?(?:(?<all>\*|\[\s*\*\s*\])|\[(?<slice>\s*-?\d*\s*:\s*-?\d*\s*)\]|\[(?<indexes>\s*-?\d+(?:\s*,\s*-?\d+)*\s*)\]|\[(?<names>\s*(?:'[^']*'|"[^"]*")(?:\s*,\s*(?:'[^']*'|"[^"]*"))*\s*)\])|\.(?<name>[\p{L}_][\p{L}\p{N}_-]*)/uy;

function parse(expression: string): Step[] {
  const refuse = (): never => {
    throw new JsonPathError(`Invalid JSONPath expression: ${expression}`);
  };
  const text = expression.trim();
  if (!text.startsWith('$')) return refuse();
  const steps: Step[] = [];
  for (let at = 1; at < text.length; at = STEP.lastIndex) {
    STEP.lastIndex = at;
    const found = STEP.exec(text)?.groups;
    if (found === undefined) return refuse();
    const { all, slice, indexes, names, name } = found;
    if (all !== undefined) steps.push({ kind: 'all' });
    else if (slice !== undefined) {
      const [start = '', end = ''] = slice.split(':').map((part) => part.trim());
      steps.push({ kind: 'slice', start: start === '' ? undefined : Number(start), end: end === '' ? undefined : Number(end) });
    } else if (indexes !== undefined) steps.push({ kind: 'indexes', indexes: indexes.split(',').map(Number) });
    else if (names !== undefined)
      steps.push({ kind: 'names', names: [...names.matchAll(/'([^']*)'|"([^"]*)"/g)].map(([, a, b]) => a ?? b ?? '') });
    else if (name !== undefined) steps.push({ kind: 'names', names: [name] });
  }
  return steps;
}

function select(value: unknown, step: Step): unknown {
  const missing = (what: string): never => {
    throw new JsonPathError(`${what} is not in the record`);
  };
  const list = (): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : missing('A list'));
  switch (step.kind) {
    case 'all':
      return Array.isArray(value) ? value : typeof value === 'object' && value !== null ? Object.values(value) : missing('A list');
    case 'slice':
      return list().slice(step.start, step.end);
    case 'indexes': {
      const at = (index: number): unknown => {
        const all = list();
        return (index < 0 ? all.length + index : index) in all ? all.at(index) : missing(`[${String(index)}]`);
      };
      const [only, ...more] = step.indexes;
      return more.length === 0 && only !== undefined ? at(only) : step.indexes.map(at);
    }
    case 'names': {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return missing(step.names.join(', '));
      const object = value as Readonly<Record<string, unknown>>;
      const field = (name: string): unknown => (Object.hasOwn(object, name) ? object[name] : missing(name));
      const [only, ...more] = step.names;
      return more.length === 0 && only !== undefined ? field(only) : Object.fromEntries(step.names.map((name) => [name, field(name)]));
    }
  }
}

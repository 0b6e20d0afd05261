import { StepFailure } from './failure.ts';

/** What expressions of a definition are about: `Parameters.x`, `Execution.x`, `Steps.s.x`. */
export interface Scope {
  parameter(name: string): unknown;
  execution(name: string): unknown;
  /** What Describe says of the step's job, model or package. */
  step(name: string): Promise<unknown>;
  propertyFile(step: string, name: string): Promise<unknown>;
  /** A JSON document in S3. */
  document(s3Uri: string): Promise<unknown>;
}

export interface References {
  readonly parameters: readonly string[];
  readonly steps: readonly string[];
  readonly execution: readonly string[];
}

const KINDS = ['Get', 'Std:Join', 'Std:JsonGet'] as const;
type Expression = { readonly kind: (typeof KINDS)[number]; readonly body: unknown };

const EXECUTION_VARIABLES: ReadonlySet<string> = new Set(
  'StartDateTime CurrentDateTime PipelineName PipelineArn PipelineExecutionId PipelineExecutionArn'.split(' '),
);
export const checkExecutionVariable = (name: string): boolean => EXECUTION_VARIABLES.has(name);

/** An object whose only key says that it stands for a value. */
export function expressionOf(value: unknown): Expression | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const keys = Object.keys(value);
  const kind = KINDS.find((name) => keys.length === 1 && keys[0] === name);
  return kind === undefined ? undefined : { kind, body: (value as Record<string, unknown>)[kind] };
}

/** Everything that a part of a definition refers to. */
export function referencesIn(value: unknown): References {
  const found = { parameters: [] as string[], steps: [] as string[], execution: [] as string[] };
  const walk = (inner: unknown): void => {
    const expression = expressionOf(inner);
    if (expression?.kind === 'Get' && typeof expression.body === 'string') {
      const [root, name = ''] = expression.body.split(/[.[]/);
      if (root === 'Parameters') found.parameters.push(name);
      else if (root === 'Steps') found.steps.push(name);
      else if (root === 'Execution') found.execution.push(name);
    } else if (typeof inner === 'object' && inner !== null) Object.values(inner).forEach(walk);
  };
  walk(value);
  return found;
}

/** `Outputs['train'].S3Output[0]` as `['Outputs', 'train', 'S3Output', 0]`. */
export function pathParts(path: string): (string | number)[] {
  return [...path.replace(/^\$\.?/, '').matchAll(/\[(\d+)\]|\[(['"])(.*?)\2\]|([^.[\]]+)/g)].map(([, index, , quoted, plain]) =>
    index === undefined ? (quoted ?? plain ?? '') : Number(index),
  );
}

/** Lists in answers are asked for by name: an output, a channel, a metric. */
function inside(value: unknown, part: string | number): unknown {
  if (Array.isArray(value) && typeof part === 'string') {
    return (value as Record<string, unknown>[]).find((item) =>
      Object.entries(item).some(([field, name]) => field.endsWith('Name') && name === part),
    );
  }
  return typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[part] : undefined;
}

function at(value: unknown, parts: readonly (string | number)[], whole: string): unknown {
  const found = parts.reduce(inside, value);
  if (found === undefined || found === null) throw new StepFailure(`ClientError: Unable to resolve ${whole}.`);
  return found;
}

/** The value with every expression in it replaced by what it stands for. */
export async function resolveExpressions(value: unknown, scope: Scope): Promise<unknown> {
  const expression = expressionOf(value);
  if (expression === undefined) {
    if (Array.isArray(value)) return Promise.all(value.map((item) => resolveExpressions(item, scope)));
    if (typeof value !== 'object' || value === null) return value;
    const entries = await Promise.all(
      Object.entries(value).map(async ([key, item]) => [key, await resolveExpressions(item, scope)] as const),
    );
    return Object.fromEntries(entries);
  }
  const body = expression.body as Record<string, unknown>;
  switch (expression.kind) {
    case 'Get':
      return get(String(expression.body), scope);
    case 'Std:Join': {
      const values = (await resolveExpressions(body['Values'], scope)) as unknown[];
      return values.map(String).join((body['On'] as string | undefined) ?? '');
    }
    case 'Std:JsonGet': {
      const path = String(await resolveExpressions(body['Path'], scope));
      const source = body['PropertyFile'] ?? body['S3Uri'];
      const document =
        body['PropertyFile'] === undefined
          ? await scope.document(String(await resolveExpressions(source, scope)))
          : await get(String(expressionOf(source)?.body), scope);
      return at(document, pathParts(path), `the JSON path ${path}`);
    }
  }
}

async function get(reference: string, scope: Scope): Promise<unknown> {
  const [root, name, ...rest] = pathParts(reference);
  if (root === 'Parameters') return scope.parameter(String(name));
  if (root === 'Execution') return scope.execution(String(name));
  if (root !== 'Steps') throw new StepFailure(`ClientError: Unable to resolve ${reference}.`);
  if (rest[0] === 'PropertyFiles') return scope.propertyFile(String(name), String(rest[1]));
  return at(await scope.step(String(name)), rest, reference);
}

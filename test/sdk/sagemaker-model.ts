import { serviceModel, shapeOf, type Shape } from '../../local/gateway/protocol/models.ts';

/** SageMaker as botocore describes it: a source that neither the contract nor the AWS SDK's types were made from. */
const model = serviceModel('sagemaker');

export const operations: readonly string[] = Object.keys(model.operations);

/** The shape of an operation's request. */
export function inputOf(operation: string): Shape {
  const input = model.operations[operation]?.input;
  return input === undefined ? { type: 'structure', members: {} } : shapeOf(model, input);
}

/** The shape at a path of the contract's grammar; `undefined` where there is none. */
export function shapeAt(operation: string, path: string): Shape | undefined {
  let shape: Shape = inputOf(operation);
  for (const part of path.split('.')) {
    const each = part.endsWith('[]');
    const member: { readonly shape: string } | undefined = shape.members?.[each ? part.slice(0, -2) : part];
    if (member === undefined) return undefined;
    shape = shapeOf(model, member);
    if (each) {
      if (shape.type !== 'list' || shape.member === undefined) return undefined;
      shape = shapeOf(model, shape.member);
    }
  }
  return shape;
}

/** Every path of a request that ends in a value: scalars, maps, and lists of scalars as one. Shapes that hold themselves are entered once. */
export function leaves(operation: string): readonly string[] {
  const found: string[] = [];
  const enter = (shape: Shape, path: string, within: readonly Shape[]): void => {
    const element = shape.type === 'list' && shape.member !== undefined ? shapeOf(model, shape.member) : undefined;
    if (shape.type === 'structure') {
      if (within.includes(shape)) return;
      for (const [name, member] of Object.entries(shape.members ?? {}))
        enter(shapeOf(model, member), path === '' ? name : `${path}.${name}`, [...within, shape]);
    } else if (element !== undefined && ['structure', 'list'].includes(element.type)) enter(element, `${path}[]`, within);
    else found.push(path);
  };
  enter(inputOf(operation), '', []);
  return found;
}

/** The least request that the service model takes: what it requires, and what that requires. */
export function leastInput(operation: string): Record<string, unknown> {
  return least(inputOf(operation)) as Record<string, unknown>;
}

function least(shape: Shape): unknown {
  switch (shape.type) {
    case 'structure': {
      const members = Object.entries(shape.members ?? {});
      const needed = shape.union === true ? members.slice(0, 1) : members.filter(([name]) => shape.required?.includes(name) === true);
      return Object.fromEntries(needed.map(([name, member]) => [name, least(shapeOf(model, member))]));
    }
    case 'list':
      return shape.member === undefined ? [] : [least(shapeOf(model, shape.member))];
    case 'map':
      return {};
    case 'boolean':
      return false;
    case 'integer':
    case 'long':
    case 'double':
    case 'float':
      return Math.max(shape.min ?? 1, 1);
    default:
      return shape.enum?.[0] ?? 'a'.repeat(Math.max(shape.min ?? 1, 1));
  }
}

/** What of a request the service model would not take: members that it does not know, required ones that are missing. */
export function misfits(operation: string, input: unknown): readonly string[] {
  const found: string[] = [];
  const check = (shape: Shape, value: unknown, path: string): void => {
    if (value === undefined || value === null) return;
    if (shape.type === 'structure') {
      const given = value as Record<string, unknown>;
      for (const name of shape.required ?? []) if (given[name] === undefined) found.push(`${path}.${name} is missing`);
      for (const [name, item] of Object.entries(given)) {
        const member = shape.members?.[name];
        if (member === undefined) found.push(`${path}.${name} is unknown`);
        else check(shapeOf(model, member), item, `${path}.${name}`);
      }
    } else if (shape.type === 'list' && shape.member !== undefined) {
      const element = shapeOf(model, shape.member);
      for (const item of value as unknown[]) check(element, item, `${path}[]`);
    } else if (shape.enum !== undefined && !(shape.enum as readonly unknown[]).includes(value))
      found.push(`${path} may not be ${JSON.stringify(value)}`);
  };
  check(inputOf(operation), input, operation);
  return found;
}

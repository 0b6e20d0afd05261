import { AwsError } from '../../call.ts';
import { SERVICES } from '../../coverage.ts';
import { serviceModel, shapeOf } from '../../protocol/models.ts';
import type { ServiceModel } from '../../protocol/models.ts';

/** The model of SageMaker's several that has an operation. */
export const modelOf = (operation: string): string =>
  SERVICES['sagemaker']?.models.find((name) => Object.hasOwn(serviceModel(name).operations, operation)) ?? 'sagemaker';

/** Checks a request against the service model, as SageMaker does, with SageMaker's words. Throws `ValidationException`; the runtimes, `ValidationError`. */
export function validateInput(service: string, operation: string, input: unknown): void {
  const model = serviceModel(service);
  const shape = model.operations[operation]?.input?.shape;
  if (shape === undefined) return;
  const problems: string[] = [];
  check(model, shape, input, '', problems);
  if (problems.length === 0) return;
  const errors = problems.length === 1 ? '1 validation error' : `${String(problems.length)} validation errors`;
  // The feature store's runtime has a name of its own for it.
  const code =
    model.operations[operation]?.errors?.some(({ shape }) => shape === 'ValidationError') === true
      ? 'ValidationError'
      : 'ValidationException';
  throw new AwsError(code, `${errors} detected: ${problems.join('; ')}`);
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
const patterns = new Map<string, RegExp | undefined>();

/** Patterns of the model are Java's; the few that JavaScript cannot read are left to the other checks. */
function compiled(java: string): RegExp | undefined {
  if (!patterns.has(java)) {
    const pattern = java.replace(/\\A|\\z/g, '').replaceAll('\\p{Print}', '\\x20-\\x7E');
    let expression: RegExp | undefined;
    try {
      expression = new RegExp(`^(?:${pattern})$`, 'u');
    } catch {
      try {
        expression = new RegExp(`^(?:${pattern})$`);
      } catch {
        expression = undefined;
      }
    }
    patterns.set(java, expression);
  }
  return patterns.get(java);
}

function check(model: ServiceModel, shapeName: string, value: unknown, at: string, problems: string[]): void {
  const shape = shapeOf(model, { shape: shapeName });
  // Shown only where it fails: a request's body may have megabytes.
  const fail = (constraint: string): void => {
    problems.push(
      `Value '${typeof value === 'string' ? value : JSON.stringify(value)}' at '${at}' failed to satisfy constraint: ${constraint}`,
    );
  };
  const wrongType = (wanted: string): never => {
    throw new AwsError(
      'SerializationException',
      `${at}: ${wanted} was expected, ${Array.isArray(value) ? 'a list' : typeof value} was given.`,
    );
  };
  const between = (size: number, what: string): void => {
    if (shape.min !== undefined && size < shape.min) fail(`Member must have ${what} greater than or equal to ${String(shape.min)}`);
    if (shape.max !== undefined && size > shape.max) fail(`Member must have ${what} less than or equal to ${String(shape.max)}`);
  };
  switch (shape.type) {
    case 'structure': {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return void wrongType('an object');
      const object = value as Record<string, unknown>;
      for (const name of shape.required ?? []) {
        if (object[name] === undefined || object[name] === null) {
          problems.push(
            `Value null at '${at === '' ? '' : `${at}.`}${lowerFirst(name)}' failed to satisfy constraint: Member must not be null`,
          );
        }
      }
      for (const name of Object.keys(object)) {
        if (shape.members?.[name] === undefined) problems.push(`Unknown parameter in ${at === '' ? 'input' : at}: '${name}'`);
      }
      for (const [name, member] of Object.entries(shape.members ?? {})) {
        const inner = object[name];
        if (inner !== undefined && inner !== null)
          check(model, member.shape, inner, `${at === '' ? '' : `${at}.`}${lowerFirst(name)}`, problems);
      }
      return;
    }
    case 'list': {
      if (!Array.isArray(value)) return void wrongType('a list');
      between(value.length, 'length');
      value.forEach((item: unknown, index) => {
        if (shape.member !== undefined) check(model, shape.member.shape, item, `${at}.${String(index + 1)}.member`, problems);
      });
      return;
    }
    case 'map': {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return void wrongType('an object');
      between(Object.keys(value).length, 'length');
      for (const [key, item] of Object.entries(value)) {
        if (shape.key !== undefined) check(model, shape.key.shape, key, `${at}.key`, problems);
        if (shape.value !== undefined) check(model, shape.value.shape, item, `${at}.${key}.member`, problems);
      }
      return;
    }
    case 'string': {
      if (typeof value !== 'string') return void wrongType('a string');
      between(value.length, 'length');
      if (shape.pattern !== undefined && compiled(shape.pattern)?.test(value) === false)
        fail(`Member must satisfy regular expression pattern: ${shape.pattern}`);
      if (shape.enum !== undefined && !shape.enum.includes(value)) fail(`Member must satisfy enum value set: [${shape.enum.join(', ')}]`);
      return;
    }
    case 'integer':
    case 'long':
    case 'float':
    case 'double': {
      if (typeof value !== 'number') return void wrongType('a number');
      if (shape.min !== undefined && value < shape.min) fail(`Member must have value greater than or equal to ${String(shape.min)}`);
      if (shape.max !== undefined && value > shape.max) fail(`Member must have value less than or equal to ${String(shape.max)}`);
      return;
    }
    case 'boolean':
      if (typeof value !== 'boolean') wrongType('a boolean');
      return;
    default:
  }
}

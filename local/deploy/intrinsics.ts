import { cidrBlocks } from './cidr.ts';
import { DeployError, type DeployErrorCode } from './errors.ts';
import type { Template } from './template.ts';

/** Stands for a value that only exists once a resource does. Anything computed from it is unknown as well. */
export const UNKNOWN = Symbol('known after deployment');
const NO_VALUE = Symbol('AWS::NoValue');

/** Everything that a template can refer to. `resource` and `attribute` answer UNKNOWN before the resource exists. */
export interface Scope {
  readonly stack: string;
  readonly template: Template;
  /** `AWS::Region` and the other pseudo parameters. */
  readonly pseudo: Readonly<Record<string, string | readonly string[]>>;
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
  readonly availabilityZones: readonly string[];
  resource(logicalId: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  /** An export of another stack, or `undefined`. */
  exported(name: string): unknown;
}

type Json = Record<string, unknown>;
interface Here {
  readonly scope: Scope;
  readonly logicalId: string | undefined;
  readonly path: string;
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const at = (here: Here, step: string | number): Here => ({
  ...here,
  path: typeof step === 'number' ? `${here.path}[${step}]` : here.path === '' ? step : `${here.path}.${step}`,
});
const fail = (here: Here, code: DeployErrorCode, message: string): never => {
  throw new DeployError(code, { stack: here.scope.stack, logicalId: here.logicalId, path: here.path }, message);
};

/** Resolves every intrinsic in `value`. Deterministic: the same scope gives the same answer. */
export function resolve(value: unknown, scope: Scope, logicalId?: string, path = ''): unknown {
  const result = resolveAt(value, { scope, logicalId, path });
  return result === NO_VALUE ? undefined : result;
}

/** Whether a named condition of the template holds. */
export function conditionHolds(name: string, scope: Scope, logicalId?: string): boolean {
  return namedCondition(name, { scope, logicalId, path: 'Condition' }, []);
}

export const isIntrinsic = (key: string): boolean => key === 'Ref' || key.startsWith('Fn::');

function resolveAt(value: unknown, here: Here): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => resolveAt(item, at(here, index))).filter((item) => item !== NO_VALUE);
  }
  if (typeof value === 'string' && value.includes('{{resolve:')) {
    return fail(here, 'IntrinsicUnknown', 'dynamic references ({{resolve:…}}) are not supported locally');
  }
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  const intrinsic = keys.find(isIntrinsic);
  if (intrinsic !== undefined) {
    if (keys.length > 1) fail(here, 'TemplateInvalid', `${intrinsic} must be the only key, found ${keys.join(', ')}`);
    const apply = FUNCTIONS[intrinsic];
    if (apply === undefined) return fail(here, 'IntrinsicUnknown', `unknown function ${intrinsic}`);
    return apply(value[intrinsic], at(here, intrinsic));
  }
  const result: Json = {};
  for (const key of keys) {
    const item = resolveAt(value[key], at(here, key));
    if (item !== NO_VALUE) result[key] = item;
  }
  return result;
}

const FUNCTIONS: Readonly<Record<string, (argument: unknown, here: Here) => unknown>> = {
  Ref: (argument, here) => (typeof argument === 'string' ? reference(argument, here) : fail(here, 'TemplateInvalid', 'Ref takes a name')),
  'Fn::GetAtt': (argument, here) => {
    const [logicalId, name] = typeof argument === 'string' ? splitOnce(argument) : list(argument, here, 2);
    if (typeof logicalId !== 'string') return fail(here, 'TemplateInvalid', 'Fn::GetAtt takes a logical id and an attribute');
    const attribute = resolveAt(name, here);
    if (typeof attribute !== 'string') return fail(here, 'TemplateInvalid', 'Fn::GetAtt takes a logical id and an attribute');
    return attributeOf(logicalId, attribute, here);
  },
  'Fn::Sub': substitute,
  'Fn::Join': (argument, here) => {
    const [separator, items] = list(resolveAt(argument, here), here, 2);
    if (separator === UNKNOWN || items === UNKNOWN) return UNKNOWN;
    if (typeof separator !== 'string' || !Array.isArray(items))
      return fail(here, 'TemplateInvalid', 'Fn::Join takes a separator and a list');
    return items.includes(UNKNOWN) ? UNKNOWN : items.map((item) => text(item, here)).join(separator);
  },
  'Fn::Select': (argument, here) => {
    const [index, items] = list(resolveAt(argument, here), here, 2);
    if (index === UNKNOWN || items === UNKNOWN) return UNKNOWN;
    const position = Number(index);
    if (!Array.isArray(items)) return fail(here, 'TemplateInvalid', 'Fn::Select takes an index and a list');
    if (!Number.isInteger(position) || position < 0 || position >= items.length)
      return fail(here, 'TemplateInvalid', `Fn::Select cannot take element ${String(index)} of ${items.length}`);
    return items[position] as unknown;
  },
  'Fn::Split': (argument, here) => {
    const [separator, source] = list(resolveAt(argument, here), here, 2);
    if (source === UNKNOWN || separator === UNKNOWN) return UNKNOWN;
    if (typeof separator !== 'string' || separator === '' || typeof source !== 'string')
      return fail(here, 'TemplateInvalid', 'Fn::Split takes a separator and a string');
    return source.split(separator);
  },
  'Fn::If': (argument, here) => {
    const [name, whenTrue, whenFalse] = list(argument, here, 3);
    if (typeof name !== 'string') return fail(here, 'TemplateInvalid', 'Fn::If takes the name of a condition');
    return namedCondition(name, here, []) ? resolveAt(whenTrue, at(here, 1)) : resolveAt(whenFalse, at(here, 2));
  },
  'Fn::FindInMap': (argument, here) => {
    const [map, top, second] = list(resolveAt(argument, here), here, 3);
    if ([map, top, second].includes(UNKNOWN)) return fail(here, 'TemplateInvalid', 'Fn::FindInMap keys may not depend on resources');
    const found = here.scope.template.Mappings[text(map, here)]?.[text(top, here)]?.[text(second, here)];
    return found ?? fail(here, 'ReferenceUnknown', `no mapping ${text(map, here)} / ${text(top, here)} / ${text(second, here)}`);
  },
  'Fn::GetAZs': (argument, here) => {
    const region = resolveAt(argument, here);
    if (region !== '' && region !== here.scope.pseudo['AWS::Region'])
      return fail(here, 'ReferenceUnknown', `Fn::GetAZs of another region (${text(region, here)})`);
    return [...here.scope.availabilityZones];
  },
  'Fn::Cidr': (argument, here) => {
    const values = resolveAt(argument, here);
    if (!Array.isArray(values) || values.length < 2 || values.length > 3)
      return fail(here, 'TemplateInvalid', 'Fn::Cidr takes a block, a count and bits');
    if (values.includes(UNKNOWN)) return UNKNOWN;
    try {
      return cidrBlocks(String(values[0]), Number(values[1]), values[2] === undefined ? 8 : Number(values[2]));
    } catch (error) {
      return fail(here, 'TemplateInvalid', (error as Error).message);
    }
  },
  'Fn::Base64': (argument, here) => {
    const source = resolveAt(argument, here);
    return source === UNKNOWN ? UNKNOWN : Buffer.from(text(source, here), 'utf8').toString('base64');
  },
  'Fn::ImportValue': (argument, here) => {
    const name = resolveAt(argument, here);
    if (name === UNKNOWN) return fail(here, 'TemplateInvalid', 'Fn::ImportValue may not depend on a resource');
    return here.scope.exported(text(name, here)) ?? fail(here, 'ReferenceUnknown', `no stack exports ${text(name, here)}`);
  },
  'Fn::And': condition,
  'Fn::Or': condition,
  'Fn::Not': condition,
  'Fn::Equals': condition,
};

/** Condition functions are for the Conditions section only. */
function condition(_argument: unknown, here: Here): unknown {
  return fail(here, 'TemplateInvalid', 'condition functions belong into Conditions; use Fn::If here');
}

function reference(name: string, here: Here): unknown {
  const { scope } = here;
  if (name === 'AWS::NoValue') return NO_VALUE;
  if (name.startsWith('AWS::')) return scope.pseudo[name] ?? fail(here, 'IntrinsicUnknown', `unknown pseudo parameter ${name}`);
  if (Object.hasOwn(scope.template.Parameters, name))
    return scope.parameters[name] ?? fail(here, 'ParameterInvalid', `parameter ${name} has no value`);
  return resourceOf(name, here, () => scope.resource(name));
}

const attributeOf = (logicalId: string, name: string, here: Here): unknown =>
  resourceOf(logicalId, here, () => here.scope.attribute(logicalId, name));

function resourceOf(logicalId: string, here: Here, read: () => unknown): unknown {
  const resource = here.scope.template.Resources[logicalId];
  if (resource === undefined) return fail(here, 'ReferenceUnknown', `nothing is named ${logicalId}`);
  if (resource.Condition !== undefined && !namedCondition(resource.Condition, here, []))
    return fail(here, 'ReferenceUnknown', `${logicalId} is left out because condition ${resource.Condition} is false`);
  const value = read();
  return value === undefined ? fail(here, 'ReferenceUnknown', `${logicalId} has no such value`) : value;
}

/** `${Name}`, `${Name.Attribute}`, `${!Literal}`, and the names of the second argument. */
function substitute(argument: unknown, here: Here): unknown {
  const [template, variables] = typeof argument === 'string' ? [argument, {}] : list(argument, here, 2);
  if (typeof template !== 'string' || !isObject(variables)) return fail(here, 'TemplateInvalid', 'Fn::Sub takes a string and variables');
  const open: string[] = [];
  const result = template.replace(/\$\{(!?)([^}]*)\}/g, (_match, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    const key = name.trim();
    const value = Object.hasOwn(variables, key)
      ? resolveAt(variables[key], at(here, key))
      : key.includes('.')
        ? attributeOf(...splitOnce(key), here)
        : reference(key, here);
    if (value === UNKNOWN) open.push(key);
    return value === UNKNOWN ? '' : text(value, here);
  });
  return open.length > 0 ? UNKNOWN : result;
}

function namedCondition(name: string, here: Here, trail: readonly string[]): boolean {
  if (trail.includes(name)) return fail(here, 'TemplateInvalid', `conditions refer to each other: ${[...trail, name].join(' → ')}`);
  const { Conditions } = here.scope.template;
  if (!Object.hasOwn(Conditions, name)) return fail(here, 'ReferenceUnknown', `no condition is named ${name}`);
  return evaluate(Conditions[name], { ...here, path: `Conditions.${name}` }, [...trail, name]);
}

/** Evaluates the expression of a condition or of a rule's assertion. */
export const holds = (expression: unknown, scope: Scope, path: string): boolean =>
  evaluate(expression, { scope, logicalId: undefined, path }, []);

function evaluate(expression: unknown, here: Here, trail: readonly string[]): boolean {
  if (!isObject(expression) || Object.keys(expression).length !== 1) return fail(here, 'TemplateInvalid', 'not a condition');
  const [name, argument] = Object.entries(expression)[0] as [string, unknown];
  switch (name) {
    case 'Condition':
      return namedCondition(String(argument), here, trail);
    case 'Fn::Equals': {
      const [left, right] = list(resolveAt(argument, here), here, 2);
      if (left === UNKNOWN || right === UNKNOWN) return fail(here, 'TemplateInvalid', 'conditions may not depend on resources');
      return JSON.stringify(left) === JSON.stringify(right) || (!isObject(left) && !isObject(right) && String(left) === String(right));
    }
    case 'Fn::And':
      return terms(argument, here).every((term) => evaluate(term, here, trail));
    case 'Fn::Or':
      return terms(argument, here).some((term) => evaluate(term, here, trail));
    case 'Fn::Not':
      return !evaluate(list(argument, here, 1)[0], here, trail);
    default:
      return fail(here, 'IntrinsicUnknown', `unknown condition function ${name}`);
  }
}

function terms(argument: unknown, here: Here): readonly unknown[] {
  return Array.isArray(argument) && argument.length >= 1
    ? (argument as unknown[])
    : fail(here, 'TemplateInvalid', 'takes a list of conditions');
}

function list(argument: unknown, here: Here, length: number): readonly unknown[] {
  return Array.isArray(argument) && argument.length === length
    ? (argument as unknown[])
    : fail(here, 'TemplateInvalid', `takes a list of ${length} arguments`);
}

function text(value: unknown, here: Here): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return fail(here, 'TemplateInvalid', `a string is needed, found ${Array.isArray(value) ? 'a list' : typeof value}`);
}

function splitOnce(source: string): [string, string] {
  const dot = source.indexOf('.');
  return dot < 0 ? [source, ''] : [source.slice(0, dot), source.slice(dot + 1)];
}

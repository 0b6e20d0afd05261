import { DeployError } from './errors.ts';
import { conditionHolds, holds, resolve, type Scope, UNKNOWN } from './intrinsics.ts';
import { notEmulated } from './not-emulated.ts';
import { type Graph, refuseCycles } from './order.ts';
import { referencesIn } from './references.ts';
import { RESOURCE_TYPES } from './registry.ts';
import type { ResourceType } from './resource-type.ts';
import { BOOTSTRAP_RULE, type Template, type TemplateResource } from './template.ts';

/** Everything decided about a template before anything is created. */
export interface Plan {
  /** Logical ids to create or skip, each with what it waits for. */
  readonly graph: Graph;
  readonly outputs: readonly string[];
}

/**
 * Checks a whole template: types, properties, references, cycles. Values that only exist after deployment are left open;
 * everything else must already be right here, because a failure now leaves nothing half made.
 */
export function planTemplate(template: Template, scope: Scope): Plan {
  for (const [name, rule] of Object.entries(template.Rules)) if (name !== BOOTSTRAP_RULE) checkRule(name, rule, scope);
  const graph = new Map<string, ReadonlySet<string>>();
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    if (!included(logicalId, resource, scope)) continue;
    graph.set(logicalId, new Set([...dependencies(logicalId, resource, template, scope)]));
  }
  for (const [logicalId, needs] of graph) graph.set(logicalId, new Set([...needs].filter((need) => graph.has(need))));
  refuseCycles(scope.stack, graph);
  for (const logicalId of graph.keys()) checkResource(logicalId, template.Resources[logicalId] as TemplateResource, scope);
  const outputs = Object.keys(template.Outputs).filter((name) => {
    const output = template.Outputs[name];
    if (output?.Condition !== undefined && !conditionHolds(output.Condition, scope)) return false;
    resolve(output?.Value, scope, undefined, `Outputs.${name}.Value`);
    return true;
  });
  return { graph, outputs };
}

const included = (logicalId: string, resource: TemplateResource, scope: Scope): boolean =>
  resource.Condition === undefined || conditionHolds(resource.Condition, scope, logicalId);

function checkRule(name: string, rule: Template['Rules'][string], scope: Scope): void {
  if (rule.RuleCondition !== undefined && !holds(rule.RuleCondition, scope, `Rules.${name}`)) return;
  for (const { Assert, AssertDescription } of rule.Assertions) {
    if (!holds(Assert, scope, `Rules.${name}`))
      throw new DeployError(
        'ParameterInvalid',
        { stack: scope.stack, path: `Rules.${name}` },
        AssertDescription ?? 'the rule does not hold',
      );
  }
}

function dependencies(logicalId: string, resource: TemplateResource, template: Template, scope: Scope): ReadonlySet<string> {
  const found = referencesIn(resource.Properties, template);
  for (const name of [resource.DependsOn ?? []].flat()) {
    if (!Object.hasOwn(template.Resources, name))
      throw new DeployError('ReferenceUnknown', { stack: scope.stack, logicalId, path: 'DependsOn' }, `nothing is named ${name}`);
    found.add(name);
  }
  return found;
}

export function resourceTypeOf(stack: string, logicalId: string, resource: TemplateResource): ResourceType | undefined {
  const type = RESOURCE_TYPES[resource.Type];
  if (type !== undefined) return type;
  if (notEmulated(logicalId, resource) !== undefined) return undefined;
  throw new DeployError(
    'ResourceTypeUnknown',
    { stack, logicalId },
    `${resource.Type} has no file in local/deploy/resources/ and no reason in local/deploy/not-emulated.ts, so it would be left out silently`,
  );
}

function checkResource(logicalId: string, resource: TemplateResource, scope: Scope): void {
  const type = resourceTypeOf(scope.stack, logicalId, resource);
  if (type === undefined) return;
  const properties = resolve(resource.Properties, scope, logicalId, 'Properties');
  const result = type.properties.safeParse(withoutIgnored(type, properties));
  if (result.success) return;
  const problems = result.error.issues
    .filter((issue) => issue.code === 'unrecognized_keys' || !isOpen(properties, issue.path))
    .map((issue) => problemOf(resource.Type, issue));
  if (problems.length === 0) return;
  const [first] = problems as [Problem];
  throw new DeployError(
    first.code,
    { stack: scope.stack, logicalId, path: `Properties${first.path}` },
    problems.map(({ message }) => message).join('; '),
  );
}

interface Problem {
  readonly code: 'PropertyNotApplied' | 'TemplateInvalid';
  readonly path: string;
  readonly message: string;
}

export function problemOf(type: string, issue: { code?: string; path: PropertyKey[]; message: string; keys?: string[] }): Problem {
  const path = issue.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return issue.code === 'unrecognized_keys'
    ? {
        code: 'PropertyNotApplied',
        path,
        message: `${type}${path} has ${issue.keys?.join(', ') ?? 'a property'}, which the local environment does not apply`,
      }
    : { code: 'TemplateInvalid', path, message: `${path.slice(1)}: ${issue.message}` };
}

/** Whether the value at a path, or below it, is only known after deployment. */
function isOpen(root: unknown, path: readonly PropertyKey[]): boolean {
  let value = root;
  for (const step of path) {
    if (value === UNKNOWN) return true;
    value = (value as Record<PropertyKey, unknown> | undefined)?.[step];
  }
  return containsUnknown(value);
}

function containsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(containsUnknown);
}

export function withoutIgnored(type: ResourceType, properties: unknown): unknown {
  if (type.ignored === undefined) return properties;
  return Object.fromEntries(Object.entries(properties as object).filter(([key]) => !Object.hasOwn(type.ignored ?? {}, key)));
}

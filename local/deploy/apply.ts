import { PATHS } from '../paths.ts';
import { watched } from './consumed.ts';
import { contextFor, type Deployment } from './deployment.ts';
import { DeployError } from './errors.ts';
import { resolve, type Scope } from './intrinsics.ts';
import { notEmulated } from './not-emulated.ts';
import { problemOf, resourceTypeOf, withoutIgnored } from './plan.ts';
import type { ResourceType } from './resource-type.ts';
import { stableJson } from './stable-json.ts';
import type { ResourceState } from './state.ts';
import type { TemplateResource } from './template.ts';

type Properties = Readonly<Record<string, unknown>>;

/** Brings one resource to what the template says: creates, updates, replaces, or leaves it when nothing changed. */
export async function applyResource(run: Deployment, scope: Scope, logicalId: string, dependsOn: readonly string[]): Promise<void> {
  const resource = run.template.Resources[logicalId] as TemplateResource;
  const type = resourceTypeOf(scope.stack, logicalId, resource);
  if (type === undefined) {
    run.report({
      logicalId,
      type: resource.Type,
      action: 'not-emulated',
      phase: 'done',
      reason: notEmulated(logicalId, resource)?.reason ?? '',
    });
    return;
  }
  const properties = readProperties(run, scope, logicalId, type, resource);
  const common = { type: type.type, dependsOn, deletionPolicy: retains(resource.DeletionPolicy) ? 'Retain' : 'Delete' } as const;
  const previous = run.state.resources[logicalId];
  const reached = previous === undefined ? undefined : await whatIsThere(run, type, logicalId, previous, properties);
  if (reached === undefined) {
    refuseTaken(run, type, logicalId, properties);
    await create(run, type, logicalId, properties, common, previous?.generation ?? 0);
    return;
  }
  const changed = changedKeys(reached.properties, properties);
  const replacing = changed.filter((key) => type.update === undefined || type.replaceOn?.includes(key));
  if (reached.type !== type.type || replacing.length > 0) {
    refuseNamed(run, type, logicalId, reached, properties, replacing);
    const keep = retains(resource.UpdateReplacePolicy);
    if (!keep) run.state.replaced.push({ logicalId, state: { ...reached, generation: reached.generation } });
    await create(run, type, logicalId, properties, common, reached.generation + 1, 'replace');
    return;
  }
  if (reached.status === 'complete' && changed.length === 0) {
    run.state.resources[logicalId] = { ...reached, ...common };
    run.report({ logicalId, type: type.type, action: 'unchanged', phase: 'done' });
    return;
  }
  await update(run, type, logicalId, properties, common, reached);
}

const retains = (policy: string | undefined): boolean => policy !== undefined && policy !== 'Delete';

export function changedKeys(previous: Properties, next: Properties): string[] {
  return [...new Set([...Object.keys(previous), ...Object.keys(next)])].filter(
    (key) => stableJson(previous[key]) !== stableJson(next[key]),
  );
}

function readProperties(run: Deployment, scope: Scope, logicalId: string, type: ResourceType, resource: TemplateResource): Properties {
  const resolved = resolve(resource.Properties, scope, logicalId, 'Properties') as Record<string, unknown>;
  const result = type.properties.safeParse(withoutIgnored(type, withStackTags(run, type, resolved)));
  if (result.success) return result.data;
  const problem = problemOf(type.type, result.error.issues[0] ?? { path: [], message: 'invalid properties' });
  throw new DeployError(problem.code, { stack: scope.stack, logicalId, path: `Properties${problem.path}` }, problem.message);
}

/** CloudFormation puts the tags of a stack on every resource that can carry tags; the resource's own win. */
function withStackTags(run: Deployment, type: ResourceType, properties: Record<string, unknown>): Record<string, unknown> {
  if (type.tags === undefined || Object.keys(run.tags).length === 0) return properties;
  const own = properties['Tags'];
  if (type.tags === 'map') return { ...properties, Tags: { ...run.tags, ...(own as object | undefined) } };
  const list = (own ?? []) as readonly { Key: string; Value: string }[];
  const keys = new Set(list.map(({ Key }) => Key));
  const inherited = Object.entries(run.tags).filter(([key]) => !keys.has(key));
  return { ...properties, Tags: [...list, ...inherited.map(([Key, Value]) => ({ Key, Value }))] };
}

/** The resource of an earlier run, if it still exists; one whose creation was cut off is recognized where that is possible. */
async function whatIsThere(
  run: Deployment,
  type: ResourceType,
  logicalId: string,
  previous: ResourceState,
  properties: Properties,
): Promise<(ResourceState & { physicalId: string }) | undefined> {
  if (previous.type !== type.type) return previous.physicalId === undefined ? undefined : { ...previous, physicalId: previous.physicalId };
  const context = contextFor(run, logicalId, previous.generation, properties);
  return await attempt(run, logicalId, async () => {
    const physicalId = previous.physicalId ?? (await type.find?.(context, properties));
    if (physicalId === undefined) return undefined;
    const attributes = await type.attributes(context, physicalId, previous.properties);
    return attributes === undefined ? undefined : { ...previous, physicalId, attributes };
  });
}

function refuseNamed(
  run: Deployment,
  type: ResourceType,
  logicalId: string,
  reached: ResourceState,
  properties: Properties,
  replacing: readonly string[],
): void {
  const name = type.nameProperty;
  if (name === undefined || reached.type !== type.type || properties[name] === undefined || reached.properties[name] !== properties[name])
    return;
  throw new DeployError(
    'ReplacementRefused',
    { stack: run.state.name, logicalId },
    `a change of ${replacing.join(', ')} needs a new ${type.type}, and ${name} is fixed to ${JSON.stringify(properties[name])}: CloudFormation refuses that too. Give it another name, or remove it first`,
  );
}

/** A logical id that was renamed: the old resource goes last, so the new one would meet it, or lose its own to it. */
function refuseTaken(run: Deployment, type: ResourceType, logicalId: string, properties: Properties): void {
  const { nameProperty: name, nameWithin: within } = type;
  if (name === undefined || properties[name] === undefined) return;
  const same = (other: ResourceState): boolean =>
    other.type === type.type &&
    other.physicalId !== undefined &&
    other.properties[name] === properties[name] &&
    (within === undefined || other.properties[within] === properties[within]);
  const others = [...Object.entries(run.state.resources), ...run.state.replaced.map(({ logicalId: id, state }) => [id, state] as const)];
  const [holder] = others.find(([id, other]) => id !== logicalId && same(other)) ?? [];
  if (holder === undefined) return;
  throw new DeployError(
    'NameTaken',
    { stack: run.state.name, logicalId },
    `${type.type} with ${name} ${JSON.stringify(properties[name])} exists already, as ${holder}. CloudFormation refuses that too: it makes the new one before it removes the old one. Keep the logical id ${holder}, choose another ${name}, or begin with an empty environment: stop it and remove ${PATHS.state}`,
  );
}

type Common = Pick<ResourceState, 'type' | 'dependsOn' | 'deletionPolicy'>;

async function create(
  run: Deployment,
  type: ResourceType,
  logicalId: string,
  properties: Properties,
  common: Common,
  generation: number,
  action: 'create' | 'replace' = 'create',
): Promise<void> {
  const write = (status: ResourceState['status'], physicalId: string | undefined, attributes: ResourceState['attributes'] = {}): void => {
    run.state.resources[logicalId] = { ...common, status, physicalId, attributes, properties, generation };
    run.file.write(run.state);
  };
  run.report({ logicalId, type: type.type, action, phase: 'start' });
  write('creating', undefined);
  run.made.push(logicalId);
  const context = contextFor(run, logicalId, generation, properties, (physicalId) => write('creating', physicalId));
  const watch = watched(properties);
  const physicalId = await attempt(run, logicalId, () => type.create(context, watch.value));
  const complete = (): void => {
    refuseUnread(run, type, logicalId, watch.unread());
    run.report({ logicalId, type: type.type, action, phase: 'done' });
  };
  const attributes = await readAttributes(run, type, logicalId, context, physicalId, properties);
  write(type.finish === undefined ? 'complete' : 'unfinished', physicalId, attributes);
  if (type.finish === undefined) {
    complete();
    return;
  }
  run.unfinished.push(async () => {
    await attempt(run, logicalId, async () => await type.finish?.(context, physicalId, watch.value, undefined));
    complete();
    write('complete', physicalId, attributes);
  });
}

async function update(
  run: Deployment,
  type: ResourceType,
  logicalId: string,
  properties: Properties,
  common: Common,
  reached: ResourceState & { physicalId: string },
): Promise<void> {
  const { physicalId, generation, attributes } = reached;
  run.report({ logicalId, type: type.type, action: 'update', phase: 'start' });
  // The old properties stay until the update is complete: what is different stays different, so a next run finishes it.
  run.state.resources[logicalId] = { ...reached, ...common, status: 'updating' };
  run.file.write(run.state);
  const context = contextFor(run, logicalId, generation, properties);
  const watch = watched(properties);
  await attempt(run, logicalId, () => type.update?.(context, physicalId, watch.value, reached.properties) ?? Promise.resolve());
  const latest = { ...attributes, ...(await readAttributes(run, type, logicalId, context, physicalId, properties)) };
  const write = (status: ResourceState['status'], applied: Properties): void => {
    run.state.resources[logicalId] = { ...common, status, physicalId, attributes: latest, properties: applied, generation };
    run.file.write(run.state);
  };
  const touched = new Set(reached.status === 'complete' ? changedKeys(reached.properties, properties) : Object.keys(properties));
  const complete = (): void => {
    const unread = watch.unread().filter((path) => touched.has(path.split('.')[0] ?? ''));
    refuseUnread(
      run,
      type,
      logicalId,
      unread.filter((path) => type.replaceOn?.includes(path.split('.')[0] ?? '') !== true),
    );
    write('complete', properties);
  };
  if (type.finish === undefined) complete();
  else {
    write('unfinished', reached.properties);
    run.unfinished.push(async () => {
      await attempt(run, logicalId, async () => await type.finish?.(context, physicalId, watch.value, reached.properties));
      complete();
    });
  }
  run.report({ logicalId, type: type.type, action: 'update', phase: 'done' });
}

async function readAttributes(
  run: Deployment,
  type: ResourceType,
  logicalId: string,
  context: ReturnType<typeof contextFor>,
  physicalId: string,
  properties: Properties,
): Promise<ResourceState['attributes']> {
  const attributes = await attempt(run, logicalId, () => type.attributes(context, physicalId, properties));
  if (attributes !== undefined) return attributes;
  throw new DeployError('ResourceFailed', { stack: run.state.name, logicalId }, `${physicalId} was answered and is not there`);
}

function refuseUnread(run: Deployment, type: ResourceType, logicalId: string, unread: readonly string[]): void {
  if (unread.length === 0) return;
  throw new DeployError(
    'PropertyNotApplied',
    { stack: run.state.name, logicalId, path: `Properties.${unread[0] ?? ''}` },
    `the resource file of ${type.type} accepts ${unread.join(', ')} and does not apply it`,
  );
}

const DENIED = /AccessDenied|UnauthorizedOperation|not authorized to perform/;

/** Runs a call for a resource; its failure names the place in the template. */
export async function attempt<T>(run: Pick<Deployment, 'state'>, logicalId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DeployError) throw error;
    const { name, message } = error as Error;
    const code = DENIED.test(`${name} ${message}`) ? 'AccessDenied' : 'ResourceFailed';
    throw new DeployError(code, { stack: run.state.name, logicalId }, `${name}: ${message}`, error);
  }
}

import { attempt } from './apply.ts';
import { contextFor, type Deployment } from './deployment.ts';
import { DeployError } from './errors.ts';
import { reversed, runInOrder } from './order.ts';
import { RESOURCE_TYPES } from './registry.ts';
import type { ResourceState } from './state.ts';

export const PARALLEL = 8;

async function removeOne(run: Deployment, logicalId: string, state: ResourceState): Promise<void> {
  const type = RESOURCE_TYPES[state.type];
  if (type === undefined)
    throw new DeployError('ResourceTypeUnknown', { stack: run.state.name, logicalId }, `${state.type} has no file any more`);
  if (state.deletionPolicy === 'Retain') {
    run.report({ logicalId, type: state.type, action: 'retain', phase: 'done' });
    return;
  }
  run.report({ logicalId, type: state.type, action: 'remove', phase: 'start' });
  const context = contextFor(run, logicalId, state.generation, state.properties);
  await attempt(run, logicalId, async () => {
    const physicalId = state.physicalId ?? (await type.find?.(context, state.properties));
    if (physicalId !== undefined) await type.remove(context, physicalId, state.properties);
  });
  run.report({ logicalId, type: state.type, action: 'remove', phase: 'done' });
}

/** Removes resources of the stack, those that others depend on last; the state forgets each as it goes. */
export async function removeResources(run: Deployment, logicalIds: readonly string[]): Promise<void> {
  const chosen = new Set(logicalIds);
  const needs = new Map(
    logicalIds.map((id) => [id, new Set((run.state.resources[id]?.dependsOn ?? []).filter((need) => chosen.has(need)))]),
  );
  await runInOrder(reversed(needs), PARALLEL, async (logicalId) => {
    const state = run.state.resources[logicalId];
    if (state !== undefined) await removeOne(run, logicalId, state);
    Reflect.deleteProperty(run.state.resources, logicalId);
    run.file.write(run.state);
  });
}

/** Removes what was replaced, the latest first. */
export async function removeReplaced(run: Deployment): Promise<void> {
  for (const entry of [...run.state.replaced].reverse()) {
    await removeOne(run, entry.logicalId, { ...entry.state, deletionPolicy: 'Delete' });
    run.state.replaced = run.state.replaced.filter((other) => other !== entry);
    run.file.write(run.state);
  }
}

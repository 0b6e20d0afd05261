import { DeployError } from './errors.ts';

/** What each node waits for. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** The nodes of a cycle in order, or `undefined`. */
export function findCycle(graph: Graph): string[] | undefined {
  const finished = new Set<string>();
  const visit = (node: string, trail: readonly string[]): string[] | undefined => {
    const start = trail.indexOf(node);
    if (start >= 0) return [...trail.slice(start), node];
    if (finished.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...trail, node]);
      if (cycle !== undefined) return cycle;
    }
    finished.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

export function refuseCycles(stack: string, graph: Graph): void {
  const cycle = findCycle(graph);
  if (cycle !== undefined) throw new DeployError('DependencyCycle', { stack }, `resources wait for each other: ${cycle.join(' → ')}`);
}

/** The same edges the other way round: what must be gone before a node may go. */
export function reversed(graph: Graph): Graph {
  const result = new Map([...graph.keys()].map((node) => [node, new Set<string>()]));
  for (const [node, needs] of graph) for (const need of needs) result.get(need)?.add(node);
  return result;
}

/**
 * Runs `work` for every node once all that it waits for is done, at most `limit` at a time. After a failure nothing new
 * starts; what runs is awaited, so that the state on disk is complete when this rejects with the first error.
 */
export async function runInOrder(graph: Graph, limit: number, work: (node: string) => Promise<void>): Promise<void> {
  const waiting = new Map([...graph].map(([node, needs]) => [node, new Set([...needs].filter((need) => graph.has(need)))]));
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  while ((waiting.size > 0 && failure === undefined) || running.size > 0) {
    if (failure === undefined) {
      for (const [node, needs] of waiting) {
        if (running.size >= limit) break;
        if (needs.size > 0) continue;
        waiting.delete(node);
        const run = work(node)
          .then(() => {
            for (const others of waiting.values()) others.delete(node);
          })
          .catch((error: unknown) => {
            failure ??= { error };
          })
          .finally(() => running.delete(run));
        running.add(run);
      }
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  if (failure !== undefined) throw failure.error;
}

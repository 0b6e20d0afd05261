import { describe, expect, it } from '@jest/globals';
import { findCycle, refuseCycles, reversed, runInOrder } from '../../../local/deploy/order.ts';

const graph = (edges: Record<string, string[]>): Map<string, Set<string>> =>
  new Map(Object.entries(edges).map(([node, needs]) => [node, new Set(needs)]));
const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

describe('order', () => {
  it('finds a cycle and names its members in order', () => {
    expect(findCycle(graph({ a: ['b'], b: ['c'], c: ['b'] }))).toEqual(['b', 'c', 'b']);
    expect(findCycle(graph({ a: ['b', 'c'], b: ['c'], c: [] }))).toBeUndefined();
    expect(() => refuseCycles('s', graph({ a: ['a'] }))).toThrow('s: resources wait for each other: a → a');
  });

  it('runs what is independent at the same time and the rest after what it needs', async () => {
    const running = new Set<string>();
    const seen: string[][] = [];
    await runInOrder(graph({ d: ['b', 'c'], b: ['a'], c: ['a'], a: [] }), 8, async (node) => {
      running.add(node);
      await settled();
      seen.push([...running].sort());
      running.delete(node);
    });
    expect(seen).toEqual([['a'], ['b', 'c'], ['c'], ['d']]);
  });

  it('keeps to the limit', async () => {
    let running = 0;
    let most = 0;
    await runInOrder(graph({ a: [], b: [], c: [], d: [], e: [] }), 2, async () => {
      most = Math.max(most, ++running);
      await settled();
      running -= 1;
    });
    expect(most).toBe(2);
  });

  it('after a failure lets finish what runs and starts nothing new', async () => {
    const finished: string[] = [];
    const run = runInOrder(graph({ bad: [], slow: [], after: ['slow'] }), 2, async (node) => {
      if (node === 'bad') throw new Error('no');
      await settled();
      await settled();
      finished.push(node);
    });
    await expect(run).rejects.toThrow('no');
    expect(finished).toEqual(['slow']);
  });

  it('turns the edges round for removal', () => {
    expect(reversed(graph({ subnet: ['vpc'], vpc: [] }))).toEqual(graph({ subnet: [], vpc: ['subnet'] }));
  });
});

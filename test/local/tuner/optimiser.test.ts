import { describe, expect, it } from '@jest/globals';
import { optimise, type Question, type Trial } from '../../../local/tuner/optimiser.ts';

const question = (more: Partial<Question>): Question => ({
  seed: 1,
  maximize: false,
  strategy: 'Bayesian',
  minResource: 1,
  maxResource: 1,
  parameters: [{ name: 'x', type: 'float', low: 0, high: 1, scale: 'linear' }],
  trials: [],
  count: 1,
  ...more,
});
const trial = (x: number, more: Partial<Trial> = {}): Trial => ({
  parameters: { x: String(x) },
  state: 'complete',
  value: (x - 0.3) ** 2,
  points: [],
  ...more,
});
const proposed = async (more: Partial<Question>) => (await optimise(question(more))).proposals.map(({ x }) => Number(x));

describe('the optimiser', () => {
  const seen = Array.from({ length: 20 }, (_, at) => trial(at / 20));
  const distance = (xs: readonly number[]) => xs.reduce((sum, x) => sum + Math.abs(x - 0.3), 0) / xs.length;

  it('looks where it was good (Bayesian), in either direction, and anywhere (Random)', async () => {
    const near = await proposed({ trials: seen, count: 10 });
    const far = await proposed({ trials: seen, count: 10, maximize: true });
    const anywhere = await proposed({ trials: seen, count: 10, strategy: 'Random' });
    expect(distance(near)).toBeLessThan(distance(anywhere) * 0.75);
    expect(distance(far)).toBeGreaterThan(distance(near) * 2);
  }, 30_000);

  it('gives the same answer to the same question', async () => {
    const one = await proposed({ trials: seen.slice(0, 7), count: 3 });
    expect(await proposed({ trials: seen.slice(0, 7), count: 3 })).toEqual(one);
    expect(await proposed({ trials: seen.slice(0, 7), count: 3, seed: 2 })).not.toEqual(one);
  }, 30_000);

  it('tries what is left of a grid, whatever became of the rest', async () => {
    const { proposals } = await optimise(
      question({
        strategy: 'Grid',
        parameters: [{ name: 'x', type: 'categorical', values: ['1', '2', '3', '4', '5'] }],
        trials: [trial(1), trial(2, { state: 'running' }), trial(3, { state: 'failed', value: undefined })],
        count: 2,
      }),
    );
    expect(proposals.map(({ x }) => x).sort()).toEqual(['4', '5']);
  }, 30_000);

  it('gives up the worse of those that Hyperband compares', async () => {
    const running = (at: number, ...values: number[]) =>
      trial(0.1, { state: 'running', value: undefined, points: values.map((value, step) => [at + step, value] as const) });
    const trials = [
      trial(0.3, { points: [1, 2, 3, 4].map((at) => [at, 0.1] as const) }),
      running(10, 0.9),
      running(20, 0.05),
      running(30, 0.8),
    ];
    const { hopeless } = await optimise(question({ strategy: 'Hyperband', minResource: 1, maxResource: 2, trials, count: 0 }));
    expect(hopeless).toEqual([1, 3]);
  }, 30_000);
});

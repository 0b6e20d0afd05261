import { beforeAll, it } from '@jest/globals';

/** For each test. */
const MOST_SECONDS = 60;

type Test = (name: string, body: () => Promise<void>) => void;

/**
 * An `it` for tests that mostly wait: all of them run before the first test is told of, and each is told of as itself. Jest's own
 * concurrent tests cannot import a module once the first of them has ended, and the SDK imports its capabilities when they are asked for.
 */
export function sideBySide(): Test {
  const bodies: (() => Promise<void>)[] = [];
  let outcomes: readonly PromiseSettledResult<void>[] = [];
  beforeAll(async () => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const overdue = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`It was not done after ${MOST_SECONDS} s.`)), MOST_SECONDS * 1000);
    });
    outcomes = await Promise.allSettled(bodies.map((body) => Promise.race([body(), overdue])));
    clearTimeout(timer);
  }, 2_000 * MOST_SECONDS);
  return (name, body) => {
    const place = bodies.push(body) - 1;
    it(name, () => {
      const outcome = outcomes[place];
      if (outcome?.status !== 'fulfilled') throw outcome?.reason;
    });
  };
}

import { describe, expect, it } from '@jest/globals';
import { decodeCursor } from '../../sdk/src/logs/cursor.ts';
import { StreamsReader } from '../../sdk/src/logs/read-streams.ts';
import type { LogSource } from '../../sdk/src/logs/read-streams.ts';

/** A deterministic stream of numbers from 0 to 1. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** Streams that grow while they are read, in pages, with empty pages and lost connections on the way: as CloudWatch Logs may. */
class GrowingLogs implements LogSource {
  readonly lines: Record<string, string[]> = { 'job/algo-1-1700000000': [], 'job/algo-2-1700000000': [] };
  written = 0;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  grow(): void {
    for (const stream of Object.keys(this.lines))
      for (let n = Math.floor(this.#random() * 7); n > 0; n--) this.lines[stream]?.push(`line ${this.written++}`);
  }

  streams() {
    this.grow();
    return Promise.resolve(Object.keys(this.lines).filter((stream) => (this.lines[stream]?.length ?? 0) > 0));
  }

  page(stream: string, token: string | undefined) {
    if (this.#random() < 0.2) return Promise.reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
    this.grow();
    const start = Number(token ?? 0);
    const all = this.lines[stream] ?? [];
    const size = this.#random() < 0.1 ? 0 : 5;
    const events = all.slice(start, start + size).map((message) => ({ timestamp: 1, message }));
    // An empty page in the middle has another token; at the end the token stays.
    return Promise.resolve({ events, next: size === 0 && start < all.length ? `${start}.0` : String(start + events.length) });
  }
}

describe('StreamsReader', () => {
  it.each(Array.from({ length: 25 }, (_, seed) => seed))(
    'neither loses nor repeats a line across failures and resumes (seed %i)',
    async (seed) => {
      const random = randomFrom(seed + 1);
      const source = new GrowingLogs(random);
      const seen: string[] = [];
      let cursor: string | undefined;
      const signal = new AbortController().signal;
      for (let round = 0; round < 60; round++) {
        // Each round is a new reader from the last cursor, and may break off in the middle of a page.
        const reader = new StreamsReader(source, 'job/', cursor === undefined ? {} : decodeCursor(cursor));
        try {
          for await (const line of reader.read(signal)) {
            seen.push(`${line.source} ${line.message}`);
            cursor = line.cursor;
            if (random() < 0.15) break;
          }
        } catch (error) {
          expect((error as Error).message).toBe('socket hang up');
        }
        if (source.written > 400) source.grow = () => undefined;
      }
      const order = ['algo-1', 'algo-2'].map((name) =>
        seen.filter((line) => line.startsWith(name)).map((line) => line.slice(name.length + 1)),
      );
      expect(new Set(seen).size).toBe(seen.length);
      for (const [index, lines] of Object.values(source.lines).entries())
        expect(order[index]).toEqual(lines.slice(0, order[index]?.length));
      expect(seen.length).toBeGreaterThan(50);
    },
  );

  it('refuses a cursor that is none', () => {
    expect(() => decodeCursor('nonsense')).toThrow(/not the cursor/);
    expect(() => decodeCursor(btoa('[["a",1]]'))).toThrow(/not the cursor/);
  });
});

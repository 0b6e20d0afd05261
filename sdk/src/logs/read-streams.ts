import type { LogLine } from './api.ts';
import { encodeCursor } from './cursor.ts';
import type { Cursor, Position } from './cursor.ts';

/** One page of a log stream. `next` is the token behind it: the same as the one asked with when nothing is new. */
export interface LogPage {
  readonly events: readonly { readonly timestamp: number; readonly message: string }[];
  readonly next: string;
}

/** Where lines come from; CloudWatch Logs, or a table in tests. */
export interface LogSource {
  /** @param fresh an answer from before may not be used: the job has ended, and every stream counts. */
  streams(signal: AbortSignal, fresh: boolean): Promise<readonly string[]>;
  page(stream: string, token: string | undefined, signal: AbortSignal): Promise<LogPage>;
}

/** CloudWatch Logs may answer an empty page although more follow; the end is where the token stays the same. */
const MOST_EMPTY_PAGES = 20;
const START: Position = { token: undefined, done: 0, total: 0 };

/**
 * Reads each stream from its position to its present end. The reader keeps the position, so that calling `read` again
 * goes on exactly behind the last line that was handed out, also when a read failed half-way.
 */
export class StreamsReader {
  readonly #source: LogSource;
  readonly #prefix: string;
  #cursor: Cursor;

  constructor(source: LogSource, prefix: string, cursor: Cursor) {
    this.#source = source;
    this.#prefix = prefix;
    this.#cursor = cursor;
  }

  /** Everything new, page by page. */
  async *read(signal: AbortSignal, fresh = true): AsyncGenerator<LogLine> {
    for (const stream of await this.#source.streams(signal, fresh)) {
      for (let empty = 0; empty < MOST_EMPTY_PAGES;) {
        const { token, done, total } = this.#cursor[stream] ?? START;
        let page: LogPage;
        try {
          page = await this.#source.page(stream, token, signal);
        } catch (error) {
          if (token === undefined || (error as Error).name !== 'InvalidParameterException') throw error;
          // The token has ended: from the beginning again, past the lines that are done.
          this.#move(stream, { token: undefined, done: total, total });
          continue;
        }
        const { events, next } = page;
        let handed = total;
        for (let index = done; index < events.length; index++) {
          const event = events[index];
          if (event === undefined) break;
          this.#move(stream, { token, done: index + 1, total: ++handed });
          yield {
            source: this.#sourceOf(stream),
            timestamp: new Date(event.timestamp),
            message: event.message,
            cursor: encodeCursor(this.#cursor),
          };
        }
        if (next === token) break;
        // A page may turn out shorter than when it was last read: the rest of what is done lies behind the next token.
        this.#move(stream, { token: next, done: Math.max(0, done - events.length), total: handed });
        empty = events.length === 0 ? empty + 1 : 0;
      }
    }
  }

  #move(stream: string, position: Position): void {
    this.#cursor = { ...this.#cursor, [stream]: position };
  }

  /** `job/algo-1-1700000000` → `algo-1`. */
  #sourceOf(stream: string): string {
    return stream.slice(this.#prefix.length).replace(/-\d{8,}$/, '') || stream;
  }
}

import { SealabError } from '../contract/index.ts';

/** Where a reader is in one stream. */
export interface Position {
  readonly token: string | undefined;
  /** Lines behind the token that are done. */
  readonly done: number;
  /** All lines that are done: the way back when the token has ended (CloudWatch Logs keeps one for 24 hours). */
  readonly total: number;
}

/**
 * A position in the logs of a job: per stream, the token of the last page and how many lines behind that token are done.
 * Lines behind a token never change their order, so this neither loses nor repeats one, however the pages are cut.
 */
export interface Cursor {
  readonly [stream: string]: Position;
}

export const encodeCursor = (cursor: Cursor): string =>
  btoa(JSON.stringify(Object.entries(cursor).map(([stream, { token, done, total }]) => [stream, token ?? null, done, total])));

export function decodeCursor(text: string): Cursor {
  try {
    const entries = JSON.parse(atob(text)) as unknown;
    if (!Array.isArray(entries)) throw new TypeError('not a list');
    return Object.fromEntries(
      (entries as unknown[]).map((entry) => {
        const [stream, token, done, total] = entry as unknown[];
        if (typeof stream !== 'string' || (token !== null && typeof token !== 'string')) throw new TypeError('not a position');
        if (typeof done !== 'number' || typeof total !== 'number') throw new TypeError('not a position');
        return [stream, { token: token ?? undefined, done, total }];
      }),
    );
  } catch (error) {
    throw new SealabError('InvalidInput', 'after: this is not the cursor of a log line.', { details: { field: 'after' }, cause: error });
  }
}

import { SealabError } from '../contract/index.ts';

/**
 * A position in the logs of a job: per stream, the token by which the current page was read and how many of its lines
 * are done. The page behind a token only ever grows at its end, so this never loses or repeats a line.
 */
export interface Cursor {
  readonly [stream: string]: { readonly token: string | undefined; readonly done: number };
}

export const encodeCursor = (cursor: Cursor): string => btoa(JSON.stringify(Object.entries(cursor).map(([stream, { token, done }]) => [stream, token ?? null, done])));

export function decodeCursor(text: string): Cursor {
  try {
    const entries = JSON.parse(atob(text)) as unknown;
    if (!Array.isArray(entries)) throw new TypeError('not a list');
    return Object.fromEntries(
      (entries as unknown[]).map((entry) => {
        const [stream, token, done] = entry as unknown[];
        if (typeof stream !== 'string' || (token !== null && typeof token !== 'string') || typeof done !== 'number') throw new TypeError('not a position');
        return [stream, { token: token ?? undefined, done }];
      }),
    );
  } catch (error) {
    throw new SealabError('InvalidInput', 'after: this is not the cursor of a log line.', { details: { field: 'after' }, cause: error });
  }
}

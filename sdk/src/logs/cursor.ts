import { SealabError } from '../contract/index.ts';

/**
 * A position in the logs of a job: per stream, the token of the last page and how many lines behind that token are done.
 * Lines behind a token never change their order, so this neither loses nor repeats one, however the pages are cut.
 */
export interface Cursor {
  readonly [stream: string]: { readonly token: string | undefined; readonly done: number };
}

export const encodeCursor = (cursor: Cursor): string =>
  btoa(JSON.stringify(Object.entries(cursor).map(([stream, { token, done }]) => [stream, token ?? null, done])));

export function decodeCursor(text: string): Cursor {
  try {
    const entries = JSON.parse(atob(text)) as unknown;
    if (!Array.isArray(entries)) throw new TypeError('not a list');
    return Object.fromEntries(
      (entries as unknown[]).map((entry) => {
        const [stream, token, done] = entry as unknown[];
        if (typeof stream !== 'string' || (token !== null && typeof token !== 'string') || typeof done !== 'number')
          throw new TypeError('not a position');
        return [stream, { token: token ?? undefined, done }];
      }),
    );
  } catch (error) {
    throw new SealabError('InvalidInput', 'after: this is not the cursor of a log line.', { details: { field: 'after' }, cause: error });
  }
}

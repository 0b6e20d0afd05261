import { displayable, listView } from '../notebook/display.ts';
import { waitEnded } from '../waiting/sleep.ts';
import type { Listing, Page, ResourceSummary } from './api.ts';

type AskPage = (signal: AbortSignal, nextToken?: string) => Promise<Page<ResourceSummary>>;

/**
 * Pages as one: by `for await`, all at once, or as a table in a notebook.
 *
 * @param first what the table of the first page is called
 * @param end taken anew for each page
 */
export function listingOf(title: string, first: string, end: () => AbortSignal, ask: AskPage): Listing {
  const page: Listing['page'] = async (nextToken) => {
    const signal = end();
    if (signal.aborted) throw waitEnded(signal);
    return ask(signal, nextToken);
  };
  async function* each(): AsyncGenerator<ResourceSummary, undefined> {
    let token: string | undefined;
    do {
      const { items, nextToken }: Page<ResourceSummary> = await page(token);
      yield* items;
      token = nextToken;
    } while (token !== undefined);
  }
  const result: Listing = {
    page,
    [Symbol.asyncIterator]: each,
    all: async (limit = Infinity) => {
      const items: ResourceSummary[] = [];
      if (limit < 1) return items;
      for await (const item of each()) if (items.push(item) >= limit) break;
      return displayable(items, () => listView(title, items));
    },
  };
  return displayable(result, async () => {
    const { items, nextToken } = await page();
    return listView(first, items.slice(0, 20), items.length > 20 || nextToken !== undefined);
  });
}

import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { oneOf, refuse, refuseUnknown, wholeNumber } from '../jobs/options.ts';
import type { Known } from '../jobs/options.ts';
import type { ListSightings } from '../waiting/watch.ts';
import type { ListFilters, Listing, ResourceKind, SearchableKind, SearchFilters } from './api.ts';
import type { Filter, KindOfList } from './kinds.ts';
import { listingOf } from './pages.ts';

/** How a kind is listed; loaded when something is. Throws `InvalidInput` for a kind that there is not. */
async function kindOf(kind: ResourceKind): Promise<KindOfList> {
  const { KINDS } = await import('./kinds.ts');
  return KINDS[oneOf('kind', kind, Object.keys(KINDS) as ResourceKind[])];
}

/** What a wait needs: the newest of a kind, or those that have changed; a page at a time. */
export function sightings({ clients }: LabContext, kind: ResourceKind): ListSightings {
  return async ({ modifiedAfter, nextToken }, signal) => {
    const listed = await kindOf(kind);
    return listed.ask(
      clients.sageMaker,
      { ...queryOf(listed, { modifiedAfter }, {}), ...(nextToken === undefined ? {} : { NextToken: nextToken }) },
      signal,
    );
  };
}

const FILTERS: Known<ListFilters> = {
  nameContains: true,
  namePrefix: true,
  of: true,
  status: true,
  createdAfter: true,
  createdBefore: true,
  sortBy: true,
  sortOrder: true,
  pageSize: true,
  signal: true,
};

/** Every match by `for await`, or page by page; nothing is asked before. */
export function list(context: LabContext, kind: ResourceKind, filters: ListFilters = {}): Listing {
  refuseUnknown('lab.list', filters, FILTERS);
  const { sortBy, sortOrder, pageSize, signal, ...narrowed } = filters;
  const newest = (sortBy ?? 'CreationTime') === 'CreationTime' && sortOrder !== 'Ascending';
  const ask = async (end: AbortSignal, nextToken?: string) => {
    const listed = await kindOf(kind);
    const query = queryOf(listed, narrowed, { sortBy, sortOrder, pageSize });
    return listed.ask(context.clients.sageMaker, { ...query, ...(nextToken === undefined ? {} : { NextToken: nextToken }) }, end);
  };
  return listingOf(kind, newest ? `${kind} (newest)` : kind, () => endSignal(context, signal), ask);
}

/** What has the properties asked for; nothing is asked before it is used. */
export const search = (context: LabContext, kind: SearchableKind, filters: SearchFilters = {}): Listing =>
  listingOf(
    kind,
    `${kind} (found)`,
    () => endSignal(context, filters.signal),
    async (end, nextToken) => (await import('./search.ts')).searched(context, kind, filters, end, nextToken),
  );

interface Order {
  readonly sortBy?: ListFilters['sortBy'] | undefined;
  readonly sortOrder?: ListFilters['sortOrder'] | undefined;
  readonly pageSize?: number | undefined;
}

/** The request of a page, in the operation's own words. Throws `InvalidInput` for what the operation does not filter or sort by. */
function queryOf(
  { title, filters, needs, orders, always }: KindOfList,
  narrowed: Partial<Record<Filter, string | Date | undefined>>,
  { sortBy = 'CreationTime', sortOrder = 'Descending', pageSize = 100 }: Order,
): object {
  const query: Record<string, unknown> = {
    SortBy: orders[sortBy] ?? refuse('sortBy', `${title} cannot be sorted by ${sortBy}.`, `Sort by ${Object.keys(orders).join(', ')}.`),
    SortOrder: oneOf('sortOrder', sortOrder, ['Ascending', 'Descending']),
    MaxResults: wholeNumber('pageSize', pageSize, 1, 100),
  };
  for (const [name, value] of Object.entries(narrowed)) {
    if (value === undefined) continue;
    const member = filters[name as Filter];
    if (member === undefined) {
      const there = Object.keys(filters).filter((other) => other !== 'modifiedAfter');
      refuse(name, `SageMaker does not list ${title} by it.`, `Narrow ${title} by ${there.join(', ')}.`);
    }
    query[member] = value;
  }
  if (needs !== undefined && narrowed[needs] === undefined)
    refuse(needs, `${title} are listed of one.`, `Say of which: \`{ ${needs}: 'name' }\`.`);
  return { ...query, ...always?.(query) };
}

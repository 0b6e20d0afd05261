import { AwsError } from '../../call.ts';
import type { Resource } from './store.ts';

interface ListInput {
  readonly MaxResults?: number;
  readonly NextToken?: string;
  readonly NameContains?: string;
  readonly StatusEquals?: string;
  readonly SortBy?: string;
  readonly SortOrder?: string;
  readonly CreationTimeAfter?: number;
  readonly CreationTimeBefore?: number;
  readonly LastModifiedTimeAfter?: number;
  readonly LastModifiedTimeBefore?: number;
}

interface Listed<T> {
  readonly page: readonly T[];
  readonly NextToken?: string;
}

/**
 * Filters, sorts and pages as SageMaker's List operations do. A token holds the place after the last item, so that
 * items created or deleted between two pages neither repeat nor hide others.
 */
export function listResources<T extends Resource>(
  resources: Iterable<T>,
  rawInput: unknown,
  options: {
    status?: (resource: T) => string;
    defaultOrder?: 'Ascending' | 'Descending';
    /** Further values of SortBy. */
    keys?: Readonly<Record<string, (resource: T) => number | string>>;
  } = {},
): Listed<T> {
  const input = rawInput as ListInput;
  const sortBy = input.SortBy ?? 'CreationTime';
  const key = (resource: T): number | string =>
    options.keys?.[sortBy]?.(resource) ??
    (sortBy === 'Name'
      ? resource.name
      : sortBy === 'Status'
        ? (options.status?.(resource) ?? '')
        : sortBy.startsWith('LastModified')
          ? resource.lastModifiedTime
          : resource.creationTime);
  const direction = (input.SortOrder ?? options.defaultOrder ?? 'Descending') === 'Ascending' ? 1 : -1;
  const compare = (a: readonly [number | string, string], b: readonly [number | string, string]): number =>
    direction * (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0);

  const keep = (resource: T): boolean =>
    (input.NameContains === undefined || resource.name.toLowerCase().includes(input.NameContains.toLowerCase())) &&
    (input.StatusEquals === undefined || options.status?.(resource) === input.StatusEquals) &&
    (input.CreationTimeAfter === undefined || resource.creationTime > input.CreationTimeAfter) &&
    (input.CreationTimeBefore === undefined || resource.creationTime < input.CreationTimeBefore) &&
    (input.LastModifiedTimeAfter === undefined || resource.lastModifiedTime > input.LastModifiedTimeAfter) &&
    (input.LastModifiedTimeBefore === undefined || resource.lastModifiedTime < input.LastModifiedTimeBefore);

  const after = input.NextToken === undefined ? undefined : decode(input.NextToken);
  const found: { resource: T; place: readonly [number | string, string] }[] = [];
  for (const resource of resources) {
    if (!keep(resource)) continue;
    const place = [key(resource), resource.name] as const;
    if (after === undefined || compare(place, after) > 0) found.push({ resource, place });
  }
  found.sort((a, b) => compare(a.place, b.place));
  const size = input.MaxResults ?? 10;
  const page = found.slice(0, size);
  const last = page.at(-1);
  return {
    page: page.map(({ resource }) => resource),
    ...(found.length > size && last !== undefined ? { NextToken: Buffer.from(JSON.stringify(last.place)).toString('base64url') } : {}),
  };
}

function decode(token: string): readonly [number | string, string] {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as [number | string, string];
  } catch {
    throw new AwsError('ValidationException', 'Invalid pagination token.');
  }
}

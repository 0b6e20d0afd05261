import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from '../shared/button.tsx';
import { queries, type ListFilter, type ListKind } from '../data/queries.ts';
import { SmallSeal } from '../seal/seal.tsx';
import { ago, duration, moment } from '../shared/format.ts';
import { usePanel, useRefresh } from '../shared/panel-context.tsx';
import { Empty, Loading, Problem } from '../shared/states.tsx';
import { Status } from '../shared/status.tsx';

interface Line {
  readonly name: string;
  readonly status?: string | undefined;
  readonly createdAt?: string | undefined;
  readonly endedAt?: string | undefined;
}

/** Since when, and for how long once it has ended. */
function When({ line }: { line: Line }) {
  const { trans } = usePanel();
  if (line.createdAt === undefined) return null;
  const took = line.endedAt === undefined ? '' : ` · ${duration(Date.parse(line.endedAt) - Date.parse(line.createdAt))}`;
  return <span title={moment(line.createdAt)}>{`${ago(line.createdAt, trans)}${took}`}</span>;
}

/** Lines with their small seals; each opens its detail. */
export function ResourceLines({ kind, lines, open }: { kind: ListKind; lines: readonly Line[]; open: (name: string) => void }) {
  const names = lines.map(({ name }) => name);
  const { data } = useQuery(queries.seals(kind, names.slice(0, 50)));
  return (
    <ul className="jp-Sealab-lines">
      {lines.map((line) => (
        <li key={line.name}>
          <button type="button" onClick={() => open(line.name)}>
            <span className="jp-Sealab-lineName" title={line.name}>
              {line.name}
            </span>
            <SmallSeal seal={data?.seals[line.name]} />
            <span className="jp-Sealab-lineNote">
              {line.status !== undefined && <Status status={line.status} />}
              <When line={line} />
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

interface ListProps {
  readonly kind: ListKind;
  readonly filter?: ListFilter;
  readonly empty: ReactNode;
  readonly open: (name: string) => void;
}

/** A list that follows what happens, a page at a time. */
export function ResourceList({ kind, filter = {}, empty, open }: ListProps) {
  const { trans } = usePanel();
  const list = useInfiniteQuery({ ...queries.list(kind, filter), refetchInterval: useRefresh() });
  if (list.data === undefined)
    return list.error === null ? (
      <Loading what={trans.__('Loading …')} />
    ) : (
      <Problem error={list.error} retry={() => void list.refetch()} />
    );
  const lines = list.data.pages.flatMap(({ items }) => items);
  return (
    <>
      {list.error !== null && <Problem error={list.error} />}
      {lines.length === 0 ? <Empty>{empty}</Empty> : <ResourceLines kind={kind} lines={lines} open={open} />}
      {list.hasNextPage && (
        <Button
          small
          className="jp-mod-styled jp-Sealab-small"
          disabled={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {trans.__('Show more')}
        </Button>
      )}
    </>
  );
}

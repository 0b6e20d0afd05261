import type { ReactNode } from 'react';
import { type ListFilter, type ListKind } from '../data/queries.ts';
interface Line {
    readonly name: string;
    readonly status?: string | undefined;
    readonly createdAt?: string | undefined;
    readonly endedAt?: string | undefined;
}
/** Lines with their small seals; each opens its detail. */
export declare function ResourceLines({ kind, lines, open }: {
    kind: ListKind;
    lines: readonly Line[];
    open: (name: string) => void;
}): import("react").JSX.Element;
interface ListProps {
    readonly kind: ListKind;
    readonly filter?: ListFilter;
    readonly empty: ReactNode;
    readonly open: (name: string) => void;
}
/** A list that follows what happens, a page at a time. */
export declare function ResourceList({ kind, filter, empty, open }: ListProps): import("react").JSX.Element;
export {};
//# sourceMappingURL=resource-list.d.ts.map
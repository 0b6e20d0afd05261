import type { Pair } from '../training/form-state.ts';
interface PairTableProps {
    readonly caption: string;
    readonly columns: readonly [name: string, value: string];
    readonly pairs: readonly Pair[];
    readonly error: string | undefined;
    readonly change: (pairs: readonly Pair[]) => void;
}
/** Names and values, a line each. */
export declare function PairTable({ caption, columns, pairs, error, change }: PairTableProps): import("react").JSX.Element;
export {};
//# sourceMappingURL=pair-table.d.ts.map
import { type SealedKind } from '../data/queries.ts';
/** The seal of one job, model or endpoint; it opens to the list of its controls. */
export declare function ResourceSeal({ kind, name }: {
    kind: SealedKind;
    name: string;
}): import("react").JSX.Element;
//# sourceMappingURL=resource-seal.d.ts.map
import type { ReactNode } from 'react';
/** What is wrong and what to do; with a button when trying again may help. */
export declare function Problem({ error, retry }: {
    error: unknown;
    retry?: (() => void) | undefined;
}): import("react").JSX.Element;
/** Says that something is on its way, without moving. */
export declare function Loading({ what }: {
    what: string;
}): import("react").JSX.Element;
export declare function Empty({ children }: {
    children: ReactNode;
}): import("react").JSX.Element;
//# sourceMappingURL=states.d.ts.map
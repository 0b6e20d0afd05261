import type { Posture, Seal } from '../data/queries.ts';
/** The controls of a resource: what was wanted and what is there. */
export declare function Controls({ seal }: {
    seal: Seal;
}): import("react").JSX.Element;
/** The live checks of the environment. */
export declare function Checks({ posture }: {
    posture: Posture;
}): import("react").JSX.Element;
//# sourceMappingURL=findings.d.ts.map
/** What the eye meets first: one state for the whole environment, with the checks behind it. */
export declare function EnvironmentSeal(): import("react").JSX.Element;
//# sourceMappingURL=environment-seal.d.ts.map
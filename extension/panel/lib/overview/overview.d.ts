/** The sidebar. */
export declare function Overview(): import("react").JSX.Element;
//# sourceMappingURL=overview.d.ts.map
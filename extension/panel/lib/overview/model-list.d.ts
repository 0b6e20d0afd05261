/** Models have little to show: their seal, in a dialog. */
export declare function ModelList(): import("react").JSX.Element;
//# sourceMappingURL=model-list.d.ts.map
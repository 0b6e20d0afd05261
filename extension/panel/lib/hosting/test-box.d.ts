/** Rows in, predictions out. */
export declare function TestBox({ endpoint, ready }: {
    endpoint: string;
    ready: boolean;
}): import("react").JSX.Element;
//# sourceMappingURL=test-box.d.ts.map
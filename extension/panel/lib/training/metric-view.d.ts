/** Last value of each metric, and its curve where it has more than one point. */
export declare function MetricView({ name, running, defined }: {
    name: string;
    running: boolean;
    defined: readonly {
        readonly name: string;
    }[];
}): import("react").JSX.Element;
//# sourceMappingURL=metric-view.d.ts.map
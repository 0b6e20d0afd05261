interface Point {
    readonly timestamp: string;
    readonly value: number;
}
/** One metric over its observations. Colours come from JupyterLab's theme by CSS variables. */
export default function MetricChart({ label, points }: {
    label: string;
    points: readonly Point[];
}): import("react").JSX.Element;
export {};
//# sourceMappingURL=metric-chart.d.ts.map
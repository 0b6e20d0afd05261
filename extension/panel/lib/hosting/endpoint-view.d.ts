/** An endpoint: whether it answers, a box to try it, its seal, its log. */
export declare function EndpointView({ name, close }: {
    name: string;
    close: () => void;
}): import("react").JSX.Element;
//# sourceMappingURL=endpoint-view.d.ts.map
/** The seal in the status bar: one word for the whole environment. */
export declare function StatusItem({ show }: {
    show: () => void;
}): import("react").JSX.Element | null;
//# sourceMappingURL=status-item.d.ts.map
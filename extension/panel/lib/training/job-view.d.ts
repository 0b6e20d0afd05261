/** A training job: what happens, what it says, how good it is, what it was asked, and its seal. */
export declare function JobView({ name }: {
    name: string;
}): import("react").JSX.Element;
//# sourceMappingURL=job-view.d.ts.map
export interface FormStart {
    readonly clone?: string;
    readonly template?: string;
}
/** Fetches what the form starts from: the environment's limits, and a template or an earlier job. */
export declare function TrainingFormView({ start, close }: {
    start: FormStart;
    close: () => void;
}): import("react").JSX.Element;
//# sourceMappingURL=training-form.d.ts.map
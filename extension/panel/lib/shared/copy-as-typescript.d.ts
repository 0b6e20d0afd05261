import type { TrainingFormInput } from '@sealab/service';
/** Puts the same job as a notebook cell on the clipboard. */
export declare function CopyAsTypeScript({ form }: {
    form: () => TrainingFormInput | Promise<TrainingFormInput>;
}): import("react").JSX.Element;
//# sourceMappingURL=copy-as-typescript.d.ts.map
import type { FieldSchema, TrainingFormInput } from '@sealab/service';
import type { TranslationBundle } from '@jupyterlab/translation';
export interface Pair {
    readonly name: string;
    readonly value: string;
}
/** The form as it is being written: everything is text. */
export interface FormState {
    readonly name: string;
    readonly script: string;
    readonly data: string;
    readonly framework: string;
    readonly instanceType: string;
    readonly instanceCount: string;
    readonly volumeSize: string;
    readonly minutes: string;
    readonly network: 'isolated' | 'connected';
    readonly hyperparameters: readonly Pair[];
    readonly metrics: readonly Pair[];
}
export declare function formState(given: Partial<TrainingFormInput>, first: {
    instanceType: string;
    framework: string;
}): FormState;
/** What the service takes. */
export declare function formInput(state: FormState): TrainingFormInput;
export type FieldErrors = {
    readonly [Field in keyof TrainingFormInput]?: string;
};
/** What is wrong, by field, by the service's own schema: the service checks it again. */
export declare function formErrors(input: TrainingFormInput, state: FormState, schema: Readonly<Record<string, FieldSchema>>, trans: TranslationBundle): FieldErrors;
//# sourceMappingURL=form-state.d.ts.map
import type { TrainingFormInfo } from '../data/queries.ts';
/** The security fields of a training job, as they will be sent: shown, locked, and each with why. */
export declare function SecuredFields({ fields, connected }: {
    fields: TrainingFormInfo['fields'];
    connected: boolean;
}): import("react").JSX.Element;
//# sourceMappingURL=secured-fields.d.ts.map
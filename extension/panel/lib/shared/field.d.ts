import { type ReactNode } from 'react';
interface FieldProps {
    readonly label: string;
    readonly hint?: ReactNode;
    readonly error?: string | undefined;
    /** Gets what ties the input to its label, its hint and its error. */
    readonly children: (input: {
        id: string;
        'aria-describedby': string | undefined;
        'aria-invalid': boolean;
    }) => ReactNode;
}
/** A label, an input, a hint, and what is wrong with it. */
export declare function Field({ label, hint, error, children }: FieldProps): import("react").JSX.Element;
export {};
//# sourceMappingURL=field.d.ts.map
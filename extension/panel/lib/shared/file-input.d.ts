import { type InputHTMLAttributes } from 'react';
interface FileInputProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value' | 'id'> {
    /** The input's; its label has the same with `-label`. */
    readonly id: string;
    readonly kind: 'script' | 'data';
    readonly value: string;
    readonly change: (path: string) => void;
}
/** A path that can be typed, taken from the newest files, or chosen in JupyterLab's own dialog. */
export declare function FileInput({ kind, value, change, ...input }: FileInputProps): import("react").JSX.Element;
export {};
//# sourceMappingURL=file-input.d.ts.map
import type { TranslationBundle } from '@jupyterlab/translation';
/** `42 s`, `3 min 5 s`, `2 h 10 min`. */
export declare function duration(milliseconds: number): string;
/** `5 minutes ago`; the date when it is longer than a week. */
export declare function ago(iso: string, trans: TranslationBundle, now?: number): string;
export declare const clock: (iso: string) => string;
export declare const moment: (iso: string) => string;
/** A metric's value with four significant digits, as papers print it. */
export declare const figure: (value: number) => string;
export declare function bytes(count: number): string;
//# sourceMappingURL=format.d.ts.map
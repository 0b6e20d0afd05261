import type { TranslationBundle } from '@jupyterlab/translation';
/** Tells when a job that was seen running has ended, wherever the user is looking. */
export declare function notifyEnded(trans: TranslationBundle, wanted: () => boolean, open: (name: string) => void): void;
//# sourceMappingURL=notify-ended.d.ts.map
import type { TranslationBundle } from '@jupyterlab/translation';
type Tone = 'good' | 'bad' | 'busy' | 'quiet';
export declare const toneOf: (status: string | undefined) => Tone;
/** SageMaker's word, as people write it. */
export declare function statusWord(status: string | undefined, trans: TranslationBundle): string;
/** A dot and a word; the word says it all. */
export declare function Status({ status, phase }: {
    status: string | undefined;
    phase?: string | undefined;
}): import("react").JSX.Element;
export {};
//# sourceMappingURL=status.d.ts.map
import type { LabIcon } from '@jupyterlab/ui-components';
import type { SealStatus } from '@sealab/service';
import type { TranslationBundle } from '@jupyterlab/translation';
export declare const SEAL_ICONS: Readonly<Record<SealStatus, LabIcon>>;
export declare function sealWord(status: SealStatus, trans: TranslationBundle): string;
export interface SealNumbers {
    readonly status: SealStatus;
    readonly sealed: number;
    readonly broken: number;
    readonly notVerified: number;
}
/** How many stand behind the word. */
export declare function sealNumbers({ status, sealed, broken, notVerified }: SealNumbers, trans: TranslationBundle): string;
export declare function SealIcon({ status }: {
    status: SealStatus;
}): import("react").JSX.Element;
/** The small seal on a line of a list: an icon with its words for those who cannot see it. */
export declare function SmallSeal({ seal }: {
    seal: SealNumbers | undefined;
}): import("react").JSX.Element;
//# sourceMappingURL=seal.d.ts.map
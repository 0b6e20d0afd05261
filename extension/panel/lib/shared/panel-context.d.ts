import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Template } from '../data/queries.ts';
/** What every view gets from the plugin. */
export interface PanelContext {
    readonly trans: TranslationBundle;
    /** Seconds between refreshes of lists, as the user set it. */
    readonly refreshSeconds: number;
    /** Absent where the host has no file browser: paths are typed then. */
    readonly documents: IDocumentManager | null;
    openJob(name: string): void;
    openEndpoint(name: string): void;
    openTrainingForm(start?: {
        clone: string;
    } | {
        template: Template['id'];
    }): void;
}
export declare const PanelProvider: import("react").Provider<PanelContext | undefined>;
export declare function usePanel(): PanelContext;
export declare const VisibleProvider: import("react").Provider<boolean>;
export declare const useVisible: () => boolean;
/** The interval for a query that follows something: none while hidden. */
export declare function useRefresh(active?: boolean): number | false;
//# sourceMappingURL=panel-context.d.ts.map
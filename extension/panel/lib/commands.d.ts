import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Tabs } from './tabs.ts';
export declare const COMMANDS: {
    readonly show: "sealab:show";
    readonly newTrainingJob: "sealab:new-training-job";
    readonly openJob: "sealab:open-training-job";
    readonly openEndpoint: "sealab:open-endpoint";
    readonly check: "sealab:check-seal";
    /** Opens a tab as the layout remembers it. */
    readonly openTab: "sealab:open-tab";
};
/** What can be done by the palette, the launcher, a shortcut or another extension. */
export declare function addCommands(app: JupyterFrontEnd, tabs: Tabs, trans: TranslationBundle, sidebar: string): void;
//# sourceMappingURL=commands.d.ts.map
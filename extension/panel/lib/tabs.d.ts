import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';
import type { PanelContext } from './shared/panel-context.tsx';
export interface Tab {
    /** One tab for each id: opening it again shows the one that is there. */
    readonly id: string;
    readonly title: string;
    readonly icon: LabIcon;
    readonly view: (close: () => void) => ReactElement;
}
/** Opens views in the main area, one tab for each thing. */
export declare class Tabs {
    #private;
    constructor(app: JupyterFrontEnd, context: () => PanelContext);
    /** Brings the tabs of the last session back. */
    restore(restorer: ILayoutRestorer): void;
    /** Shows the tab; `command` with `args` is what opens it again after a reload. */
    open(tab: Tab, command: string, args: Record<string, string>): void;
    /** Renders anew what is open: a setting has changed. */
    refresh(): void;
}
//# sourceMappingURL=tabs.d.ts.map
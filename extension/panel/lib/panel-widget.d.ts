import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { type ReactElement } from 'react';
import { type PanelContext } from './shared/panel-context.tsx';
/** A view in a Lumino widget: one cache for all of them, and each knows whether it is shown. */
export declare class PanelWidget extends ReactWidget {
    #private;
    constructor(context: () => PanelContext, view: ReactElement);
    protected onAfterShow(message: Message): void;
    protected onAfterHide(message: Message): void;
    protected onActivateRequest(): void;
    protected render(): ReactElement;
}
//# sourceMappingURL=panel-widget.d.ts.map
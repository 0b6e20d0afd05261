import { ReactWidget } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';
import { type PanelContext } from './panel-context.tsx';
/** A view as the body of a JupyterLab dialog. */
export declare class PanelBody extends ReactWidget {
    #private;
    constructor(panel: PanelContext, view: ReactElement);
    protected render(): ReactElement;
}
//# sourceMappingURL=panel-body.d.ts.map
import { jsx as _jsx } from "react/jsx-runtime";
import { ReactWidget } from '@jupyterlab/ui-components';
import { QueryClientProvider } from '@tanstack/react-query';
import { queryClient } from "../data/queries.js";
import { PanelProvider } from "./panel-context.js";
/** A view as the body of a JupyterLab dialog. */
export class PanelBody extends ReactWidget {
    #panel;
    #view;
    constructor(panel, view) {
        super();
        this.#panel = panel;
        this.#view = view;
        this.addClass('jp-Sealab');
    }
    render() {
        return (_jsx(QueryClientProvider, { client: queryClient, children: _jsx(PanelProvider, { value: this.#panel, children: this.#view }) }));
    }
}
//# sourceMappingURL=panel-body.js.map
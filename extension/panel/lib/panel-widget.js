import { jsx as _jsx } from "react/jsx-runtime";
import { ReactWidget } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';
import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { queryClient } from "./data/queries.js";
import { PanelProvider, VisibleProvider } from "./shared/panel-context.js";
/** A view in a Lumino widget: one cache for all of them, and each knows whether it is shown. */
export class PanelWidget extends ReactWidget {
    #changed = new Signal(this);
    #context;
    #view;
    constructor(context, view) {
        super();
        this.#context = context;
        this.#view = view;
        this.addClass('jp-Sealab');
    }
    onAfterShow(message) {
        super.onAfterShow(message);
        this.#changed.emit(true);
    }
    onAfterHide(message) {
        super.onAfterHide(message);
        this.#changed.emit(false);
    }
    onActivateRequest() {
        const target = this.node.querySelector('[data-autofocus], button, input, select, [tabindex="0"]');
        target?.focus({ preventScroll: true });
    }
    render() {
        return (_jsx(Shown, { changed: this.#changed, initially: this.isVisible, children: _jsx(QueryClientProvider, { client: queryClient, children: _jsx(PanelProvider, { value: this.#context(), children: this.#view }) }) }));
    }
}
function Shown(props) {
    const [visible, setVisible] = useState(props.initially);
    useEffect(() => {
        const listen = (_, shown) => setVisible(shown);
        props.changed.connect(listen);
        return () => {
            props.changed.disconnect(listen);
        };
    }, [props.changed]);
    return _jsx(VisibleProvider, { value: visible, children: props.children });
}
//# sourceMappingURL=panel-widget.js.map
import { jsx as _jsx } from "react/jsx-runtime";
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { usePanel } from "../shared/panel-context.js";
import { ResourceSeal } from "../seal/resource-seal.js";
import { PanelBody } from "../shared/panel-body.js";
import { ResourceList } from "./resource-list.js";
/** Models have little to show: their seal, in a dialog. */
export function ModelList() {
    const panel = usePanel();
    const { trans } = panel;
    const open = (name) => void showDialog({
        title: name,
        body: new PanelBody(panel, (_jsx("div", { className: "jp-Sealab-dialog", children: _jsx(ResourceSeal, { kind: "models", name: name }) }))),
        buttons: [Dialog.okButton({ label: trans.__('Close') })],
    });
    return _jsx(ResourceList, { kind: "models", open: open, empty: trans.__('No models. Deploying a job creates one.') });
}
//# sourceMappingURL=model-list.js.map
import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { FileDialog } from '@jupyterlab/filebrowser';
import { Button, folderIcon } from '@jupyterlab/ui-components';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { queries } from "../data/queries.js";
import { usePanel } from "./panel-context.js";
import { ago, bytes } from "./format.js";
/** A path that can be typed, taken from the newest files, or chosen in JupyterLab's own dialog. */
export function FileInput({ kind, value, change, ...input }) {
    const { trans, documents } = usePanel();
    const { data } = useQuery(queries.files(kind));
    const list = useId();
    const browse = async () => {
        if (documents === null)
            return;
        const { value: chosen } = await FileDialog.getOpenFiles({ manager: documents, title: kind === 'script' ? trans.__('Choose a script') : trans.__('Choose training data') });
        const path = chosen?.[0]?.path;
        if (path !== undefined)
            change(path);
    };
    return (_jsxs("div", { className: "jp-Sealab-fileInput", children: [_jsx("input", { ...input, className: "jp-mod-styled", spellCheck: false, autoComplete: "off", list: list, value: value, onChange: (event) => change(event.target.value) }), _jsx("datalist", { id: list, children: data?.files.map(({ path, bytes: size, modifiedAt }) => (_jsx("option", { value: path, children: `${bytes(size)}, ${ago(modifiedAt, trans)}` }, path))) }), documents !== null && (_jsx(Button, { minimal: true, title: trans.__('Browse …'), "aria-label": trans.__('Browse files'), "aria-describedby": `${input.id}-label`, onClick: () => void browse(), children: _jsx(folderIcon.react, { tag: "span", className: "jp-Sealab-icon", "aria-hidden": "true" }) }))] }));
}
//# sourceMappingURL=file-input.js.map
import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { addIcon, Button, closeIcon } from '@jupyterlab/ui-components';
import { useRef } from 'react';
import { usePanel } from "./panel-context.js";
/** Names and values, a line each. */
export function PairTable({ caption, columns, pairs, error, change }) {
    const { trans } = usePanel();
    const table = useRef(null);
    const set = (index, part) => change(pairs.map((pair, i) => (i === index ? { ...pair, ...part } : pair)));
    const add = () => {
        change([...pairs, { name: '', value: '' }]);
        requestAnimationFrame(() => table.current?.querySelector('tbody tr:last-child input')?.focus());
    };
    return (_jsxs("div", { className: "jp-Sealab-field", children: [_jsxs("table", { ref: table, className: "jp-Sealab-pairs", children: [_jsx("caption", { children: caption }), pairs.length > 0 && (_jsx("thead", { children: _jsxs("tr", { children: [_jsx("th", { scope: "col", children: columns[0] }), _jsx("th", { scope: "col", children: columns[1] }), _jsx("th", { scope: "col", children: _jsx("span", { className: "jp-Sealab-unseen", children: trans.__('Remove') }) })] }) })), _jsx("tbody", { children: pairs.map((pair, index) => (_jsxs("tr", { children: [_jsx("td", { children: _jsx("input", { className: "jp-mod-styled", spellCheck: false, "aria-label": `${columns[0]} ${index + 1}`, value: pair.name, onChange: (event) => set(index, { name: event.target.value }) }) }), _jsx("td", { children: _jsx("input", { className: "jp-mod-styled", spellCheck: false, "aria-label": pair.name === '' ? `${columns[1]} ${index + 1}` : pair.name, value: pair.value, onChange: (event) => set(index, { value: event.target.value }) }) }), _jsx("td", { children: _jsx(Button, { minimal: true, small: true, title: trans.__('Remove'), "aria-label": trans.__('Remove %1', pair.name || String(index + 1)), onClick: () => change(pairs.filter((_, i) => i !== index)), children: _jsx(closeIcon.react, { tag: "span", className: "jp-Sealab-icon", "aria-hidden": "true" }) }) })] }, index))) })] }), error !== undefined && (_jsx("p", { className: "jp-Sealab-fieldError", role: "alert", children: error })), _jsxs(Button, { minimal: true, small: true, className: "jp-Sealab-add", onClick: add, children: [_jsx(addIcon.react, { tag: "span", className: "jp-Sealab-icon", "aria-hidden": "true" }), trans.__('Add to %1', caption.toLowerCase())] })] }));
}
//# sourceMappingURL=pair-table.js.map
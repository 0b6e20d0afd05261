import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import { useId, useState } from 'react';
/** A titled part of a view; one with `open` can be folded. */
export function Section({ title, note, open, children }) {
    const [shown, setShown] = useState(open ?? true);
    const id = useId();
    const Caret = shown ? caretDownIcon : caretRightIcon;
    return (_jsxs("section", { className: "jp-Sealab-section", "aria-labelledby": `${id}-title`, children: [_jsxs("div", { className: "jp-Sealab-sectionHead", children: [_jsx("h2", { id: `${id}-title`, children: open === undefined ? (title) : (_jsxs("button", { type: "button", "aria-expanded": shown, "aria-controls": id, onClick: () => setShown(!shown), children: [_jsx(Caret.react, { tag: "span", className: "jp-Sealab-icon", "aria-hidden": "true" }), title] })) }), note !== undefined && _jsx("span", { className: "jp-Sealab-note", children: note })] }), shown && _jsx("div", { id: id, children: children })] }));
}
//# sourceMappingURL=section.js.map
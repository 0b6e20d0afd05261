import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { useQuery } from '@tanstack/react-query';
import { queries } from "./data/queries.js";
import { SealIcon, sealNumbers, sealWord } from "./seal/seal.js";
import { usePanel } from "./shared/panel-context.js";
/** The seal in the status bar: one word for the whole environment. */
export function StatusItem({ show }) {
    const { trans } = usePanel();
    const { data } = useQuery(queries.posture);
    if (data === undefined)
        return null;
    const word = sealWord(data.status, trans);
    return (_jsxs("button", { type: "button", className: "jp-Sealab-statusItem", title: `Sealab: ${sealNumbers(data, trans)}`, onClick: show, children: [_jsx(SealIcon, { status: data.status }), word] }));
}
//# sourceMappingURL=status-item.js.map
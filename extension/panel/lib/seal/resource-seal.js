import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { queries } from "../data/queries.js";
import { usePanel } from "../shared/panel-context.js";
import { Loading, Problem } from "../shared/states.js";
import { Controls } from "./findings.js";
import { SealIcon, sealNumbers, sealWord } from "./seal.js";
/** The seal of one job, model or endpoint; it opens to the list of its controls. */
export function ResourceSeal({ kind, name }) {
    const { trans } = usePanel();
    const { data, error, refetch } = useQuery(queries.seal(kind, name));
    const [open, setOpen] = useState(false);
    const id = useId();
    if (error !== null)
        return _jsx(Problem, { error: error, retry: () => void refetch() });
    if (data === undefined)
        return _jsx(Loading, { what: trans.__('Checking the seal …') });
    return (_jsxs("div", { className: `jp-Sealab-resourceSeal jp-mod-${data.status}`, children: [_jsxs("button", { type: "button", className: "jp-Sealab-sealButton", "aria-expanded": open, "aria-controls": id, onClick: () => setOpen(!open), children: [_jsx(SealIcon, { status: data.status }), _jsx("strong", { children: sealWord(data.status, trans) }), _jsx("span", { className: "jp-Sealab-note", children: sealNumbers(data, trans) })] }), open && (_jsx("div", { id: id, children: _jsx(Controls, { seal: data }) }))] }));
}
//# sourceMappingURL=resource-seal.js.map
import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { usePanel } from "../shared/panel-context.js";
import { SealIcon, sealWord } from "./seal.js";
const ORDER = ['broken', 'not-verified', 'sealed'];
/** What needs attention comes first; the rest stays in the order of the contract. */
const worstFirst = (list) => ORDER.flatMap((status) => list.filter((item) => item.status === status));
/** The controls of a resource: what was wanted and what is there. */
export function Controls({ seal }) {
    const { trans } = usePanel();
    return (_jsx("ul", { className: "jp-Sealab-findings", children: worstFirst(seal.controls).map((control) => (_jsx("li", { children: _jsxs("details", { open: control.status === 'broken', children: [_jsxs("summary", { children: [_jsx(SealIcon, { status: control.status }), _jsx("span", { children: control.title }), control.status !== 'sealed' && _jsx("em", { children: sealWord(control.status, trans) })] }), _jsx("p", { children: control.because }), _jsxs("dl", { children: [_jsx("dt", { children: trans.__('Field') }), _jsx("dd", { children: _jsx("code", { children: control.location }) }), _jsx("dt", { children: trans.__('Wanted') }), _jsx("dd", { children: _jsx("code", { children: control.wanted }) }), _jsx("dt", { children: trans.__('Found') }), _jsx("dd", { children: control.found === undefined ? trans.__('nothing') : _jsx("code", { children: control.found }) })] }), control.status === 'broken' && _jsx("p", { className: "jp-Sealab-remedy", children: control.remedy })] }) }, `${control.control} ${control.location}`))) }));
}
/** The live checks of the environment. */
export function Checks({ posture }) {
    const { trans } = usePanel();
    return (_jsx("ul", { className: "jp-Sealab-findings", children: worstFirst(posture.checks).map((check) => (_jsx("li", { children: _jsxs("details", { open: check.status === 'broken', children: [_jsxs("summary", { children: [_jsx(SealIcon, { status: check.status }), _jsx("span", { children: check.title }), check.status !== 'sealed' && _jsx("em", { children: sealWord(check.status, trans) })] }), _jsx("p", { children: check.detail }), check.remedy !== undefined && check.status !== 'sealed' && _jsx("p", { className: "jp-Sealab-remedy", children: check.remedy })] }) }, check.id))) }));
}
//# sourceMappingURL=findings.js.map
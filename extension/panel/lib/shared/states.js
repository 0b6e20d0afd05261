import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { Button, errorIcon } from '@jupyterlab/ui-components';
import { ServiceError } from "../data/service-error.js";
import { usePanel } from "./panel-context.js";
/** What is wrong and what to do; with a button when trying again may help. */
export function Problem({ error, retry }) {
    const { trans } = usePanel();
    const remedy = error instanceof ServiceError ? error.remedy : undefined;
    return (_jsxs("div", { className: "jp-Sealab-problem", role: "alert", children: [_jsx(errorIcon.react, { tag: "span", className: "jp-Sealab-icon", "aria-hidden": "true" }), _jsxs("div", { children: [_jsx("p", { children: error instanceof Error ? error.message : String(error) }), remedy !== undefined && _jsx("p", { className: "jp-Sealab-hint", children: remedy }), retry !== undefined && (_jsx(Button, { small: true, className: "jp-mod-styled jp-Sealab-small", onClick: () => retry(), children: trans.__('Try again') }))] })] }));
}
/** Says that something is on its way, without moving. */
export function Loading({ what }) {
    return (_jsx("p", { className: "jp-Sealab-hint", role: "status", children: what }));
}
export function Empty({ children }) {
    return _jsx("p", { className: "jp-Sealab-hint", children: children });
}
//# sourceMappingURL=states.js.map
import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { lockIcon } from '@jupyterlab/ui-components';
import { SealIcon } from "../seal/seal.js";
import { usePanel } from "../shared/panel-context.js";
/** The end of an ARN or a list of ids, short enough for a line; the whole of it is in the title. */
const short = (value) => value.split(', ').map((part) => (part.startsWith('arn:') ? part.split(/[:/]/).slice(-2).join('/') : part)).join(', ');
/** The security fields of a training job, as they will be sent: shown, locked, and each with why. */
export function SecuredFields({ fields, connected }) {
    const { trans } = usePanel();
    const locked = fields.filter((field) => field.locked || field.path === 'EnableNetworkIsolation');
    const limited = fields.filter((field) => !locked.includes(field));
    return (_jsxs("section", { className: "jp-Sealab-secured", "aria-label": trans.__('Secured by the environment'), children: [_jsxs("h2", { children: [_jsx(SealIcon, { status: "sealed" }), trans.__('Secured by the environment')] }), _jsx("p", { className: "jp-Sealab-hint", children: trans.__('These go into every job by themselves. IAM refuses a job without them.') }), _jsx("ul", { children: locked.map((field) => {
                    const open = connected && field.path === 'EnableNetworkIsolation';
                    const value = open ? trans.__('project network') : field.value;
                    return (_jsxs("li", { children: [_jsx(lockIcon.react, { tag: "span", className: "jp-Sealab-icon", title: trans.__('Locked') }), _jsxs("div", { children: [_jsxs("p", { className: "jp-Sealab-securedTitle", children: [_jsx("span", { children: field.title }), _jsx("code", { title: value, children: short(value) })] }), _jsx("p", { className: "jp-Sealab-hint", children: open ? trans.__('The container reaches the project’s VPC endpoints and the package mirror, and nothing else.') : field.because })] })] }, field.control));
                }) }), limited.length > 0 && (_jsxs("details", { children: [_jsx("summary", { children: trans.__('%1 more limits', limited.length) }), _jsx("ul", { children: limited.map((field) => (_jsx("li", { children: _jsxs("div", { children: [_jsxs("p", { className: "jp-Sealab-securedTitle", children: [_jsx("span", { children: field.title }), _jsx("code", { title: field.value, children: short(field.value) })] }), _jsx("p", { className: "jp-Sealab-hint", children: field.because })] }) }, field.control))) })] }))] }));
}
//# sourceMappingURL=secured-fields.js.map
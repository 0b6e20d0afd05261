import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { usePanel } from "./panel-context.js";
const TONES = {
    Completed: 'good',
    InService: 'good',
    Failed: 'bad',
    RollingBack: 'bad',
    OutOfService: 'bad',
    UpdateRollbackFailed: 'bad',
    InProgress: 'busy',
    Stopping: 'busy',
    Creating: 'busy',
    Updating: 'busy',
    SystemUpdating: 'busy',
    Deleting: 'busy',
};
export const toneOf = (status) => TONES[status ?? ''] ?? 'quiet';
/** SageMaker's word, as people write it. */
export function statusWord(status, trans) {
    switch (status) {
        case undefined:
            return '';
        case 'InProgress':
            return trans.__('Running');
        case 'InService':
            return trans.__('In service');
        default:
            return status.replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);
    }
}
/** A dot and a word; the word says it all. */
export function Status({ status, phase }) {
    const { trans } = usePanel();
    const word = statusWord(status, trans);
    const step = phase !== undefined && phase !== status ? statusWord(phase, trans) : undefined;
    return (_jsxs("span", { className: `jp-Sealab-status jp-mod-${toneOf(status)}`, children: [_jsx("span", { className: "jp-Sealab-dot", "aria-hidden": "true" }), status === 'InProgress' && step !== undefined ? step : word] }));
}
//# sourceMappingURL=status.js.map
import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { clock, duration } from "../shared/format.js";
import { usePanel } from "../shared/panel-context.js";
import { hasEnded } from "./job-state.js";
import { statusWord } from "../shared/status.js";
/** What the job went through, step by step, each with how long it took. */
export function Timeline({ job }) {
    const { trans } = usePanel();
    const steps = job.transitions.filter(({ startedAt }) => startedAt !== undefined);
    return (_jsx("ol", { className: "jp-Sealab-timeline", "aria-label": trans.__('Status timeline'), children: steps.map((step, index) => {
            const current = index === steps.length - 1 && !hasEnded(job.status);
            const took = step.startedAt !== undefined && step.endedAt !== undefined ? Date.parse(step.endedAt) - Date.parse(step.startedAt) : undefined;
            const bad = step.phase === 'Failed' || step.phase === 'MaxRuntimeExceeded';
            return (_jsxs("li", { className: bad ? 'jp-mod-bad' : current ? 'jp-mod-busy' : 'jp-mod-good', "aria-current": current ? 'step' : undefined, title: step.message, children: [_jsx("strong", { children: statusWord(step.phase, trans) }), _jsx("span", { children: `${clock(step.startedAt ?? '')}${took !== undefined && took >= 1000 ? ` · ${duration(took)}` : ''}` })] }, index));
        }) }));
}
//# sourceMappingURL=timeline.js.map
import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { queries } from "../data/queries.js";
import { figure } from "../shared/format.js";
import { usePanel, useRefresh } from "../shared/panel-context.js";
import { Empty, Loading, Problem } from "../shared/states.js";
/** Observable Plot is larger than the rest of the panel: it comes when there is a curve to draw. */
const MetricChart = lazy(() => import("./metric-chart.js"));
/** Last value of each metric, and its curve where it has more than one point. */
export function MetricView({ name, running, defined }) {
    const { trans } = usePanel();
    const interval = useRefresh(running);
    const { data, error, refetch } = useQuery({ ...queries.metrics(name), refetchInterval: interval === false ? false : Math.min(interval, 3000) });
    if (error !== null)
        return _jsx(Problem, { error: error, retry: () => void refetch() });
    if (data === undefined)
        return _jsx(Loading, { what: trans.__('Loading metrics …') });
    const names = [...new Set([...defined.map((metric) => metric.name), ...Object.keys(data.last)])];
    if (names.length === 0)
        return _jsx(Empty, { children: trans.__('This job defines no metrics. Add them in the form: a name, and a regular expression that finds the value in the log.') });
    return (_jsxs("div", { className: "jp-Sealab-metrics", children: [names.map((metric) => {
                const points = data.points.filter((point) => point.name === metric);
                const last = data.last[metric];
                return (_jsxs("figure", { children: [_jsxs("figcaption", { children: [_jsx("span", { children: metric }), _jsx("strong", { children: last === undefined ? '–' : figure(last) })] }), points.length > 1 && (_jsx(Suspense, { fallback: _jsx(Loading, { what: trans.__('Drawing …') }), children: _jsx(MetricChart, { label: metric, points: points }) }))] }, metric));
            }), data.points.length === 0 && _jsx(Empty, { children: running ? trans.__('No value in the log yet.') : trans.__('The log holds no value that these expressions find.') })] }));
}
//# sourceMappingURL=metric-view.js.map
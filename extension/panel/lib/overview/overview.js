import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { Button, HTMLSelect, InputGroup } from '@jupyterlab/ui-components';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { queries } from "../data/queries.js";
import { usePanel, useRefresh } from "../shared/panel-context.js";
import { Section } from "../shared/section.js";
import { Empty, Loading, Problem } from "../shared/states.js";
import { EnvironmentSeal } from "./environment-seal.js";
import { ModelList } from "./model-list.js";
import { ResourceLines, ResourceList } from "./resource-list.js";
/** What costs money at this moment: jobs on their way, and endpoints. */
function RunningNow() {
    const { trans, openJob, openEndpoint } = usePanel();
    const interval = useRefresh();
    const jobs = useInfiniteQuery({ ...queries.list('training-jobs', { status: 'InProgress' }), refetchInterval: interval });
    const endpoints = useInfiniteQuery({ ...queries.list('endpoints'), refetchInterval: interval });
    const running = jobs.data?.pages.flatMap(({ items }) => items) ?? [];
    const hosting = endpoints.data?.pages.flatMap(({ items }) => items) ?? [];
    const count = running.length + hosting.length;
    const known = jobs.data !== undefined && endpoints.data !== undefined;
    const failed = jobs.error ?? endpoints.error;
    return (_jsxs(Section, { title: trans.__('Running now'), note: known && count > 0 ? String(count) : undefined, children: [running.length > 0 && _jsx(ResourceLines, { kind: "training-jobs", lines: running, open: openJob }), hosting.length > 0 && _jsx(ResourceLines, { kind: "endpoints", lines: hosting, open: openEndpoint }), endpoints.hasNextPage && (_jsx(Button, { small: true, className: "jp-mod-styled jp-Sealab-small", onClick: () => void endpoints.fetchNextPage(), children: trans.__('Show more endpoints') })), !known && failed === null && _jsx(Loading, { what: trans.__('Loading …') }), failed !== null && _jsx(Problem, { error: failed }), known && count === 0 && _jsx(Empty, { children: trans.__('Nothing is running.') })] }));
}
function Start() {
    const { trans, openTrainingForm } = usePanel();
    const templates = useQuery(queries.templates);
    return (_jsxs(Section, { title: trans.__('Start'), children: [_jsx(Button, { className: "jp-mod-styled jp-mod-accept jp-Sealab-wide", onClick: () => openTrainingForm(), children: trans.__('New training job') }), (templates.data?.templates ?? []).map((template) => (_jsxs("button", { type: "button", className: "jp-Sealab-template", onClick: () => openTrainingForm({ template: template.id }), children: [_jsx("strong", { children: template.title }), _jsx("span", { children: template.description })] }, template.id)))] }));
}
const STATUSES = ['InProgress', 'Completed', 'Failed', 'Stopped'];
function TrainingJobs() {
    const { trans, openJob } = usePanel();
    const [search, setSearch] = useState('');
    const [status, setStatus] = useState('');
    const asked = useDeferredValue(search).trim();
    const filter = { ...(asked !== '' && { search: asked }), ...(status !== '' && { status }) };
    const filtered = asked !== '' || status !== '';
    return (_jsxs(Section, { title: trans.__('Training jobs'), open: true, children: [_jsxs("div", { className: "jp-Sealab-filters", children: [_jsx(InputGroup, { type: "text", className: "jp-Sealab-search", "aria-label": trans.__('Search training jobs'), placeholder: trans.__('Search'), rightIcon: "ui-components:search", value: search, onChange: (event) => setSearch(event.currentTarget.value.replace(/[^a-zA-Z0-9-]/g, '')) }), _jsx(HTMLSelect, { "aria-label": trans.__('Status'), value: status, onChange: (event) => setStatus(event.currentTarget.value), options: [
                            { value: '', label: trans.__('All') },
                            ...STATUSES.map((value) => ({ value, label: { InProgress: trans.__('Running'), Completed: trans.__('Completed'), Failed: trans.__('Failed'), Stopped: trans.__('Stopped') }[value] })),
                        ] })] }), _jsx(ResourceList, { kind: "training-jobs", filter: filter, open: openJob, empty: filtered ? trans.__('No job matches. Clear the search or choose another status.') : trans.__('No jobs yet. Start one above; it is sealed without further ado.') })] }));
}
/** The sidebar. */
export function Overview() {
    const { trans } = usePanel();
    return (_jsxs("div", { className: "jp-Sealab-overview", children: [_jsx(EnvironmentSeal, {}), _jsx(RunningNow, {}), _jsx(Start, {}), _jsx(TrainingJobs, {}), _jsx(Section, { title: trans.__('Models'), open: false, children: _jsx(ModelList, {}) })] }));
}
//# sourceMappingURL=overview.js.map
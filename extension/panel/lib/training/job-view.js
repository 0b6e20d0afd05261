import { jsx as _jsx, Fragment as _Fragment, jsxs as _jsxs } from "react/jsx-runtime";
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { Button } from '@jupyterlab/ui-components';
import { useMutation, useQuery } from '@tanstack/react-query';
import { read, service } from "../data/client.js";
import { useFollowedJob } from "../data/follow-job.js";
import { queries, queryClient, refreshLists } from "../data/queries.js";
import { DeployButton } from "../hosting/deploy-button.js";
import { ResourceSeal } from "../seal/resource-seal.js";
import { CopyAsTypeScript } from "../shared/copy-as-typescript.js";
import { duration } from "../shared/format.js";
import { usePanel, useVisible } from "../shared/panel-context.js";
import { Section } from "../shared/section.js";
import { Loading, Problem } from "../shared/states.js";
import { Status } from "../shared/status.js";
import { Configuration } from "./configuration.js";
import { hasEnded } from "./job-state.js";
import { LogView } from "./log-view.js";
import { MetricView } from "./metric-view.js";
import { Timeline } from "./timeline.js";
function StopButton({ job }) {
    const { trans } = usePanel();
    const stop = useMutation({
        mutationFn: () => read(service['training-jobs'][':name'].stop.$post({ param: { name: job.name } })),
        onSuccess: () => Promise.all([queryClient.invalidateQueries({ queryKey: queries.job(job.name).queryKey }), refreshLists()]),
    });
    const ask = async () => {
        const { button } = await showDialog({
            title: trans.__('Stop %1?', job.name),
            body: trans.__('The script is told to end and has two minutes to save what it has. What it wrote to the model folder is kept.'),
            buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Stop') })],
        });
        if (button.accept)
            stop.mutate();
    };
    return (_jsxs(_Fragment, { children: [_jsx(Button, { className: "jp-mod-styled jp-Sealab-quiet jp-Sealab-danger", disabled: job.status !== 'InProgress' || stop.isPending, onClick: () => void ask(), children: trans.__('Stop') }), stop.error !== null && _jsx(Problem, { error: stop.error })] }));
}
/** A training job: what happens, what it says, how good it is, what it was asked, and its seal. */
export function JobView({ name }) {
    const { trans, openTrainingForm } = usePanel();
    const { data: job, error, refetch } = useQuery(queries.job(name));
    const followed = useFollowedJob(name, useVisible());
    if (job === undefined)
        return error === null ? _jsx(Loading, { what: trans.__('Loading %1 …', name) }) : _jsx(Problem, { error: error, retry: () => void refetch() });
    const running = !hasEnded(job.status);
    const took = job.createdAt !== undefined && job.endedAt !== undefined ? duration(Date.parse(job.endedAt) - Date.parse(job.createdAt)) : undefined;
    return (_jsxs("article", { className: "jp-Sealab-detail", "aria-label": trans.__('Training job %1', name), children: [_jsxs("header", { children: [_jsxs("div", { className: "jp-Sealab-titleLine", children: [_jsx("h1", { children: name }), _jsxs("span", { role: "status", children: [_jsx(Status, { status: job.status, phase: job.phase }), took !== undefined && _jsx("span", { className: "jp-Sealab-note", children: ` ${trans.__('in %1', took)}` })] })] }), _jsxs("div", { className: "jp-Sealab-actions", children: [job.status === 'Completed' && _jsx(DeployButton, { trainingJob: name }), running && _jsx(StopButton, { job: job }), _jsx(Button, { className: "jp-mod-styled jp-Sealab-quiet", onClick: () => openTrainingForm({ clone: name }), children: trans.__('Clone') }), _jsx(CopyAsTypeScript, { form: () => queryClient.fetchQuery(queries.jobForm(name)) })] }), job.failure !== undefined && _jsx(Problem, { error: new Error(job.failure) }), _jsx(Timeline, { job: job })] }), _jsxs("div", { className: "jp-Sealab-columns", children: [_jsx(Section, { title: trans.__('Log'), children: _jsx(LogView, { name: name, followed: followed }) }), _jsxs("aside", { children: [_jsx(Section, { title: trans.__('Seal'), children: _jsx(ResourceSeal, { kind: "training-jobs", name: name }) }), _jsx(Section, { title: trans.__('Metrics'), children: _jsx(MetricView, { name: name, running: running, defined: job.configuration.metrics }) }), _jsx(Section, { title: trans.__('Configuration'), open: true, children: _jsx(Configuration, { job: job }) })] })] })] }));
}
//# sourceMappingURL=job-view.js.map
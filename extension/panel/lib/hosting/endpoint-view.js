import { jsx as _jsx, Fragment as _Fragment, jsxs as _jsxs } from "react/jsx-runtime";
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { Button } from '@jupyterlab/ui-components';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { read, service } from "../data/client.js";
import { queries, queryClient, refreshLists } from "../data/queries.js";
import { ServiceError } from "../data/service-error.js";
import { ResourceSeal } from "../seal/resource-seal.js";
import { clock, moment } from "../shared/format.js";
import { usePanel, useRefresh } from "../shared/panel-context.js";
import { Section } from "../shared/section.js";
import { Empty, Loading, Problem } from "../shared/states.js";
import { Status, toneOf } from "../shared/status.js";
import { TestBox } from "./test-box.js";
function DeleteButton({ name, done }) {
    const { trans } = usePanel();
    const remove = useMutation({
        mutationFn: () => read(service.endpoints[':name'].$delete({ param: { name } })),
        onSuccess: () => {
            queryClient.removeQueries({ queryKey: queries.endpoint(name).queryKey });
            void refreshLists();
            done();
        },
    });
    const ask = async () => {
        const { button } = await showDialog({
            title: trans.__('Delete %1?', name),
            body: trans.__('The endpoint stops answering. Its configuration and model are removed too; the training job and its artifacts stay.'),
            buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Delete endpoint') })],
        });
        if (button.accept)
            remove.mutate();
    };
    return (_jsxs(_Fragment, { children: [_jsx(Button, { className: "jp-mod-styled jp-Sealab-quiet jp-Sealab-danger", disabled: remove.isPending, onClick: () => void ask(), children: trans.__('Delete endpoint') }), remove.isPending && (_jsx("span", { className: "jp-Sealab-hint", role: "status", children: trans.__('Deleting …') })), remove.error !== null && _jsx(Problem, { error: remove.error })] }));
}
function EndpointLog({ name }) {
    const { trans } = usePanel();
    const { data, error, refetch } = useQuery({ ...queries.endpointLog(name), refetchInterval: useRefresh() });
    if (error !== null)
        return _jsx(Problem, { error: error, retry: () => void refetch() });
    if (data === undefined)
        return _jsx(Loading, { what: trans.__('Loading the log …') });
    if (data.lines.length === 0)
        return _jsx(Empty, { children: trans.__('The log begins when the container does.') });
    return (_jsx("div", { className: "jp-Sealab-logLines jp-mod-static", role: "log", "aria-live": "off", "aria-label": trans.__('Log of %1', name), tabIndex: 0, children: _jsx("ol", { children: data.lines.map(({ timestamp, message }, index) => (_jsxs("li", { title: message, children: [_jsx("time", { children: clock(timestamp) }), _jsx("span", { children: message })] }, index))) }) }));
}
function Facts({ endpoint }) {
    const { trans } = usePanel();
    return (_jsxs("dl", { className: "jp-Sealab-configuration", children: [endpoint.variants.map((variant) => (_jsxs("div", { className: "jp-Sealab-contents", children: [_jsx("dt", { children: trans.__('Variant %1', variant.name) }), _jsx("dd", { children: trans.__('%1 of %2 instances', variant.instances ?? 0, variant.wantedInstances ?? variant.instances ?? 0) }), _jsx("dt", { children: trans.__('Image') }), _jsx("dd", { children: _jsx("code", { children: variant.image }) })] }, variant.name))), _jsx("dt", { children: trans.__('Configuration') }), _jsx("dd", { children: _jsx("code", { children: endpoint.configuration }) }), endpoint.createdAt !== undefined && (_jsxs(_Fragment, { children: [_jsx("dt", { children: trans.__('Created') }), _jsx("dd", { children: moment(endpoint.createdAt) })] })), _jsx("dt", { children: trans.__('ARN') }), _jsx("dd", { children: _jsx("code", { children: endpoint.arn }) })] }));
}
/** An endpoint: whether it answers, a box to try it, its seal, its log. */
export function EndpointView({ name, close }) {
    const { trans } = usePanel();
    const quick = useRefresh();
    const { data: endpoint, error, refetch } = useQuery({
        ...queries.endpoint(name),
        refetchInterval: ({ state }) => (quick === false ? false : toneOf(state.data?.status) === 'busy' ? Math.min(quick, 2000) : quick),
    });
    const status = endpoint?.status;
    useEffect(() => {
        if (status !== undefined)
            void refreshLists();
    }, [status]);
    if (error instanceof ServiceError && error.code !== 'Unreachable' && endpoint !== undefined) {
        return _jsx(Problem, { error: error, retry: () => void refetch() });
    }
    if (endpoint === undefined)
        return error === null ? _jsx(Loading, { what: trans.__('Loading %1 …', name) }) : _jsx(Problem, { error: error, retry: () => void refetch() });
    return (_jsxs("article", { className: "jp-Sealab-detail", "aria-label": trans.__('Endpoint %1', name), children: [_jsxs("header", { children: [_jsxs("div", { className: "jp-Sealab-titleLine", children: [_jsx("h1", { children: name }), _jsx("span", { role: "status", children: _jsx(Status, { status: endpoint.status }) })] }), _jsx("div", { className: "jp-Sealab-actions", children: _jsx(DeleteButton, { name: name, done: close }) }), endpoint.failure !== undefined && _jsx(Problem, { error: new Error(endpoint.failure) })] }), _jsxs("div", { className: "jp-Sealab-columns", children: [_jsxs("div", { children: [_jsx(Section, { title: trans.__('Test box'), children: _jsx(TestBox, { endpoint: name, ready: endpoint.status === 'InService' }) }), _jsx(Section, { title: trans.__('Log'), open: endpoint.status !== 'InService', children: _jsx(EndpointLog, { name: name }) })] }), _jsxs("aside", { children: [_jsx(Section, { title: trans.__('Seal'), children: _jsx(ResourceSeal, { kind: "endpoints", name: name }) }), _jsx(Section, { title: trans.__('Configuration'), open: true, children: _jsx(Facts, { endpoint: endpoint }) })] })] })] }));
}
//# sourceMappingURL=endpoint-view.js.map
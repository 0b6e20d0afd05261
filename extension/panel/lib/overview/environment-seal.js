import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { Button, refreshIcon } from '@jupyterlab/ui-components';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { read, service } from "../data/client.js";
import { queries, queryClient } from "../data/queries.js";
import { Checks } from "../seal/findings.js";
import { SealIcon, sealNumbers, sealWord } from "../seal/seal.js";
import { usePanel } from "../shared/panel-context.js";
import { Problem } from "../shared/states.js";
import { clock } from "../shared/format.js";
/** What the eye meets first: one state for the whole environment, with the checks behind it. */
export function EnvironmentSeal() {
    const { trans } = usePanel();
    const environment = useQuery(queries.environment);
    const posture = useQuery(queries.posture);
    const again = useMutation({
        mutationFn: () => read(service.environment.posture.$get({ query: { fresh: 'true' } })),
        onSuccess: (fresh) => queryClient.setQueryData(queries.posture.queryKey, fresh),
    });
    const [open, setOpen] = useState(false);
    const id = useId();
    if (environment.error !== null)
        return _jsx(Problem, { error: environment.error, retry: () => void environment.refetch() });
    const seal = posture.data;
    const status = seal?.status ?? 'not-verified';
    const { project, environmentType, region, account } = environment.data ?? {};
    return (_jsxs("section", { className: `jp-Sealab-environment jp-mod-${status}`, "aria-label": trans.__('Environment'), children: [_jsxs("button", { type: "button", className: "jp-Sealab-bigSeal", "aria-expanded": open, "aria-controls": id, disabled: seal === undefined, onClick: () => setOpen(!open), children: [_jsx(SealIcon, { status: status }), _jsxs("span", { className: "jp-Sealab-bigSealText", role: "status", children: [_jsx("strong", { children: seal === undefined && posture.error === null ? trans.__('Checking the seal …') : sealWord(status, trans) }), _jsx("span", { children: seal === undefined ? (posture.error === null ? ' ' : trans.__('The checks could not be made')) : sealNumbers(seal, trans) })] })] }), project !== undefined && (_jsxs("p", { className: "jp-Sealab-where", children: [_jsx("strong", { children: project }), " \u00B7 ", _jsx("span", { children: environmentType }), " \u00B7 ", _jsx("span", { children: region }), " \u00B7 ", _jsx("span", { children: account })] })), posture.error !== null && _jsx(Problem, { error: posture.error, retry: () => void posture.refetch() }), open && seal !== undefined && (_jsxs("div", { id: id, className: "jp-Sealab-checks", children: [_jsx(Checks, { posture: seal }), _jsxs("p", { className: "jp-Sealab-checkedAt", children: [trans.__('Looked at %1', clock(seal.checkedAt)), _jsx(Button, { minimal: true, small: true, title: trans.__('Check again'), "aria-label": trans.__('Check again'), disabled: again.isPending, onClick: () => again.mutate(), children: _jsx(refreshIcon.react, { tag: "span", className: "jp-Sealab-icon", "aria-hidden": "true" }) })] }), again.error !== null && _jsx(Problem, { error: again.error })] }))] }));
}
//# sourceMappingURL=environment-seal.js.map
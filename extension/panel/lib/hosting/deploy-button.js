import { jsx as _jsx, Fragment as _Fragment, jsxs as _jsxs } from "react/jsx-runtime";
import { Button } from '@jupyterlab/ui-components';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { service } from "../data/client.js";
import { events } from "../data/event-source.js";
import { refreshLists } from "../data/queries.js";
import { usePanel } from "../shared/panel-context.js";
import { Problem } from "../shared/states.js";
/** Hosts the model of a completed job and opens the endpoint. */
export function DeployButton({ trainingJob }) {
    const { trans, openEndpoint } = usePanel();
    const [step, setStep] = useState();
    const deploy = useMutation({
        mutationFn: async () => {
            const url = service.endpoints.$url();
            for await (const event of events(url, { method: 'POST', body: JSON.stringify({ trainingJob }), headers: { 'Content-Type': 'application/json' } })) {
                if (event.type === 'deployed')
                    return event.name;
                setStep(event.progress.step);
            }
            throw new Error(trans.__('The connection ended before the endpoint was confirmed. Look under Running now before you deploy again.'));
        },
        onSuccess: (name) => {
            void refreshLists();
            openEndpoint(name);
        },
        onSettled: () => setStep(undefined),
    });
    const words = {
        packing: trans.__('Packing the model …'),
        model: trans.__('Creating the model …'),
        configuration: trans.__('Creating the configuration …'),
        endpoint: trans.__('Creating the endpoint …'),
    };
    return (_jsxs(_Fragment, { children: [_jsx(Button, { className: "jp-mod-styled jp-mod-accept", disabled: deploy.isPending, onClick: () => deploy.mutate(), children: trans.__('Deploy to endpoint') }), deploy.isPending && (_jsx("span", { className: "jp-Sealab-hint", role: "status", children: step === undefined ? trans.__('Starting …') : words[step] })), deploy.error !== null && _jsx(Problem, { error: deploy.error })] }));
}
//# sourceMappingURL=deploy-button.js.map
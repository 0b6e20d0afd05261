import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { Button } from '@jupyterlab/ui-components';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { read, service } from "../data/client.js";
import { Field } from "../shared/field.js";
import { usePanel } from "../shared/panel-context.js";
import { Problem } from "../shared/states.js";
import { predictionTable } from "./predictions.js";
const rowsOf = (text) => text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
/** Rows in, predictions out. */
export function TestBox({ endpoint, ready }) {
    const { trans } = usePanel();
    const [text, setText] = useState('');
    const rows = rowsOf(text);
    const send = useMutation({
        mutationFn: async (body) => ({ sent: rowsOf(body), answer: await read(service.endpoints[':name'].invocations.$post({ param: { name: endpoint }, json: { body } })) }),
    });
    const { answer, sent } = send.data ?? {};
    const table = answer === undefined ? undefined : predictionTable(answer.contentType, answer.text, trans.__('prediction'));
    return (_jsxs("div", { className: "jp-Sealab-testBox", children: [_jsx(Field, { label: trans.__('Rows (CSV)'), hint: ready ? trans.__('One row a line, features in the order of the training data, without a header.') : trans.__('The endpoint answers once it is in service.'), children: (props) => (_jsx("textarea", { ...props, className: "jp-mod-styled", rows: 6, spellCheck: false, placeholder: "20000,2,2,1,24,2,2,-1,-1,-2,-2,3913,3102,689,0,0,0,0,689,0,0,0,0", value: text, onChange: (event) => setText(event.target.value), onKeyDown: (event) => {
                        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && ready && rows.length > 0)
                            send.mutate(rows.join('\n'));
                    } })) }), _jsxs("div", { className: "jp-Sealab-actions", children: [_jsx(Button, { className: "jp-mod-styled jp-mod-accept", disabled: !ready || rows.length === 0 || send.isPending, onClick: () => send.mutate(rows.join('\n')), children: trans.__('Send') }), _jsx("span", { className: "jp-Sealab-note", role: "status", children: send.isPending
                            ? trans._n('Sending %1 row …', 'Sending %1 rows …', rows.length)
                            : answer !== undefined
                                ? trans.__('Answered in %1 ms', answer.milliseconds)
                                : rows.length > 0
                                    ? trans._n('%1 row', '%1 rows', rows.length)
                                    : '' })] }), send.error !== null && _jsx(Problem, { error: send.error }), answer !== undefined &&
                (table === undefined ? (_jsx("pre", { className: "jp-Sealab-answer", children: answer.text })) : (_jsx("div", { className: "jp-Sealab-tableBox", tabIndex: 0, role: "region", "aria-label": trans.__('Predictions'), children: _jsxs("table", { className: "jp-Sealab-table", children: [_jsx("caption", { className: "jp-Sealab-unseen", children: trans.__('Predictions') }), _jsx("thead", { children: _jsxs("tr", { children: [_jsx("th", { scope: "col", children: trans.__('Row') }), table.columns.map((column) => (_jsx("th", { scope: "col", children: column }, column))), _jsx("th", { scope: "col", children: trans.__('Sent') })] }) }), _jsx("tbody", { children: table.rows.map((row, index) => (_jsxs("tr", { children: [_jsx("th", { scope: "row", children: index + 1 }), row.map((value, column) => (_jsx("td", { children: value }, column))), _jsx("td", { className: "jp-Sealab-sent", title: sent?.[index], children: sent?.[index] })] }, index))) })] }) })))] }));
}
//# sourceMappingURL=test-box.js.map
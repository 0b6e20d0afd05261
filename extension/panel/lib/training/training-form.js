import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { Button, HTMLSelect } from '@jupyterlab/ui-components';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { queries, refreshLists } from "../data/queries.js";
import { CopyAsTypeScript } from "../shared/copy-as-typescript.js";
import { Field } from "../shared/field.js";
import { FileInput } from "../shared/file-input.js";
import { PairTable } from "../shared/pair-table.js";
import { usePanel } from "../shared/panel-context.js";
import { Loading, Problem } from "../shared/states.js";
import { formErrors, formInput, formState } from "./form-state.js";
import { launch } from "./launch.js";
import { SecuredFields } from "./secured-fields.js";
/** Fetches what the form starts from: the environment's limits, and a template or an earlier job. */
export function TrainingFormView({ start, close }) {
    const { trans } = usePanel();
    const info = useQuery(queries.trainingForm);
    const templates = useQuery({ ...queries.templates, enabled: start.template !== undefined });
    const clone = useQuery({ ...queries.jobForm(start.clone ?? ''), enabled: start.clone !== undefined });
    const error = info.error ?? clone.error;
    if (error !== null)
        return _jsx(Problem, { error: error, retry: () => void (info.error !== null ? info.refetch() : clone.refetch()) });
    const waiting = info.data === undefined || (start.clone !== undefined && clone.data === undefined) || (start.template !== undefined && templates.isPending);
    if (waiting)
        return _jsx(Loading, { what: trans.__('Loading the form …') });
    const template = templates.data?.templates.find(({ id }) => id === start.template);
    return _jsx(TrainingForm, { info: info.data, given: clone.data ?? template?.form ?? {}, close: close });
}
function TrainingForm({ info, given, close }) {
    const { trans, openJob } = usePanel();
    const [state, setState] = useState(() => formState(given, { instanceType: info.instanceTypes[0] ?? '', framework: info.frameworks[0] ?? '' }));
    const [left, setLeft] = useState(new Set());
    const [progress, setProgress] = useState('');
    const form = useRef(null);
    const input = formInput(state);
    const errors = formErrors(input, state, info.schema.properties, trans);
    const shownError = (field) => (left.has(field) || left.has('*') ? errors[field] : undefined);
    const set = (part) => setState((before) => ({ ...before, ...part }));
    const leave = (field) => () => setLeft((before) => new Set([...before, field]));
    const launching = useMutation({
        mutationFn: () => launch(input, setProgress, trans),
        onSuccess: (name) => {
            void refreshLists();
            openJob(name);
            close();
        },
        onSettled: () => setProgress(''),
    });
    const submit = (event) => {
        event.preventDefault();
        setLeft(new Set(['*']));
        if (Object.keys(errors).length > 0) {
            requestAnimationFrame(() => form.current?.querySelector('[aria-invalid="true"]')?.focus());
        }
        else
            launching.mutate();
    };
    const text = (field, numeric) => ({
        className: 'jp-mod-styled',
        spellCheck: false,
        value: state[field],
        ...(numeric && { inputMode: 'numeric' }),
        onChange: (event) => set({ [field]: event.target.value }),
        onBlur: leave(field === 'minutes' ? 'maxRuntime' : field),
    });
    return (_jsxs("form", { ref: form, className: "jp-Sealab-form", "aria-label": trans.__('New training job'), noValidate: true, onSubmit: submit, children: [_jsxs("div", { className: "jp-Sealab-formMain", children: [_jsx("h1", { children: trans.__('New training job') }), _jsx(Field, { label: trans.__('Script'), hint: trans.__('A Python program that reads SM_CHANNEL_TRAINING and writes the model to SM_MODEL_DIR.'), error: shownError('script'), children: (props) => _jsx(FileInput, { ...props, kind: "script", placeholder: "train.py", "data-autofocus": "", value: state.script, change: (script) => set({ script }), onBlur: leave('script') }) }), _jsx(Field, { label: trans.__('Training data'), hint: trans.__('A file of your notebook folder, uploaded with the project’s key, or an S3 URI.'), error: shownError('data'), children: (props) => _jsx(FileInput, { ...props, kind: "data", placeholder: trans.__('data.csv or s3://bucket/prefix'), value: state.data, change: (data) => set({ data }), onBlur: leave('data') }) }), _jsxs("div", { className: "jp-Sealab-fieldRow", children: [_jsx(Field, { label: trans.__('Job name'), hint: trans.__('Made from the script and the time unless given.'), error: shownError('name'), children: (props) => _jsx("input", { ...props, ...text('name', false), maxLength: 63 }) }), _jsx(Field, { label: trans.__('Instance type'), children: (props) => _jsx(HTMLSelect, { ...props, value: state.instanceType, options: info.instanceTypes, onChange: (event) => set({ instanceType: event.currentTarget.value }) }) }), info.frameworks.length > 1 && (_jsx(Field, { label: trans.__('Framework'), children: (props) => _jsx(HTMLSelect, { ...props, value: state.framework, options: info.frameworks, onChange: (event) => set({ framework: event.currentTarget.value }) }) }))] }), _jsx(PairTable, { caption: trans.__('Hyperparameters'), columns: [trans.__('Name'), trans.__('Value')], pairs: state.hyperparameters, error: errors.hyperparameters, change: (hyperparameters) => set({ hyperparameters }) }), _jsx(PairTable, { caption: trans.__('Metrics'), columns: [trans.__('Metric'), trans.__('Regular expression with one group')], pairs: state.metrics, error: errors.metrics, change: (metrics) => set({ metrics }) }), _jsxs("fieldset", { className: "jp-Sealab-choices", children: [_jsx("legend", { children: trans.__('Network') }), _jsxs("label", { children: [_jsx("input", { type: "radio", name: "network", checked: state.network === 'isolated', onChange: () => set({ network: 'isolated' }) }), _jsxs("span", { children: [trans.__('Isolated'), _jsx("em", { children: trans.__('No network in the container; data and code arrive by channels.') })] })] }), _jsxs("label", { children: [_jsx("input", { type: "radio", name: "network", disabled: !info.connectedAllowed, checked: state.network === 'connected', onChange: () => set({ network: 'connected' }) }), _jsxs("span", { children: [trans.__('Connected'), _jsx("em", { children: info.connectedAllowed ? trans.__('The project network: S3 and packages from the approved mirror.') : trans.__('Your administrator does not allow it in this project.') })] })] })] }), _jsxs("div", { className: "jp-Sealab-fieldRow", children: [_jsx(Field, { label: trans.__('Instances'), error: shownError('instanceCount'), children: (props) => _jsx("input", { ...props, ...text('instanceCount', true) }) }), _jsx(Field, { label: trans.__('Disk per instance (GB)'), error: shownError('volumeSize'), children: (props) => _jsx("input", { ...props, ...text('volumeSize', true) }) }), _jsx(Field, { label: trans.__('Longest run time (minutes)'), error: shownError('maxRuntime'), children: (props) => _jsx("input", { ...props, ...text('minutes', true) }) })] })] }), _jsx(SecuredFields, { fields: info.fields, connected: state.network === 'connected' }), _jsxs("footer", { className: "jp-Sealab-formFoot", children: [launching.error !== null && _jsx(Problem, { error: launching.error }), _jsx("p", { role: "status", className: "jp-Sealab-hint", children: progress }), _jsxs("div", { className: "jp-Sealab-actions", children: [_jsx(CopyAsTypeScript, { form: () => input }), _jsx(Button, { type: "submit", className: "jp-mod-styled jp-mod-accept", disabled: launching.isPending, children: trans.__('Launch training job') })] })] })] }));
}
//# sourceMappingURL=training-form.js.map
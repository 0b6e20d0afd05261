import { HTMLSelect, lockIcon } from '@jupyterlab/ui-components';
import type { TrainingFormInput } from '@sealab/service';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useId, useRef, useState, type FormEvent } from 'react';
import { Button } from '../shared/button.tsx';
import { queries, refreshLists, type TrainingFormInfo } from '../data/queries.ts';
import { CopyAsTypeScript } from '../shared/copy-as-typescript.tsx';
import { Field } from '../shared/field.tsx';
import { FileInput } from '../shared/file-input.tsx';
import { PairTable } from '../shared/pair-table.tsx';
import { usePanel } from '../shared/panel-context.tsx';
import { Loading, Problem } from '../shared/states.tsx';
import { formErrors, formInput, formState, type FormState } from './form-state.ts';
import { launch } from './launch.ts';
import { SecuredFields } from './secured-fields.tsx';

export interface FormStart {
  readonly clone?: string;
  readonly template?: string;
}

/** Fetches what the form starts from: the environment's limits, and a template or an earlier job. */
export function TrainingFormView({ start, close }: { start: FormStart; close: () => void }) {
  const { trans } = usePanel();
  const info = useQuery(queries.trainingForm);
  const templates = useQuery({ ...queries.templates, enabled: start.template !== undefined });
  const clone = useQuery({ ...queries.jobForm(start.clone ?? ''), enabled: start.clone !== undefined });
  const error = info.error ?? clone.error;
  if (error !== null) return <Problem error={error} retry={() => void (info.error !== null ? info.refetch() : clone.refetch())} />;
  const waiting =
    info.data === undefined ||
    (start.clone !== undefined && clone.data === undefined) ||
    (start.template !== undefined && templates.isPending);
  if (waiting) return <Loading what={trans.__('Loading the form …')} />;
  const template = templates.data?.templates.find(({ id }) => id === start.template);
  return (
    <TrainingForm info={info.data} given={clone.data ?? (template?.form as Partial<TrainingFormInput> | undefined) ?? {}} close={close} />
  );
}

function TrainingForm({ info, given, close }: { info: TrainingFormInfo; given: Partial<TrainingFormInput>; close: () => void }) {
  const { trans, openJob } = usePanel();
  const [state, setState] = useState(() =>
    formState(given, { instanceType: info.instanceTypes[0] ?? '', framework: info.frameworks[0] ?? '' }),
  );
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [progress, setProgress] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const secured = useId();

  const input = formInput(state);
  const errors = formErrors(input, state, info.schema.properties, trans);
  const shownError = (field: keyof typeof errors) => (left.has(field) || left.has('*') ? errors[field] : undefined);
  const set = (part: Partial<FormState>) => setState((before) => ({ ...before, ...part }));
  const leave = (field: string) => () => setLeft((before) => new Set([...before, field]));

  const launching = useMutation({
    mutationFn: () => launch(input, setProgress, trans),
    onSuccess: (name) => {
      void refreshLists();
      openJob(name);
      close();
    },
    onSettled: () => setProgress(''),
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setLeft(new Set(['*']));
    if (Object.keys(errors).length > 0) {
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
    } else launching.mutate();
  };

  const text = (field: 'name' | 'instanceCount' | 'volumeSize' | 'minutes', numeric: boolean) => ({
    className: 'jp-mod-styled',
    spellCheck: false,
    value: state[field],
    ...(numeric && { inputMode: 'numeric' as const }),
    onChange: (event: { target: { value: string } }) => set({ [field]: event.target.value }),
    onBlur: leave(field === 'minutes' ? 'maxRuntime' : field),
  });

  return (
    <form ref={form} className="jp-Sealab-form" aria-label={trans.__('New training job')} noValidate onSubmit={submit}>
      <div className="jp-Sealab-formMain">
        <h1>{trans.__('New training job')}</h1>
        <Field
          label={trans.__('Script')}
          hint={trans.__('A Python program that reads SM_CHANNEL_TRAINING and writes the model to SM_MODEL_DIR.')}
          error={shownError('script')}
        >
          {(props) => (
            <FileInput
              {...props}
              kind="script"
              placeholder="train.py"
              data-autofocus=""
              value={state.script}
              change={(script) => set({ script })}
              onBlur={leave('script')}
            />
          )}
        </Field>
        <Field
          label={trans.__('Training data')}
          hint={trans.__('A file of your notebook folder, uploaded with the project’s key, or an S3 URI.')}
          error={shownError('data')}
        >
          {(props) => (
            <FileInput
              {...props}
              kind="data"
              placeholder={trans.__('data.csv or s3://bucket/prefix')}
              value={state.data}
              change={(data) => set({ data })}
              onBlur={leave('data')}
            />
          )}
        </Field>
        <div className="jp-Sealab-fieldRow">
          <Field label={trans.__('Job name')} hint={trans.__('Made from the script and the time unless given.')} error={shownError('name')}>
            {(props) => <input {...props} {...text('name', false)} maxLength={63} />}
          </Field>
          <Field label={trans.__('Instance type')}>
            {(props) => (
              <HTMLSelect
                {...props}
                value={state.instanceType}
                options={info.instanceTypes}
                onChange={(event) => set({ instanceType: event.currentTarget.value })}
              />
            )}
          </Field>
          {info.frameworks.length > 1 && (
            <Field label={trans.__('Framework')}>
              {(props) => (
                <HTMLSelect
                  {...props}
                  value={state.framework}
                  options={info.frameworks}
                  onChange={(event) => set({ framework: event.currentTarget.value })}
                />
              )}
            </Field>
          )}
        </div>
        <PairTable
          caption={trans.__('Hyperparameters')}
          columns={[trans.__('Name'), trans.__('Value')]}
          pairs={state.hyperparameters}
          error={errors.hyperparameters}
          change={(hyperparameters) => set({ hyperparameters })}
        />
        <PairTable
          caption={trans.__('Metrics')}
          columns={[trans.__('Metric'), trans.__('Regular expression with one group')]}
          pairs={state.metrics}
          error={errors.metrics}
          change={(metrics) => set({ metrics })}
        />
        <fieldset className="jp-Sealab-choices">
          <legend>{trans.__('Network')}</legend>
          <label>
            <input type="radio" name="network" checked={state.network === 'isolated'} onChange={() => set({ network: 'isolated' })} />
            <span>
              {trans.__('Isolated')}
              <em>{trans.__('No network in the container; data and code arrive by channels.')}</em>
            </span>
          </label>
          <label>
            <input
              type="radio"
              name="network"
              disabled={!info.connectedAllowed}
              checked={state.network === 'connected'}
              onChange={() => set({ network: 'connected' })}
            />
            <span>
              {trans.__('Connected')}
              <em>
                {info.connectedAllowed
                  ? trans.__('The project network: S3 and packages from the approved mirror.')
                  : trans.__('Your administrator does not allow it in this project.')}
              </em>
            </span>
          </label>
        </fieldset>
        <div className="jp-Sealab-fieldRow">
          <Field label={trans.__('Instances')} error={shownError('instanceCount')}>
            {(props) => <input {...props} {...text('instanceCount', true)} />}
          </Field>
          <Field label={trans.__('Disk per instance (GB)')} error={shownError('volumeSize')}>
            {(props) => <input {...props} {...text('volumeSize', true)} />}
          </Field>
          <Field label={trans.__('Longest run time (minutes)')} error={shownError('maxRuntime')}>
            {(props) => <input {...props} {...text('minutes', true)} />}
          </Field>
        </div>
      </div>
      <SecuredFields id={secured} fields={info.fields} connected={state.network === 'connected'} />
      <footer className="jp-Sealab-formFoot">
        {launching.error !== null && <Problem error={launching.error} />}
        <p role="status" className="jp-Sealab-hint">
          {progress}
        </p>
        <div className="jp-Sealab-actions">
          <Button type="submit" className="jp-mod-styled jp-mod-accept" disabled={launching.isPending}>
            {trans.__('Launch training job')}
          </Button>
          <CopyAsTypeScript form={() => input} />
          <Button minimal className="jp-Sealab-toSecured" onClick={() => document.getElementById(secured)?.focus()}>
            <lockIcon.react tag="span" className="jp-Sealab-icon" aria-hidden="true" />
            {trans.__('%1 security fields are filled in', info.fields.filter(({ locked }) => locked).length)}
          </Button>
        </div>
      </footer>
    </form>
  );
}

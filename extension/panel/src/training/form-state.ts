import type { FieldSchema, TrainingFormInput } from '@sealab/service';
import type { TranslationBundle } from '@jupyterlab/translation';

export interface Pair {
  readonly name: string;
  readonly value: string;
}

/** The form as it is being written: everything is text. */
export interface FormState {
  readonly name: string;
  readonly script: string;
  readonly data: string;
  readonly framework: string;
  readonly instanceType: string;
  readonly instanceCount: string;
  readonly volumeSize: string;
  readonly minutes: string;
  readonly network: 'isolated' | 'connected';
  readonly hyperparameters: readonly Pair[];
  readonly metrics: readonly Pair[];
}

const pairs = (record: Readonly<Record<string, string>> | undefined): Pair[] =>
  Object.entries(record ?? {}).map(([name, value]) => ({ name, value }));
const record = (list: readonly Pair[]) =>
  Object.fromEntries(list.filter(({ name }) => name.trim() !== '').map(({ name, value }) => [name.trim(), value]));

export function formState(given: Partial<TrainingFormInput>, first: { instanceType: string; framework: string }): FormState {
  return {
    name: given.name ?? '',
    script: given.script ?? '',
    data: given.data ?? '',
    framework: given.framework ?? first.framework,
    instanceType: given.instanceType ?? first.instanceType,
    instanceCount: String(given.instanceCount ?? 1),
    volumeSize: String(given.volumeSize ?? 30),
    minutes: String((given.maxRuntime ?? 3600) / 60),
    network: given.network ?? 'isolated',
    hyperparameters: pairs(given.hyperparameters),
    metrics: pairs(given.metrics),
  };
}

/** What the service takes. */
export function formInput(state: FormState): TrainingFormInput {
  const name = state.name.trim();
  const data = state.data.trim();
  return {
    script: state.script.trim(),
    instanceType: state.instanceType,
    instanceCount: Number(state.instanceCount),
    volumeSize: Number(state.volumeSize),
    maxRuntime: Math.round(Number(state.minutes) * 60),
    network: state.network,
    hyperparameters: record(state.hyperparameters),
    metrics: record(state.metrics),
    ...(name !== '' && { name }),
    ...(data !== '' && { data }),
    ...(state.framework !== '' && { framework: state.framework }),
  };
}

export type FieldErrors = { readonly [Field in keyof TrainingFormInput]?: string };

function fieldError(value: unknown, schema: FieldSchema, trans: TranslationBundle): string | undefined {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return trans.__('Give a number.');
    if (!Number.isInteger(value)) return trans.__('Give a whole number.');
    if (schema.minimum !== undefined && value < schema.minimum) return trans.__('At least %1.', schema.minimum);
    if (schema.maximum !== undefined && value > schema.maximum) return trans.__('At most %1.', schema.maximum);
  }
  if (typeof value === 'string') {
    if (schema.minLength !== undefined && value.length < schema.minLength) return trans.__('Fill this in.');
    if (schema.maxLength !== undefined && value.length > schema.maxLength) return trans.__('At most %1 characters.', schema.maxLength);
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)) return trans.__('This is not in the form it must have.');
  }
  return undefined;
}

/** Sentences for patterns: the schema can only say that one does not fit. */
const patternHints = (trans: TranslationBundle): FieldErrors => ({
  name: trans.__('Use letters, digits and hyphens; start and end with a letter or a digit.'),
  script: trans.__('Choose a Python file (.py) of your notebook folder.'),
  data: trans.__('Give a file of your notebook folder or an S3 URI (s3://bucket/prefix).'),
});

/** What is wrong, by field, by the service's own schema: the service checks it again. */
export function formErrors(
  input: TrainingFormInput,
  state: FormState,
  schema: Readonly<Record<string, FieldSchema>>,
  trans: TranslationBundle,
): FieldErrors {
  const errors: Record<string, string> = {};
  const hints = patternHints(trans);
  for (const [field, value] of Object.entries(input)) {
    const error = schema[field] === undefined ? undefined : fieldError(value, schema[field], trans);
    if (error !== undefined)
      errors[field] = typeof value === 'string' && value !== '' ? (hints[field as keyof FieldErrors] ?? error) : error;
  }
  if (errors['maxRuntime'] !== undefined) errors['maxRuntime'] = trans.__('From 1 minute to 28 days (40,320 minutes).');
  for (const field of ['hyperparameters', 'metrics'] as const) {
    const names = state[field].map(({ name }) => name.trim());
    if (state[field].some(({ name, value }) => name.trim() === '' && value.trim() !== '')) errors[field] = trans.__('A value has no name.');
    else if (new Set(names.filter(Boolean)).size < names.filter(Boolean).length) errors[field] = trans.__('A name is there twice.');
  }
  for (const { value } of state.metrics.filter(({ name }) => name.trim() !== '')) {
    try {
      new RegExp(value);
    } catch {
      errors['metrics'] = trans.__('“%1” is not a regular expression.', value);
    }
  }
  return errors;
}

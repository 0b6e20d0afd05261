import type { EnvironmentDescription } from '../contract/index.ts';
import type { Endpoint, Prediction } from '../hosting/api.ts';
import type { ResourceSummary } from '../listing/api.ts';
import type { Plan, Preflight } from '../planning/api.ts';
import { isBelow, plannedValues } from '../planning/values.ts';
import type { Check, ControlState, Posture, Seal } from '../posture/api.ts';
import type { FilledField } from '../secure/index.ts';
import type { ComparedVersion, ModelPackage } from '../registry/api.ts';
import type { Metrics, TrainingJob } from '../training/api.ts';
import type { Figure } from './charts/figure.ts';
import { escaped, htmlTable, textOf, textTable, withoutControl } from './html.ts';

/** What a notebook shows for a value: one form per media type. */
export interface MimeBundle {
  readonly 'application/vnd.sealab.figures+json'?: readonly Figure[];
  readonly 'text/html'?: string;
  readonly 'text/plain': string;
}

/** Deno's Jupyter kernel asks a value for its forms by this method. */
const DISPLAY = Symbol.for('Jupyter.display');
/** Node and Deno ask for the text by these when a value is printed. */
const INSPECT = [Symbol.for('nodejs.util.inspect.custom'), Symbol.for('Deno.customInspect')];

/** Makes a result show itself: as HTML in a notebook, as text anywhere else. Its fields and JSON stay as they are. */
export function displayable<T extends object>(value: T, view: () => MimeBundle | Promise<MimeBundle>, plain?: () => string): T {
  const hidden = (method: () => unknown) => ({ value: method, enumerable: false });
  Object.defineProperty(
    value,
    DISPLAY,
    hidden(async () => view()),
  );
  if (plain !== undefined) for (const symbol of INSPECT) Object.defineProperty(value, symbol, hidden(plain));
  return value;
}

const WORDS = { sealed: 'sealed', broken: 'BROKEN', 'not-verified': 'not verified' } as const;
const MARKS = { sealed: '✓', broken: '✗', 'not-verified': '?' } as const;

/** Rows under a header. */
export function table(title: string, header: readonly string[], rows: readonly (readonly unknown[])[]): MimeBundle {
  // A column in which nobody says anything, as remedies where there is no problem, is left out.
  const said = header.map((_, column) => rows.length === 0 || rows.some((row) => textOf(row[column]) !== ''));
  const [names, ...shown] = [header, ...rows].map((row) => row.filter((_, column) => said[column] ?? true)) as [string[], ...unknown[][]];
  return {
    'text/html': `<div><strong>${escaped(title)}</strong>${htmlTable(names, shown)}</div>`,
    'text/plain': `${title}\n${textTable(names, shown)}`,
  };
}

const when = (date: Date | undefined): string => (date === undefined ? '' : date.toISOString().slice(0, 19).replace('T', ' '));

/** A training job: its state as AWS describes it, and its security fields. */
export async function jobView(job: TrainingJob, environment: EnvironmentDescription): Promise<MimeBundle> {
  const now = await job.describe().catch(() => undefined);
  const rows: [string, unknown][] = [
    ['status', now === undefined ? 'not described' : `${now.TrainingJobStatus ?? ''} (${now.SecondaryStatus ?? ''})`],
    ['started', when(now?.TrainingStartTime ?? now?.CreationTime)],
    [
      'instance',
      now?.ResourceConfig === undefined ? '' : `${now.ResourceConfig.InstanceCount ?? 1} × ${now.ResourceConfig.InstanceType ?? ''}`,
    ],
    ['network', now?.EnableNetworkIsolation === true ? 'isolated: none in the container' : `connected: ${environment.network.vpcId}`],
    ...(now?.FailureReason === undefined ? [] : [['failed', now.FailureReason] as [string, unknown]]),
    ...(now?.FinalMetricDataList ?? []).map(({ MetricName, Value }): [string, unknown] => [MetricName ?? '', Value]),
    ['model', now?.ModelArtifacts?.S3ModelArtifacts ?? ''],
  ];
  return table(
    `Training job ${job.name}`,
    [],
    rows.filter(([, value]) => value !== ''),
  );
}

export async function endpointView(endpoint: Endpoint): Promise<MimeBundle> {
  const now = await endpoint.describe().catch(() => undefined);
  const rows: [string, unknown][] = [
    ['status', now?.EndpointStatus ?? 'not there'],
    ...(now?.FailureReason === undefined ? [] : [['failed', now.FailureReason] as [string, unknown]]),
    ['created', when(now?.CreationTime)],
    ['configuration', now?.EndpointConfigName],
    ...(now?.ProductionVariants ?? []).map(({ VariantName, CurrentWeight, CurrentInstanceCount }): [string, unknown] => [
      `variant ${VariantName ?? ''}`,
      `weight ${CurrentWeight ?? 0}, instances ${CurrentInstanceCount ?? 0}`,
    ]),
  ];
  return table(
    `Endpoint ${endpoint.name}`,
    [],
    rows.filter(([, value]) => value !== undefined),
  );
}

/** A version of the registry, with what it was measured at. */
export async function packageView(version: ModelPackage): Promise<MimeBundle> {
  const [now, metrics] = await Promise.all([version.describe().catch(() => undefined), version.metrics().catch(() => ({}))]);
  const rows: [string, unknown][] = [
    ['approval', now?.ModelApprovalStatus ?? 'not there'],
    ['comment', now?.ApprovalDescription ?? ''],
    ['stage', now?.ModelLifeCycle === undefined ? '' : `${now.ModelLifeCycle.Stage ?? ''} (${now.ModelLifeCycle.StageStatus ?? ''})`],
    ['created', when(now?.CreationTime)],
    ...Object.entries(metrics),
  ];
  return table(
    `Model package ${version.name}`,
    [],
    rows.filter(([, value]) => value !== ''),
  );
}

/** Versions side by side: a column for each metric that any of them has. */
export function comparisonView(group: string, versions: readonly ComparedVersion[]): MimeBundle {
  const names = [...new Set(versions.flatMap(({ metrics }) => Object.keys(metrics)))].sort();
  return table(
    `Versions of ${group}`,
    ['version', 'approval', 'created', ...names],
    versions.map(({ version, approval, createdAt, metrics }) => [
      version,
      approval,
      when(createdAt),
      ...names.map((name) => metrics[name]),
    ]),
  );
}

/** What is known of a resource, one line a fact; what is not known is left out. */
export function factsView(title: string, facts: Readonly<Record<string, unknown>>): MimeBundle {
  return table(
    title,
    [],
    Object.entries(facts).filter(([, value]) => value !== undefined && value !== ''),
  );
}

/** What was sent to an endpoint, for its view. */
export interface Sent {
  readonly endpoint: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** As much of a request or an answer as is read. */
const MOST_LETTERS = 20_000;

function sentView({ endpoint, contentType, bytes }: Sent): MimeBundle {
  const title = `Sent to ${endpoint}: ${contentType}, ${bytes.byteLength} bytes`;
  const isText = /^text\/|json|xml/.test(contentType);
  const text = isText ? new TextDecoder().decode(bytes.subarray(0, 2_000)) + (bytes.byteLength > 2_000 ? '…' : '') : '';
  return {
    'text/html': `<details><summary>${escaped(title)}</summary><pre>${escaped(text)}</pre></details>`,
    'text/plain': text === '' ? title : `${title}\n${text}`,
  };
}

/** The request, how long it took, and the answer: as a table where it is one. */
export function predictionView({ value, text, contentType, milliseconds }: Prediction, sent?: Sent): MimeBundle {
  const title = `Answer: ${contentType}, ${Math.round(milliseconds)} ms`;
  const answer: MimeBundle =
    Array.isArray(value) && value.length <= 1_000
      ? table(
          title,
          [],
          value.map((row: unknown, index) => [index, ...(Array.isArray(row) ? (row as unknown[]) : [row])]),
        )
      : {
          'text/html': `<div><strong>${escaped(title)}</strong><pre>${escaped(text.slice(0, MOST_LETTERS))}</pre></div>`,
          'text/plain': `${title}\n${text.slice(0, MOST_LETTERS)}`,
        };
  if (sent === undefined) return answer;
  const request = sentView(sent);
  return {
    'text/html': `${request['text/html'] ?? ''}${answer['text/html'] ?? ''}`,
    'text/plain': `${request['text/plain']}\n${answer['text/plain']}`,
  };
}

/** Last values, and one chart a metric. Drawing is loaded with the first chart. */
export async function metricsView(metrics: Metrics): Promise<MimeBundle> {
  const last = table('Metrics', ['metric', 'last value'], Object.entries(metrics.last));
  if (metrics.points.length === 0) return last;
  const [{ figuresOf }, { draw }] = await Promise.all([import('./figures.ts'), import('./charts/draw.ts')]);
  // The panel shows the figures alone: the last value stands in their titles.
  const charts = draw(
    figuresOf(metrics, {}).map((figure) => ({ ...figure, title: `${figure.title}: ${textOf(metrics.last[figure.title])}` })),
  );
  return {
    ...charts,
    'text/html': `${last['text/html'] ?? ''}${charts['text/html'] ?? ''}`,
    'text/plain': `${last['text/plain']}\n\n${charts['text/plain']}`,
  };
}

/** Each call of a plan: its security values and why, then the other values. */
export function planView({ calls }: Pick<Plan, 'calls'>): MimeBundle {
  const views = calls.flatMap((call) => {
    const { operation, fields } = call;
    const others = plannedValues(call).filter(({ path }) => !fields.some(({ location }) => isBelow(path, location)));
    return [
      fieldsView(`${operation}: security values`, fields),
      table(
        `${operation}: the rest`,
        ['field', 'value', 'from'],
        others.map(({ path, value, origin }) => [path, value, origin]),
      ),
    ];
  });
  return {
    'text/html': views.map((view) => view['text/html']).join(''),
    'text/plain': views.map((view) => view['text/plain']).join('\n\n'),
  };
}

const OUTCOMES = { ok: '✓', problem: '✗', unknown: '?' } as const;

/** What the checks before a submission found, problems first. */
export function preflightView({ ok, problems, unknown, findings }: Preflight): MimeBundle {
  const order = ['problem', 'unknown', 'ok'];
  return table(
    `${ok ? 'No problem found' : `${problems} ${problems === 1 ? 'problem' : 'problems'}`}${unknown === 0 ? '' : `; ${unknown} could not be asked`}`,
    ['', 'check', 'found', 'what to do', 'field'],
    [...findings]
      .sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status))
      .map(({ check, status, finding, remedy, field }) => [`${OUTCOMES[status]}\u00a0${status}`, check, finding, remedy, field]),
  );
}

const fieldsView = (title: string, fields: readonly FilledField[]): MimeBundle =>
  table(
    title,
    ['field', 'value', 'from', 'why'],
    fields.map(({ location, value, origin, because }) => [location, Array.isArray(value) ? value.join(', ') : value, origin, because]),
  );

const LIST_COLUMNS: readonly (readonly [header: string, value: (item: ResourceSummary) => string | undefined])[] = [
  ['name', ({ name }) => name],
  ['display name', ({ name, displayName }) => (displayName === name ? undefined : displayName)],
  ['status', ({ status }) => status],
  ['created', ({ createdAt }) => when(createdAt)],
  ['ended', ({ endedAt }) => when(endedAt)],
];

/** @param more there are further pages */
export function listView(title: string, items: readonly ResourceSummary[], more = false): MimeBundle {
  const list = table(
    title,
    LIST_COLUMNS.map(([header]) => header),
    items.map((item) => LIST_COLUMNS.map(([, value]) => value(item))),
  );
  const note = `${items.length === 0 ? 'None.' : `${items.length} shown.`}${more ? ' There are more: for await (const one of listing), or listing.all().' : ''}`;
  return { 'text/html': `${list['text/html'] ?? ''}<div>${escaped(note)}</div>`, 'text/plain': `${list['text/plain']}\n${note}` };
}

const verdict = ({ status, sealed, broken, notVerified }: Pick<Posture, 'status' | 'sealed' | 'broken' | 'notVerified'>): string =>
  `${MARKS[status]} ${WORDS[status]}: ${sealed} of ${sealed + broken + notVerified} as wanted${broken > 0 ? `, ${broken} broken` : ''}${notVerified > 0 ? `, ${notVerified} not verified` : ''}`;

export const sealView = (seal: Seal): MimeBundle =>
  table(
    `${seal.resource} ${verdict(seal)}`,
    ['', 'control', 'wanted', 'there'],
    seal.controls.map(({ status, title, wanted, found }: ControlState) => [MARKS[status], title, wanted, found ?? 'nothing']),
  );

export const postureView = (posture: Posture): MimeBundle =>
  table(
    verdict(posture),
    ['', 'check', 'found'],
    posture.checks.map(({ status, title, detail }: Check) => [MARKS[status], title, detail]),
  );

/** The last lines of a log, as text: codes of terminals are taken out, HTML shows as it was written. */
export function logView(lines: readonly { readonly source: string; readonly message: string }[], most = 40): MimeBundle {
  const text = lines
    .slice(-most)
    .map(({ message }) => withoutControl(message))
    .join('\n');
  return { 'text/html': `<pre style="max-height:24em;overflow:auto">${escaped(text)}</pre>`, 'text/plain': text };
}

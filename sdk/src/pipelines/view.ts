import { table } from '../notebook/display.ts';
import type { MimeBundle } from '../notebook/display.ts';
import { escaped } from '../notebook/html.ts';
import type { StepState } from './api.ts';
import { branches } from './definition.ts';
import type { PipelineDefinition, Step } from './definition.ts';
import { expressionsIn } from './parse.ts';

/** Steps that a step waits for: named ones, and those whose results it uses. */
function neededBy({ DependsOn = [], Arguments, Type }: Step): string[] {
  const own = Type === 'Condition' ? Arguments['Conditions'] : Arguments;
  const used = expressionsIn(own).flatMap(({ value }) => /^Steps\.([^.]+)\./.exec((value as { Get?: string }).Get ?? '')?.[1] ?? []);
  return [...new Set([...DependsOn, ...used])];
}

interface Node {
  readonly step: Step;
  readonly column: number;
  readonly needs: readonly string[];
  readonly branch: string;
}

/** The steps in the order in which they can run, each as far to the right as what it waits for demands. */
export function graphOf({ Steps }: PipelineDefinition): Node[] {
  const nodes = new Map<string, Node>();
  const open: { step: Step; needs: string[]; branch: string }[] = [];
  const collect = (steps: readonly Step[], condition: string | undefined, branch: string) => {
    for (const step of steps) {
      open.push({ step, needs: [...new Set([...neededBy(step), ...(condition === undefined ? [] : [condition])])], branch });
      for (const { when, steps: inner } of branches(step)) collect(inner, step.Name, when === 'if' ? 'if true' : 'if false');
    }
  };
  collect(Steps, undefined, '');
  while (open.length > 0) {
    const index = open.findIndex(({ needs }) => needs.every((name) => nodes.has(name)));
    const [next] = open.splice(Math.max(index, 0), 1);
    if (next === undefined) break;
    const column = next.needs.reduce((most, name) => Math.max(most, (nodes.get(name)?.column ?? -1) + 1), 0);
    nodes.set(next.step.Name, { ...next, column });
  }
  return [...nodes.values()];
}

const WIDTH = 150;
const HEIGHT = 40;
const [ACROSS, DOWN] = [WIDTH + 46, HEIGHT + 18];

/** The graph from left to right, in the host's colours. */
function svg(nodes: readonly Node[]): string {
  const rows: number[] = [];
  const places = new Map(
    nodes.map((node) => {
      const row = (rows[node.column] ?? -1) + 1;
      rows[node.column] = row;
      return [node.step.Name, { x: 8 + node.column * ACROSS, y: 8 + row * DOWN, node }] as const;
    }),
  );
  const lines = [...places.values()].flatMap(({ x, y, node }) =>
    node.needs.flatMap((name) => {
      const from = places.get(name);
      if (from === undefined) return [];
      const [x1, y1, y2] = [from.x + WIDTH, from.y + HEIGHT / 2, y + HEIGHT / 2];
      return `<path d="M${x1} ${y1}C${x1 + 23} ${y1} ${x - 23} ${y2} ${x} ${y2}"/>`;
    }),
  );
  const short = (text: string, most: number) => escaped(text.length > most ? `${text.slice(0, most - 1)}…` : text);
  const boxes = [...places.values()].map(
    ({ x, y, node: { step, branch } }) =>
      `<g><title>${escaped(step.Name)}</title><rect x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" rx="4"/>` +
      `<g stroke="none" fill="var(--jp-ui-font-color1, #333)"><text x="${x + 10}" y="${y + 17}" font-weight="bold">${short(step.Name, 20)}</text>` +
      `<text x="${x + 10}" y="${y + 32}">${short(branch === '' ? step.Type : `${step.Type}, ${branch}`, 24)}</text></g></g>`,
  );
  const width = 16 + rows.length * ACROSS - 46;
  const height = 16 + Math.max(...rows, 0) * DOWN + HEIGHT;
  return (
    `<svg role="img" aria-label="${escaped(`${nodes.length} steps`)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-size="11" font-family="sans-serif" ` +
    `fill="none" stroke="var(--jp-border-color0, #888)">${lines.join('')}${boxes.join('')}</svg>`
  );
}

/** A pipeline: its graph, and its steps as a table. */
export function pipelineView(name: string, definition: PipelineDefinition): MimeBundle {
  const nodes = graphOf(definition);
  const rows = nodes.map(({ step, needs, branch }) => [step.Name, step.Type, needs.join(', '), branch]);
  const steps = table(`Pipeline ${name}`, ['step', 'type', 'after', 'branch'], rows);
  const parameters = (definition.Parameters ?? []).map(({ Name, Type, DefaultValue, EnumValues }) => [
    Name,
    Type,
    DefaultValue,
    EnumValues?.join(', '),
  ]);
  const below = parameters.length === 0 ? undefined : table('Parameters', ['name', 'type', 'default', 'one of'], parameters);
  return {
    'text/html': `${steps['text/html'] ?? ''}${svg(nodes)}${below?.['text/html'] ?? ''}`,
    'text/plain': [steps, below].flatMap((part) => part?.['text/plain'] ?? []).join('\n\n'),
  };
}

const seconds = ({ startedAt, endedAt }: StepState): string =>
  startedAt === undefined ? '' : `${Math.round(((endedAt ?? new Date()).getTime() - startedAt.getTime()) / 1000)} s`;

/** An execution: each step with its state. */
export const executionView = (arn: string, status: string | undefined, steps: readonly StepState[]): MimeBundle =>
  table(
    `Execution ${arn.split('/').at(-1) ?? arn}${status === undefined ? '' : ` ${status}`}`,
    ['step', 'status', 'time', 'what', 'reason'],
    steps.map((step) => [
      step.name,
      step.cached ? `${step.status} (cached)` : step.status,
      seconds(step),
      step.resource?.name ?? (step.outcome === undefined ? '' : String(step.outcome)),
      step.failureReason ?? '',
    ]),
  );

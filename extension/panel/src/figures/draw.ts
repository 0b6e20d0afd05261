import { axisX, axisY, barX, dot, gridY, line, lineY, plot, pointer, ruleX, text, tip } from '@observablehq/plot';
import type { Figure } from '@sealab/service';
import { figure as written } from '../shared/format.ts';

type LineFigure = Extract<Figure, { kind: 'lines' }>;
type BarFigure = Extract<Figure, { kind: 'bars' }>;

/** Of the theme, so that light and dark are right without being asked. */
const COLOURS = ['brand-color1', 'warn-color0', 'success-color1', 'error-color1', 'info-color1'].map((name) => `var(--jp-${name})`);
const STYLE = {
  background: 'transparent',
  color: 'var(--jp-ui-font-color1)',
  fontFamily: 'var(--jp-ui-font-family)',
  fontSize: '11px',
  overflow: 'visible',
};
const TIP = { fill: 'var(--jp-layout-color1)', stroke: 'var(--jp-border-color1)' };
/** Up to here each point has a mark. */
const MOST_MARKS = 40;

/** Draws what the SDK's `chart` describes, with values under the mouse. */
export const drawn = (figure: Figure, width: number): Element => (figure.kind === 'lines' ? lines(figure, width) : bars(figure, width));

function lines({ title, series, xLabel, yLabel, domain, diagonal }: LineFigure, width: number): Element {
  const points = series.flatMap(({ name, points: all }) => all.map(([x, y]) => ({ name, x, y })));
  // JSON has no NaN: what is not finite came as `null`, and leaves a gap in the line.
  const finite = points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  const ends = domain === undefined ? {} : { domain: [...domain] };
  return plot({
    title,
    width,
    height: 240,
    marginLeft: 56,
    ariaLabel: `${title}. ${series.map(({ name, points: all }) => `${name}: ${all.length} points`).join('; ')}`,
    style: STYLE,
    color: { domain: series.map(({ name }) => name), range: COLOURS, legend: series.length > 1 },
    x: { label: xLabel, ...ends },
    y: { label: yLabel, nice: domain === undefined, ...ends },
    marks: [
      gridY({ stroke: 'var(--jp-border-color2)', strokeOpacity: 1 }),
      axisX({ tickSize: 0 }),
      axisY({ tickSize: 0, ticks: 5 }),
      ...(diagonal === true
        ? [
            line(
              [
                [0, 0],
                [1, 1],
              ],
              { stroke: 'var(--jp-border-color1)', strokeDasharray: '4 4' },
            ),
          ]
        : []),
      lineY(points, { x: 'x', y: 'y', z: 'name', stroke: 'name', strokeWidth: 1.75 }),
      ...(finite.length <= MOST_MARKS ? [dot(finite, { x: 'x', y: 'y', fill: 'name', r: 2.5 })] : []),
      tip(
        finite,
        pointer({ x: 'x', y: 'y', ...TIP, title: ({ name, x, y }: (typeof points)[number]) => `${name}\n${written(x)}: ${written(y)}` }),
      ),
    ],
  });
}

interface Row {
  readonly name: string;
  readonly value: number;
}

function bars({ title, bars: all, total }: BarFigure, width: number): Element {
  const rows: Row[] = all.map(([name, value]) => ({ name, value }));
  return plot({
    title,
    ...(total > rows.length ? { caption: `The largest ${rows.length} of ${total}.` } : {}),
    width,
    marginLeft: 180,
    marginRight: 56,
    ariaLabel: `${title}. ${rows.map(({ name, value }) => `${name} ${written(value)}`).join(', ')}`,
    style: STYLE,
    // Room for the figure beside a bar that goes to the left.
    x: { axis: null, insetLeft: rows.some(({ value }) => value < 0) ? 48 : 0 },
    y: { label: null, tickSize: 0, domain: rows.map(({ name }) => name) },
    marks: [
      barX(rows, { x: 'value', y: 'name', fill: COLOURS[0] ?? '' }),
      ruleX([0], { stroke: 'var(--jp-border-color1)' }),
      // At the end of the bar, whichever side that is.
      figures(
        rows.filter(({ value }) => value >= 0),
        { dx: 6, textAnchor: 'start' },
      ),
      figures(
        rows.filter(({ value }) => value < 0),
        { dx: -6, textAnchor: 'end' },
      ),
    ],
  });
}

const figures = (rows: readonly Row[], place: { dx: number; textAnchor: 'start' | 'end' }) =>
  text(rows, { x: 'value', y: 'name', text: ({ value }: Row) => written(value), ...place });

import { escaped } from '../html.ts';
import { downsampled } from './downsample.ts';
import type { LineFigure, Series } from './figure.ts';
import { scale, short } from './scale.ts';
import type { Scale } from './scale.ts';
import { captioned, drawing, element, penOf, THEME, words } from './svg.ts';

const WIDTH = 520;
const HEIGHT = 220;
const EDGE = { left: 60, right: 24, top: 18, bottom: 36 } as const;
/** Up to here each point has a mark, which tells its values to the mouse. */
const MOST_MARKS = 40;

const isFinitePoint = ([x, y]: readonly [number, number]): boolean => Number.isFinite(x) && Number.isFinite(y);

/** Stretches without a gap. */
function stretches({ points }: Series): (readonly [number, number])[][] {
  const all: (readonly [number, number])[][] = [[]];
  for (const point of points) {
    if (isFinitePoint(point)) all.at(-1)?.push(point);
    else if (all.at(-1)?.length !== 0) all.push([]);
  }
  return all.filter(({ length }) => length > 0);
}

function* coordinates(figure: LineFigure, axis: 0 | 1): Generator<number> {
  yield* figure.domain ?? [];
  for (const { points } of figure.series) for (const point of points) if (isFinitePoint(point)) yield point[axis];
}

function axes(x: Scale, y: Scale, xLabel: string, yLabel: string): string {
  const [left, right, bottom] = [EDGE.left, WIDTH - EDGE.right, HEIGHT - EDGE.bottom];
  return [
    ...y.ticks.map((tick) => element('path', { d: `M${left} ${y.at(tick).toFixed(1)}H${right}`, style: `stroke:${THEME.grid}` })),
    ...y.ticks.map((tick) => words(short(tick), left - 6, y.at(tick) + 4, 'end')),
    ...x.ticks.map((tick) => words(short(tick), x.at(tick), bottom + 14, 'middle')),
    element('path', { d: `M${left} ${EDGE.top}V${bottom}H${right}`, style: `stroke:${THEME.line}` }),
    words(xLabel, right, HEIGHT - 6, 'end'),
    ...(yLabel === '' ? [] : [words(yLabel, left, EDGE.top - 7, 'start')]),
  ].join('');
}

/** One series: its path, and marks while they can be told apart. */
function line(one: Series, index: number, x: Scale, y: Scale): { readonly markup: string; readonly drawn: number } {
  const { colour, dash } = penOf(index);
  const columns = WIDTH - EDGE.left - EDGE.right;
  const kept = stretches(one).map((points) => downsampled(points, (value) => Math.floor(x.at(value)), columns));
  const place = ([px, py]: readonly [number, number]) => `${x.at(px).toFixed(1)} ${y.at(py).toFixed(1)}`;
  // `h0` draws a point that stands alone: round ends make it visible.
  const path = kept.map((points) => `M${points.map(place).join('L')}${points.length === 1 ? 'h0' : ''}`).join('');
  const drawn = kept.reduce((sum, { length }) => sum + length, 0);
  const marks =
    drawn > MOST_MARKS
      ? []
      : kept
          .flat()
          .map((point) =>
            element(
              'circle',
              { cx: x.at(point[0]).toFixed(1), cy: y.at(point[1]).toFixed(1), r: 2.5, style: `fill:${colour}` },
              element('title', {}, escaped(`${one.name}: ${short(point[1])} at ${short(point[0])}`)),
            ),
          );
  const style = `stroke:${colour};stroke-width:1.6;stroke-dasharray:${dash};stroke-linejoin:round;stroke-linecap:round`;
  return { markup: (path === '' ? '' : element('path', { d: path, style })) + marks.join(''), drawn };
}

const legend = (series: readonly Series[]): string =>
  `<div style="font-size:var(--jp-ui-font-size0,11px)">${series
    .map(({ name }, index) => {
      const { colour, dash } = penOf(index);
      const swatch = element('path', { d: 'M0 5H24', style: `stroke:${colour};stroke-width:2;stroke-dasharray:${dash}` });
      return `<span style="margin-right:12px"><svg width="24" height="10" aria-hidden="true">${swatch}</svg> ${escaped(name)}</span>`;
    })
    .join('')}</div>`;

/** Lines over one pair of axes. */
export function lineChart(figure: LineFigure): string {
  const { title, series, xLabel, yLabel, domain } = figure;
  const x = scale(coordinates(figure, 0), EDGE.left, WIDTH - EDGE.right, 6, domain !== undefined);
  const y = scale(coordinates(figure, 1), HEIGHT - EDGE.bottom, EDGE.top, 5, domain !== undefined);
  const drawn = series.map((one, index) => line(one, index, x, y));
  const given = series.reduce((sum, { points }) => sum + points.length, 0);
  const finite = series.reduce((sum, { points }) => sum + points.filter(isFinitePoint).length, 0);
  const shown = drawn.reduce((sum, one) => sum + one.drawn, 0);
  const notes = [
    ...(given === finite ? [] : [`${given - finite} of ${given} points are not finite and not drawn.`]),
    ...(shown === finite ? [] : [`${finite} points; of each column of pixels the first, lowest, highest and last is drawn.`]),
  ];
  const said = series
    .slice(0, 8)
    .map(({ name, points }) => `${name}: ${points.length} points, last ${short(points.at(-1)?.[1] ?? NaN)}`)
    .join('; ');
  const diagonal =
    figure.diagonal === true
      ? element('path', {
          d: `M${x.at(x.low)} ${y.at(y.low)}L${x.at(x.high)} ${y.at(y.high)}`,
          style: `stroke:${THEME.line};stroke-dasharray:4 4`,
        })
      : '';
  return captioned(
    title,
    drawing(`${title}. ${said}`, WIDTH, HEIGHT, axes(x, y, xLabel, yLabel), diagonal, ...drawn.map(({ markup }) => markup)) +
      (series.length > 1 ? legend(series) : ''),
    notes,
  );
}

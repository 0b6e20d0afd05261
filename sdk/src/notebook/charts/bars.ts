import { escaped } from '../html.ts';
import type { BarFigure } from './figure.ts';
import { scale, short } from './scale.ts';
import { captioned, drawing, element, penOf, THEME, words } from './svg.ts';

const WIDTH = 520;
const ROW = 20;
const LABEL = 180;
const VALUE = 60;
const MOST_LETTERS = 28;

const cut = (name: string): string => (name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS - 1)}…` : name);

/** Horizontal bars from zero, one a row. */
export function barChart({ title, bars, total }: BarFigure): string {
  const x = scale([0, ...bars.map(([, value]) => value)], LABEL, WIDTH - VALUE, 5, true);
  const rows = bars.map(([name, value], index) => {
    const top = index * ROW + 3;
    const ends = [x.at(0), Number.isFinite(value) ? x.at(value) : x.at(0)].sort((a, b) => a - b) as [number, number];
    return (
      words(cut(name), LABEL - 8, top + 11, 'end') +
      element(
        'rect',
        {
          x: ends[0].toFixed(1),
          y: top,
          width: Math.max(0.5, ends[1] - ends[0]).toFixed(1),
          height: ROW - 6,
          style: `fill:${penOf(0).colour}`,
        },
        element('title', {}, escaped(`${name}: ${short(value)}`)),
      ) +
      words(short(value), ends[1] + 6, top + 11, 'start')
    );
  });
  const height = Math.max(1, bars.length) * ROW;
  const zero = element('path', { d: `M${x.at(0).toFixed(1)} 0V${height}`, style: `stroke:${THEME.line}` });
  const said = bars
    .slice(0, 5)
    .map(([name, value]) => `${name} ${short(value)}`)
    .join(', ');
  return captioned(
    title,
    drawing(`${title}. ${bars.length} bars, the largest: ${said}`, WIDTH, height, ...rows, zero),
    total > bars.length ? [`The largest ${bars.length} of ${total}.`] : [],
  );
}

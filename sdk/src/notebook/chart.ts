import type { MetricPoint } from '../training/api.ts';
import { escaped } from './html.ts';

const WIDTH = 480;
const HEIGHT = 160;
const LEFT = 56;
const BOTTOM = 22;
const TOP = 18;

const short = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(4).replace(/\.?0+$/, ''));

/** One metric over its points, as SVG in the host's colours. */
export function metricChart(name: string, points: readonly MetricPoint[]): string {
  const values = points.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low || Math.abs(high) || 1;
  const x = (index: number) => LEFT + (points.length === 1 ? 0.5 : index / (points.length - 1)) * (WIDTH - LEFT - 12);
  const y = (value: number) => TOP + (1 - (high === low ? 0.5 : (value - low) / span)) * (HEIGHT - TOP - BOTTOM);
  const path = points.map(({ value }, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`).join('');
  const marks =
    points.length <= 40
      ? points.map(({ value }, index) => `<circle cx="${x(index).toFixed(1)}" cy="${y(value).toFixed(1)}" r="2.5"/>`).join('')
      : '';
  const label = (text: string, left: number, top: number, anchor: string) =>
    `<text x="${left}" y="${top}" text-anchor="${anchor}" stroke="none" fill="var(--jp-ui-font-color1, #333)">${escaped(text)}</text>`;
  return (
    `<svg role="img" aria-label="${escaped(`${name}: ${points.length} points, last ${short(values.at(-1) ?? NaN)}`)}" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" ` +
    `font-size="11" font-family="sans-serif" fill="none" stroke="var(--jp-brand-color1, #1976d2)">` +
    `<path d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - 12}" stroke="var(--jp-border-color1, #bbb)"/>` +
    `<path d="${path}" stroke-width="1.5"/><g fill="var(--jp-brand-color1, #1976d2)">${marks}</g>` +
    label(name, LEFT, 12, 'start') +
    label(short(high), LEFT - 6, TOP + 4, 'end') +
    (high === low ? '' : label(short(low), LEFT - 6, HEIGHT - BOTTOM, 'end')) +
    label(`${points.length} points`, WIDTH - 12, HEIGHT - 6, 'end') +
    '</svg>'
  );
}

import { SealabError } from '../contract/index.ts';
import { refuseUnknown } from '../jobs/options.ts';
import type { Known } from '../jobs/options.ts';
import type { Metrics } from '../training/api.ts';
import type { ChartData, ChartOptions, Line } from './api.ts';
import type { Figure, LineFigure, Series } from './charts/figure.ts';
import { rocFigure } from './roc.ts';

const OPTIONS: Known<ChartOptions> = { title: true, metrics: true, x: true, xLabel: true, yLabel: true, most: true, positive: true };
const MOST_BARS = 30;

const invalid = (message: string, field: string, remedy?: string): SealabError =>
  new SealabError('InvalidInput', `chart: ${message}`, { details: { field }, ...(remedy === undefined ? {} : { remedy }) });

/** What is to be drawn, checked. */
export function figuresOf(data: ChartData, options: ChartOptions): readonly Figure[] {
  refuseUnknown('chart', options, OPTIONS);
  const figures = kindOf(data, options);
  if (figures.length === 0)
    throw invalid('there is nothing to draw.', 'data', 'Metrics need expressions that match the log: see `metrics` of `lab.train`.');
  return figures;
}

function kindOf(data: ChartData, options: ChartOptions): readonly Figure[] {
  if ('points' in data) return metricFigures({ '': data }, options);
  if ('runs' in data) return metricFigures(data.runs, options);
  if ('lines' in data) return lineFigure(data.lines, options);
  if ('bars' in data) return barFigure(data.bars, options);
  if ('truth' in data && 'scores' in data) return [rocFigure(data.truth, data.scores, options)];
  throw invalid('this is nothing that can be drawn.', 'data', 'Give metrics, { runs }, { lines }, { bars } or { truth, scores }.');
}

function metricFigures(runs: Readonly<Record<string, Metrics>>, options: ChartOptions): readonly LineFigure[] {
  const all = [...new Set(Object.values(runs).flatMap(({ points }) => points.map(({ name }) => name)))];
  const unknown = options.metrics?.find((name) => !all.includes(name));
  if (unknown !== undefined) throw invalid(`there is no metric ${JSON.stringify(unknown)}.`, 'metrics', `Use ${all.join(', ')}.`);
  return (options.metrics ?? all).map((metric) => {
    const chosen = Object.entries(runs).map(([run, { points }]) => ({ run, points: points.filter(({ name }) => name === metric) }));
    const timed = chosen.map(({ run, points }): Series => {
      const start = points[0]?.timestamp.getTime() ?? 0;
      return {
        name: run === '' ? metric : run,
        points: points.map(({ timestamp, value }, index) => [
          options.x === 'time' ? (timestamp.getTime() - start) / 1000 : index + 1,
          value,
        ]),
      };
    });
    const series = timed.filter(({ points }) => points.length > 0);
    const { divisor, unit } = timeUnit(series);
    return {
      kind: 'lines',
      title: options.title === undefined ? metric : `${options.title}: ${metric}`,
      xLabel: options.xLabel ?? (options.x === 'time' ? `${unit} since the first point` : 'point'),
      yLabel: options.yLabel ?? '',
      series:
        options.x === 'time' && divisor > 1
          ? series.map(({ name, points }) => ({ name, points: points.map(([x, y]) => [x / divisor, y] as const) }))
          : series,
    };
  });
}

function timeUnit(series: readonly Series[]): { readonly divisor: number; readonly unit: string } {
  const longest = series.reduce((most, { points }) => points.reduce((one, [x]) => Math.max(one, x), most), 0);
  if (longest >= 4 * 3600) return { divisor: 3600, unit: 'hours' };
  return longest >= 240 ? { divisor: 60, unit: 'minutes' } : { divisor: 1, unit: 'seconds' };
}

function pointsOf(line: Line): Series['points'] {
  const pairs = line.map((point, index) => (typeof point === 'number' ? ([index + 1, point] as const) : ([point[0], point[1]] as const)));
  const inOrder = pairs.every(([x], index) => index === 0 || x >= (pairs[index - 1]?.[0] ?? x));
  return inOrder ? pairs : pairs.sort((a, b) => a[0] - b[0]);
}

function lineFigure(lines: Readonly<Record<string, Line>>, options: ChartOptions): readonly LineFigure[] {
  const series = Object.entries(lines).map(([name, line]) => ({ name, points: pointsOf(line) }));
  if (series.every(({ points }) => points.length === 0)) return [];
  const { title = series.map(({ name }) => name).join(', '), xLabel = '', yLabel = '' } = options;
  return [{ kind: 'lines', title, xLabel, yLabel, series }];
}

function barFigure(bars: Readonly<Record<string, number>>, options: ChartOptions): readonly Figure[] {
  const most = options.most ?? MOST_BARS;
  if (!Number.isInteger(most) || most < 1) throw invalid(`most: ${most} is not a whole number above 0.`, 'most');
  const size = (value: number) => (Number.isFinite(value) ? Math.abs(value) : -1);
  const all = Object.entries(bars).sort(([, a], [, b]) => size(b) - size(a));
  if (all.length === 0) return [];
  return [{ kind: 'bars', title: options.title ?? 'Values', bars: all.slice(0, most), total: all.length }];
}

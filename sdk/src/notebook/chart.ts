import type { ChartData, ChartOptions, View } from './api.ts';
import { displayable } from './display.ts';
import { figuresOf } from './figures.ts';

/**
 * Draws metrics, lines, bars or a ROC curve in the theme's colours, as SVG; as text where there is no HTML. Values that are
 * not finite leave a gap, and lines of many points are thinned out without changing how they look; the chart says both.
 *
 * @throws SealabError `InvalidInput` when there is nothing to draw, or an option is unknown.
 * @example chart(await job.metrics())
 * @example chart({ runs: { shallow: await first.metrics(), deep: await second.metrics() } })
 * @example chart({ bars: { income: 0.4, age: 0.25 } }, { title: 'Feature importance' })
 */
export function chart(data: ChartData, options: ChartOptions = {}): View {
  const figures = figuresOf(data, options);
  // Drawing is loaded with the first chart.
  const view = async () => (await import('./charts/draw.ts')).draw(figures);
  return displayable({ view }, view, () => `Chart of ${figures.map(({ title }) => title).join(', ')}`);
}

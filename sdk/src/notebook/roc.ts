import { SealabError } from '../contract/index.ts';
import type { ChartOptions, Label } from './api.ts';
import type { LineFigure } from './charts/figure.ts';

const invalid = (message: string, details: Record<string, unknown>, remedy?: string): SealabError =>
  new SealabError('InvalidInput', message, { details, ...(remedy === undefined ? {} : { remedy }) });

/**
 * Share of positives found against share of negatives taken for positives, at every threshold. Rows of the same score move
 * the curve together, so that their order does not matter.
 */
export function rocFigure(truth: readonly Label[], scores: ArrayLike<number>, options: ChartOptions): LineFigure {
  if (truth.length !== scores.length)
    throw invalid(`scores: there are ${scores.length} for ${truth.length} labels.`, { labels: truth.length, scores: scores.length });
  const wanted = options.positive === undefined ? ['1', 'true'] : [String(options.positive)];
  const rows = truth.map((label, row) => {
    const score = scores[row] ?? NaN;
    if (Number.isNaN(score)) throw invalid(`scores[${row}]: not a number.`, { row });
    return { score, positive: wanted.includes(String(label)) };
  });
  const positives = rows.filter(({ positive }) => positive).length;
  const negatives = rows.length - positives;
  if (positives === 0 || negatives === 0) {
    throw invalid(
      'truth: a ROC curve needs rows of both classes.',
      { positives, negatives },
      'Name the label that the scores are about: { positive }.',
    );
  }
  rows.sort((a, b) => b.score - a.score);
  const points: [number, number][] = [[0, 0]];
  let [found, mistaken, area] = [0, 0, 0];
  for (const [index, { score, positive }] of rows.entries()) {
    if (positive) found++;
    else mistaken++;
    if (rows[index + 1]?.score === score) continue;
    const [x, y] = [mistaken / negatives, found / positives];
    const [lastX, lastY] = points.at(-1) ?? [0, 0];
    area += (x - lastX) * ((y + lastY) / 2);
    points.push([x, y]);
  }
  const title = `${options.title ?? 'ROC curve'}, area ${area.toFixed(4)}`;
  const { xLabel = 'false positive rate', yLabel = 'true positive rate' } = options;
  return { kind: 'lines', title, xLabel, yLabel, series: [{ name: 'ROC', points }], domain: [0, 1], diagonal: true };
}

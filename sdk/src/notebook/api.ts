import type { Metrics } from '../training/api.ts';
import type { MimeBundle } from './display.ts';

/** A line: its values in order (the first one is point 1), or pairs of x and y. Values that are not finite leave a gap. */
export type Line = readonly number[] | readonly (readonly [x: number, y: number])[];

/**
 * What `chart` draws:
 * - `Metrics` (`await job.metrics()`): one chart a metric.
 * - `{ runs }`: metrics of several runs by name, laid over one another, one chart a metric.
 * - `{ lines }`: lines by name, in one chart.
 * - `{ bars }`: values by name, the largest first: the importance of features, say.
 * - `{ truth, scores }`: the ROC curve of a binary classifier, with the area below it. `truth[i]` is the label of the row that got `scores[i]`.
 */
export type ChartData =
  | Metrics
  | { readonly runs: Readonly<Record<string, Metrics>> }
  | { readonly lines: Readonly<Record<string, Line>> }
  | { readonly bars: Readonly<Record<string, number>> }
  | { readonly truth: readonly Label[]; readonly scores: ArrayLike<number> };

/** How a chart looks. Each option is for some kinds of data; an unknown one is refused. */
export interface ChartOptions {
  readonly title?: string;
  /** Metrics to draw, in this order; all of them unless given. */
  readonly metrics?: readonly string[];
  /** What metrics are drawn over: the number of the point, unless `time` (since the first point of the run) is given. */
  readonly x?: 'point' | 'time';
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** How many bars at most; 30 unless given. The chart says how many there are. */
  readonly most?: number;
  /** The label that `scores` are about; 1 or true unless given. */
  readonly positive?: Label;
}

/** A label of a class. `1` and `'1'` are the same label: predictions often come back as text. */
export type Label = string | number | boolean | bigint;

/** Something that shows itself in a notebook. */
export interface View {
  /** Its forms by media type, for a file or a report: `(await chart(data).view())['text/html']`. */
  view(): Promise<MimeBundle>;
}

/** A confusion matrix: rows are the true labels, columns the predicted ones, both in the order of `labels`. */
export interface ConfusionMatrix extends View {
  readonly labels: readonly string[];
  /** `counts[i][j]`: rows of the true label `labels[i]` that were predicted as `labels[j]`. */
  readonly counts: readonly (readonly number[])[];
  readonly total: number;
  /** Share of rows predicted right, 0 to 1. */
  readonly accuracy: number;
}

/** How a table looks. */
export interface TableOptions {
  readonly title?: string;
  /** Columns to show, in this order; those of the first row unless given. For rows that are lists, their names. */
  readonly columns?: readonly string[];
  /** How many rows at most; 50 unless given. The table says how many there are. */
  readonly most?: number;
}

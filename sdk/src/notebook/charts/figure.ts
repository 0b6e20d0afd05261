/** A line as it is drawn: points in order of x. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Lines over one pair of axes; a value that is not finite leaves a gap. */
export interface LineFigure {
  readonly kind: 'lines';
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  /** Ends of both axes, where they are known beforehand. */
  readonly domain?: readonly [number, number];
  /** A straight line to compare with. */
  readonly diagonal?: boolean;
}

/** Horizontal bars, the largest first: `total` tells how many there were. */
export interface BarFigure {
  readonly kind: 'bars';
  readonly title: string;
  readonly bars: readonly (readonly [name: string, value: number])[];
  readonly total: number;
}

/** What `chart` draws, as data: the panel draws it in notebooks with Observable Plot. */
export type Figure = LineFigure | BarFigure;

/** How a notebook knows figures. */
export type FiguresMediaType = 'application/vnd.sealab.figures+json';

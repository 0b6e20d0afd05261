/** A line as it is drawn: points in order of x. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

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

export interface BarFigure {
  readonly kind: 'bars';
  readonly title: string;
  readonly bars: readonly (readonly [name: string, value: number])[];
  readonly total: number;
}

export type Figure = LineFigure | BarFigure;

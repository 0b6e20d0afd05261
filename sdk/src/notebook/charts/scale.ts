import { nice, ticks } from 'd3-array';

/** A number as an axis or a caption shows it: at most four digits that mean something. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-3))
    return value
      .toExponential(3)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e');
  if (Number.isInteger(value)) return String(value);
  return value.toPrecision(size < 1 ? 3 : 4).replace(/\.?0+$/, '');
}

export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  /** Position between `from` and `to`. */
  at(value: number): number;
}

/** Beyond these sizes the arithmetic of ticks runs out of numbers: larger ones are drawn at the edge, smaller ones as zero. */
const LARGEST = 1e300;
const SMALLEST = 1e-290;

/** A linear axis whose ends are round numbers, unless they are `fixed`. */
export function scale(values: Iterable<number>, from: number, to: number, count: number, fixed = false): Scale {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  [low, high] = low > high ? [0, 1] : [Math.max(low, -LARGEST), Math.min(high, LARGEST)];
  if (high - low < SMALLEST) {
    const room = Math.abs(low) < SMALLEST ? 1 : Math.abs(low) * 0.1;
    [low, high] = [low - room, high + room];
  }
  if (!fixed) [low = 0, high = 1] = nice(low, high, count);
  const span = high - low;
  const at = (value: number) => from + ((Math.min(high, Math.max(low, value)) - low) / span) * (to - from);
  return { low, high, ticks: ticks(low, high, count), at };
}

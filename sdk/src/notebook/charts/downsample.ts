type Point = readonly [x: number, y: number];

/**
 * What a line of many points looks like: of each column of pixels its first, lowest, highest and last point (M4
 * aggregation: Jugel et al., VLDB 2014), which draws the same pixels as all of them.
 *
 * @param points finite, in order of x
 * @param column the column of pixels that an x falls into
 */
export function downsampled(points: readonly Point[], column: (x: number) => number, columns: number): readonly Point[] {
  if (points.length <= 4 * columns) return points;
  const kept: Point[] = [];
  let start = 0;
  for (let index = 1; index <= points.length; index++) {
    const [first, next] = [points[start], points[index]];
    if (first === undefined || (next !== undefined && column(next[0]) === column(first[0]))) continue;
    let [low, high] = [start, start];
    for (let one = start + 1; one < index; one++) {
      const y = points[one]?.[1] ?? NaN;
      if (y < (points[low]?.[1] ?? NaN)) low = one;
      if (y > (points[high]?.[1] ?? NaN)) high = one;
    }
    const four = [...new Set([start, low, high, index - 1])].sort((a, b) => a - b);
    kept.push(...four.map((one) => points[one] ?? first));
    start = index;
  }
  return kept;
}

const DURATION = /^P?(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i;
const SECONDS = [365 * 86_400, 30 * 86_400, 7 * 86_400, 86_400, 3_600, 60, 1];

/** Seconds of an ISO 8601 duration, with or without its P; without one a result is good for ever. */
export function durationSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return Infinity;
  const parts: readonly (string | undefined)[] = DURATION.exec(text)?.slice(1) ?? [];
  if (parts.every((part) => part === undefined)) return undefined;
  return parts.reduce((sum, part, index) => sum + Number(part ?? 0) * (SECONDS[index] ?? 0), 0);
}

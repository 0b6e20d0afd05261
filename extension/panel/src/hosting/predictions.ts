/** A prediction as a table: one line for each row that was sent. */
export interface PredictionTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const cell = (value: unknown): string =>
  typeof value === 'number'
    ? Number.isInteger(value)
      ? String(value)
      : String(Number(value.toPrecision(6)))
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A JSON list of numbers, lists or records, or a record of one list (`{"predictions": […]}`); anything else is no table. */
function fromJson(value: unknown, prediction: string): PredictionTable | undefined {
  if (isRecord(value)) {
    const lists = Object.entries(value).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
    const length = lists[0]?.[1].length;
    if (lists.length === 0 || lists.length !== Object.keys(value).length || lists.some(([, list]) => list.length !== length))
      return undefined;
    if (lists.length === 1 && Array.isArray(lists[0]?.[1][0])) return fromJson(lists[0][1], prediction);
    return {
      columns: lists.map(([name]) => name),
      rows: Array.from({ length: length ?? 0 }, (_, i) => lists.map(([, list]) => cell(list[i]))),
    };
  }
  if (!Array.isArray(value) || value.length === 0) return undefined;
  if (value.every(isRecord)) {
    const columns = [...new Set(value.flatMap((row) => Object.keys(row)))];
    return { columns, rows: value.map((row) => columns.map((name) => (row[name] === undefined ? '' : cell(row[name])))) };
  }
  if (value.every(Array.isArray)) {
    const width = Math.max(...value.map((row: unknown[]) => row.length));
    return {
      columns: Array.from({ length: width }, (_, i) => (width === 1 ? prediction : `${prediction} ${i}`)),
      rows: value.map((row: unknown[]) => row.map(cell)),
    };
  }
  return { columns: [prediction], rows: value.map((item) => [cell(item)]) };
}

/** Reads what a container answered: JSON by its content, CSV by its type. */
export function predictionTable(contentType: string, text: string, prediction: string): PredictionTable | undefined {
  if (contentType.startsWith('text/csv')) {
    const rows = text
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(','));
    return fromJson(rows, prediction);
  }
  try {
    return fromJson(JSON.parse(text), prediction);
  } catch {
    return undefined;
  }
}

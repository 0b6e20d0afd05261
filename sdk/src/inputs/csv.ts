import { SealabError } from '../contract/index.ts';
import type { Cell } from './api.ts';

/** A table as CSV is written from it: cells by row and column. */
export interface Table {
  readonly header: readonly string[] | undefined;
  readonly rows: number;
  /** Number of columns. */
  readonly width: number;
  cell(row: number, column: number): unknown;
}

/** Rows that are put together before they are encoded: as one string, ten million rows would not fit into V8's longest. */
const BATCH = 8_192;

export const invalidTable = (message: string, details: Record<string, unknown>, remedy?: string): SealabError =>
  new SealabError('InvalidInput', message, { details, ...(remedy === undefined ? {} : { remedy }) });

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A cell as text; `undefined` for what cannot be written. */
function cellText(cell: unknown): string | undefined {
  switch (typeof cell) {
    case 'string':
      return quoted(cell);
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(cell);
    case 'undefined':
      return '';
    default:
      if (cell === null) return '';
      return cell instanceof Date && !Number.isNaN(cell.getTime()) ? cell.toISOString() : undefined;
  }
}

function line(table: Table, row: number): string {
  const cells = Array.from({ length: table.width }, (_, column) => {
    const cell = table.cell(row, column);
    const text = cellText(cell);
    if (text !== undefined) return text;
    const where = table.header?.[column] ?? column;
    const what =
      cell instanceof Date
        ? 'a date that is none'
        : Array.isArray(cell)
          ? 'a list'
          : typeof cell === 'object'
            ? 'an object'
            : `a ${typeof cell}`;
    throw invalidTable(
      `row ${row}, column ${JSON.stringify(where)}: ${what} cannot be written as CSV.`,
      { row, column: where },
      'Give text, numbers, dates, true, false or null.',
    );
  });
  // A row of one missing value would be an empty line, which readers skip.
  return cells.length === 1 && cells[0] === '' ? '""' : cells.join(',');
}

/** The lines of a table in batches, each ended by `\n`. */
function* batches(table: Table): Generator<string> {
  if (table.header !== undefined) yield `${table.header.map(quoted).join(',')}\n`;
  for (let start = 0; start < table.rows; start += BATCH) {
    const length = Math.min(BATCH, table.rows - start);
    yield `${Array.from({ length }, (_, index) => line(table, start + index)).join('\n')}\n`;
  }
}

/** A table as the bytes of a CSV file (RFC 4180, UTF-8, `\n` at line ends). */
export function csvBytes(table: Table): Uint8Array {
  const encoder = new TextEncoder();
  const parts = Array.from(batches(table), (batch) => encoder.encode(batch));
  const all = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}

type Rows = readonly (readonly Cell[])[] | readonly Readonly<Record<string, Cell>>[];

/**
 * Rows, or records whose keys become the header. `columns` picks and orders, and is written as the header.
 *
 * @throws SealabError `InvalidInput` with the row, and the column where there is one, when rows differ in length or in keys.
 */
export function tableOfRows(rows: Rows, columns?: readonly string[]): Table {
  const [first] = rows;
  if (first === undefined) throw invalidTable('rows: there are none.', { field: 'rows' });
  const records = !Array.isArray(first);
  const header = columns ?? (records ? Object.keys(first) : undefined);
  if (header !== undefined) refuseDuplicates(header);
  const width = header?.length ?? (first as readonly Cell[]).length;
  if (width === 0) throw invalidTable('rows: there are no columns.', { field: 'rows' });
  for (const [index, row] of rows.entries()) {
    if (Array.isArray(row) === records) throw invalidTable(`rows[${index}]: lists and records cannot be mixed.`, { row: index });
    if (!records) {
      const { length } = row as readonly Cell[];
      if (length !== width)
        throw invalidTable(`rows[${index}]: ${length} cells for ${width} columns.`, { row: index, column: Math.min(length, width) });
    } else if (columns === undefined) {
      const strange = Object.keys(row).find((name) => !Object.hasOwn(first, name));
      if (strange !== undefined) {
        throw invalidTable(
          `rows[${index}]: ${JSON.stringify(strange)} is no column of the first row.`,
          { row: index, column: strange },
          'Name the columns that are to be written: columns.',
        );
      }
    }
  }
  const cell = records
    ? (row: number, column: number) => (rows[row] as Readonly<Record<string, Cell>>)[header?.[column] ?? '']
    : (row: number, column: number) => (rows[row] as readonly Cell[])[column];
  return { header, rows: rows.length, width, cell };
}

export function refuseDuplicates(header: readonly string[]): void {
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) throw invalidTable(`columns: ${JSON.stringify(twice)} is there twice.`, { column: twice });
}

/** Rows or records as the text of a CSV file. */
export const toCsv = (rows: Rows, columns?: readonly string[]): string => [...batches(tableOfRows(rows, columns))].join('');

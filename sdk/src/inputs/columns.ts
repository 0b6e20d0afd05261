import type { ArrowTable, Column, NumberArray } from './api.ts';
import { invalidTable, refuseDuplicates } from './csv.ts';
import type { Table } from './csv.ts';

/** A typed array of any kind. */
export const isNumberArray = (value: unknown): value is NumberArray => ArrayBuffer.isView(value) && !(value instanceof DataView);

/** Known by its shape: the SDK does not carry `apache-arrow`. */
export const isArrowTable = (value: object): value is ArrowTable => 'schema' in value && 'numRows' in value && 'getChildAt' in value;

/** The shortest number that is the same in 32 bits: 0.1 and not 0.10000000149011612. */
function single(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number.isFinite(value) ? Number(value.toPrecision(9)) : value;
}

const reader = (column: Column): ((row: number) => unknown) =>
  column instanceof Float32Array ? (row) => single(column[row] ?? NaN) : (row) => column[row];

/** Columns by name, all of the same length. */
export function tableOfColumns(columns: Readonly<Record<string, Column>>): Table {
  const header = Object.keys(columns);
  const all = Object.values(columns);
  const [first] = all;
  if (first === undefined) throw invalidTable('columns: there are none.', { field: 'columns' });
  for (const [index, column] of all.entries()) {
    const name = header[index] ?? '';
    if (!Array.isArray(column) && !isNumberArray(column))
      throw invalidTable(`columns: ${JSON.stringify(name)} is neither a list nor a typed array.`, { column: name });
    if (column.length !== first.length) {
      throw invalidTable(
        `columns: ${JSON.stringify(name)} has ${column.length} values, ${JSON.stringify(header[0])} has ${first.length}.`,
        { column: name, row: Math.min(column.length, first.length) },
      );
    }
  }
  if (first.length === 0) throw invalidTable('columns: there are no rows.', { field: 'columns' });
  const readers = all.map(reader);
  return { header, rows: first.length, width: all.length, cell: (row, column) => readers[column]?.(row) };
}

/** One column without a header. */
export function tableOfNumbers(numbers: NumberArray): Table {
  if (numbers.length === 0) throw invalidTable('data: there are no numbers in it.', { field: 'data' });
  const read = reader(numbers);
  return { header: undefined, rows: numbers.length, width: 1, cell: read };
}

/** Of apache-arrow's `Type`: the values of dates and timestamps are milliseconds since 1970; `precision` 1 is a float of 32 bits. */
const ARROW_TYPES = { float: 3, date: 8, timestamp: 10 } as const;
const SINGLE = 1;

export function tableOfArrow(table: ArrowTable): Table {
  const { fields } = table.schema;
  const header = fields.map(({ name }) => name);
  refuseDuplicates(header);
  if (table.numRows === 0 || header.length === 0) throw invalidTable('data: the Arrow table is empty.', { field: 'data' });
  const columns = fields.map(({ type }, index) => {
    const vector = table.getChildAt(index);
    const isTime = type?.typeId === ARROW_TYPES.date || type?.typeId === ARROW_TYPES.timestamp;
    const isSingle = type?.typeId === ARROW_TYPES.float && type.precision === SINGLE;
    return (row: number): unknown => {
      const value = vector?.get(row);
      if (typeof value !== 'number') return value;
      return isTime ? new Date(value) : isSingle ? single(value) : value;
    };
  });
  return { header, rows: table.numRows, width: header.length, cell: (row, column) => columns[column]?.(row) };
}

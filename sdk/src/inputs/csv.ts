import { SealabError } from '../contract/index.ts';
import type { Cell } from './api.ts';

const cellText = (cell: Cell): string => {
  if (cell === undefined || cell === null) return '';
  const text = cell instanceof Date ? cell.toISOString() : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Rows, or records whose keys become the header, as CSV (RFC 4180, `\n` at line ends). `columns` picks and orders, and is written as the header. */
export function toCsv(rows: readonly (readonly Cell[])[] | readonly Readonly<Record<string, Cell>>[], columns?: readonly string[]): string {
  const [first] = rows;
  if (first === undefined) throw new SealabError('InvalidInput', 'rows: there are none.');
  const records = !Array.isArray(first);
  const header = columns ?? (records ? Object.keys(first) : undefined);
  const lines = rows.map((row, index) => {
    if (Array.isArray(row) === records)
      throw new SealabError('InvalidInput', `rows[${index}]: lists and records cannot be mixed.`, { details: { row: index } });
    const cells = records ? (header ?? []).map((name) => (row as Readonly<Record<string, Cell>>)[name]) : (row as readonly Cell[]);
    if (header !== undefined && cells.length !== header.length) {
      throw new SealabError('InvalidInput', `rows[${index}]: ${cells.length} cells for ${header.length} columns.`, {
        details: { row: index },
      });
    }
    return cells.map(cellText).join(',');
  });
  return `${[...(header === undefined ? [] : [header.map(cellText).join(',')]), ...lines].join('\n')}\n`;
}

import { SealabError } from '../contract/index.ts';
import type { TableOptions, View } from './api.ts';
import { displayable } from './display.ts';
import { refuseUnknown } from '../jobs/options.ts';
import { escaped, htmlTable, textTable } from './html.ts';

const MOST_ROWS = 50;

/**
 * Shows rows as a table: records (their keys are the columns) or lists. Says how many there are when not all are shown.
 *
 * @throws SealabError `InvalidInput` for an unknown option, or `most` below 1.
 * @example table(await lab.list('training-jobs', { status: 'Failed' }).all(20), { columns: ['name', 'endedAt'] })
 */
export function table(rows: readonly (object | readonly unknown[])[], options: TableOptions = {}): View {
  refuseUnknown('table', options, { title: true, columns: true, most: true });
  const { title = '', most = MOST_ROWS } = options;
  if (!Number.isInteger(most) || most < 1)
    throw new SealabError('InvalidInput', `table: most: ${most} is not a whole number above 0.`, {
      details: { field: 'most', given: most },
    });
  const [first] = rows;
  const header = options.columns ?? (first === undefined || Array.isArray(first) ? [] : Object.keys(first));
  const shown = rows
    .slice(0, most)
    .map((row) =>
      Array.isArray(row) ? (row as readonly unknown[]) : header.map((name) => (row as Readonly<Record<string, unknown>>)[name]),
    );
  const note = rows.length > most ? `${most} of ${rows.length} rows.` : '';
  const heading = title === '' ? '' : `<strong>${escaped(title)}</strong>`;
  const view = () =>
    Promise.resolve({
      'text/html': `<div>${heading}${htmlTable(header, shown)}${note === '' ? '' : `<div>${note}</div>`}</div>`,
      'text/plain': [title, textTable(header, shown), note].filter((part) => part !== '').join('\n'),
    });
  return displayable({ view }, view);
}

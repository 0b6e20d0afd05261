import { SealabError } from '../contract/index.ts';
import type { DataInput } from './api.ts';
import { isArrowTable, isNumberArray, tableOfArrow, tableOfColumns, tableOfNumbers } from './columns.ts';
import { csvBytes, tableOfRows } from './csv.ts';

/** Data given as a value: one file that does not exist yet. */
export type InMemory = Exclude<DataInput, string | { s3Uri: string }>;

const CSV = 'text/csv';
/** Media types of Arrow's two forms, as registered with IANA. */
const ARROW = { file: 'application/vnd.apache.arrow.file', stream: 'application/vnd.apache.arrow.stream' } as const;
/** How the file form begins (Arrow columnar format, "IPC File Format"). */
const MAGIC = new TextEncoder().encode('ARROW1');

const isArrowFile = (bytes: Uint8Array): boolean => MAGIC.every((byte, index) => bytes[index] === byte);

/** How a form of data becomes a file. Methods, so that each form may name the type of its own value. */
interface Form {
  /** What may stand beside it. */
  readonly beside: readonly string[];
  name(value: unknown): string;
  contentType?(value: unknown): string;
  bytes(value: unknown, input: { readonly columns?: readonly string[] }): Uint8Array;
}

/** By the key that tells them apart, the first one that is there. */
const FORMS: Readonly<Record<'text' | 'bytes' | 'rows' | 'columns' | 'arrow', Form>> = {
  text: { beside: ['name'], name: () => 'data.csv', bytes: (text: string) => new TextEncoder().encode(text) },
  bytes: { beside: ['name'], name: () => 'data', bytes: (bytes: Uint8Array) => bytes },
  rows: {
    beside: ['name', 'columns'],
    name: () => 'data.csv',
    contentType: () => CSV,
    bytes: (rows: Parameters<typeof tableOfRows>[0], { columns }) => csvBytes(tableOfRows(rows, columns)),
  },
  columns: {
    beside: ['name'],
    name: () => 'data.csv',
    contentType: () => CSV,
    bytes: (columns: Parameters<typeof tableOfColumns>[0]) => csvBytes(tableOfColumns(columns)),
  },
  arrow: {
    beside: ['name'],
    name: (bytes: Uint8Array) => (isArrowFile(bytes) ? 'data.arrow' : 'data.arrows'),
    contentType: (bytes: Uint8Array) => (isArrowFile(bytes) ? ARROW.file : ARROW.stream),
    bytes: (bytes: Uint8Array) => bytes,
  },
};

function formOf(input: object): readonly [Form, unknown, { readonly name?: string }] {
  const found = Object.entries(FORMS).find(([key]) => key in input);
  if (found === undefined) {
    throw new SealabError('InvalidInput', 'data: this is nothing that can be uploaded.', {
      remedy: 'Give a path, an S3 URI, { text }, { bytes }, { rows }, { columns }, { arrow }, a typed array or a table of apache-arrow.',
      details: { field: 'data', given: Object.keys(input).slice(0, 10) },
    });
  }
  const [key, form] = found;
  const strange = Object.keys(input).find((name) => name !== key && !form.beside.includes(name));
  if (strange !== undefined) {
    throw new SealabError('InvalidInput', `data: ${JSON.stringify(strange)} means nothing beside ${key}.`, {
      remedy: `Use ${[key, ...form.beside].join(', ')}.`,
      details: { field: strange },
    });
  }
  return [form, (input as Readonly<Record<string, unknown>>)[key], input];
}

/** What the media type of a value's file is; `undefined` where only the caller knows. */
export function contentTypeOf(input: InMemory): string | undefined {
  if (isNumberArray(input) || isArrowTable(input)) return CSV;
  const [form, value] = formOf(input);
  return form.contentType?.(value);
}

/** The file that a value makes. */
export function contentOf(input: InMemory): { readonly name: string; readonly bytes: Uint8Array } {
  if (input instanceof Uint8Array) {
    throw new SealabError('InvalidInput', 'data: a Uint8Array may be bytes or numbers.', {
      remedy: 'Give { bytes } for the content of a file, { columns: { name } } for numbers.',
      details: { field: 'data' },
    });
  }
  if (isNumberArray(input)) return { name: 'data.csv', bytes: csvBytes(tableOfNumbers(input)) };
  if (isArrowTable(input)) return { name: 'data.csv', bytes: csvBytes(tableOfArrow(input)) };
  const [form, value, { name = form.name(value) }] = formOf(input);
  if (name === '' || name.startsWith('/') || name.split('/').includes('..'))
    throw new SealabError('InvalidInput', `name: ${JSON.stringify(name)} is not the name of a file.`, { details: { field: 'name' } });
  const bytes = form.bytes(value, input as { readonly columns?: readonly string[] });
  if (bytes.byteLength === 0) throw new SealabError('InvalidInput', `${name}: there is nothing in it.`, { details: { field: 'data' } });
  return { name, bytes };
}

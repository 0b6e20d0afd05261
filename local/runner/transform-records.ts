import { randomUUID } from 'node:crypto';
import { compileJsonPath, JsonPathError, type Selection } from './json-path.ts';

export type RecordFormat = 'csv' | 'json' | 'jsonlines';

/** `text/csv; label_size=0` → `csv`; `undefined` where records of that type have no fields that could be selected. */
export function formatOf(contentType: string | undefined): RecordFormat | undefined {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  if (type === 'text/csv') return 'csv';
  if (type === 'application/json') return 'json';
  return type === 'application/jsonlines' || type === 'application/x-jsonlines' ? 'jsonlines' : undefined;
}

export interface DataProcessing {
  readonly InputFilter?: string | undefined;
  readonly OutputFilter?: string | undefined;
  readonly JoinSource?: string | undefined;
}

/** Whether it changes anything. */
export const processes = ({ InputFilter = '$', OutputFilter = '$', JoinSource = 'None' }: DataProcessing): boolean =>
  InputFilter !== '$' || OutputFilter !== '$' || JoinSource !== 'None';

/** What the algorithm answered cannot be brought together with its input; the message goes into the job's log. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

/**
 * Filters and joins the records of batch transform.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform-data-processing.html
 */
export class RecordProcessing {
  readonly #input: Selection;
  readonly #output: Selection;
  readonly #joins: boolean;
  readonly #format: RecordFormat;
  readonly #answer: RecordFormat;

  /** @throws JsonPathError */
  constructor({ InputFilter = '$', OutputFilter = '$', JoinSource = 'None' }: DataProcessing, format: RecordFormat, answer: RecordFormat) {
    this.#input = compileJsonPath(InputFilter);
    this.#output = compileJsonPath(OutputFilter);
    this.#joins = JoinSource === 'Input';
    this.#format = format;
    this.#answer = answer;
  }

  /** What the algorithm gets of one record. */
  toAlgorithm(record: string): string {
    return write(this.#selected(this.#input, read(record, this.#format, 'input')), this.#format);
  }

  /** One line of output for one record and the algorithm's answer to it. */
  toOutput(record: string, answer: string): string {
    const output = read(answer, this.#answer, 'algorithm output');
    const joined = this.#joins ? this.#join(read(record, this.#format, 'input'), output) : output;
    return write(this.#selected(this.#output, joined), this.#joins ? this.#format : this.#answer);
  }

  #selected(selection: Selection, value: unknown): unknown {
    try {
      return selection(value);
    } catch (error) {
      if (error instanceof JsonPathError) throw new RecordError(error.message);
      throw error;
    }
  }

  /** An object gets the answer as a field of its own, columns get further columns, any other JSON value becomes a field beside it. */
  #join(record: unknown, answer: unknown): unknown {
    if (this.#format === 'csv') return [...(record as unknown[]), ...(Array.isArray(answer) ? (answer as unknown[]) : [answer])];
    return typeof record === 'object' && record !== null && !Array.isArray(record)
      ? { ...record, SageMakerOutput: answer }
      : { SageMakerInput: record, SageMakerOutput: answer };
  }
}

/** Stands for a number as it was written: 20 digits and 6.0 shall come out as they went in. */
const NUMBER = `\u0001${randomUUID()}:`;
const WRITTEN_NUMBER = new RegExp(`"\\\\u0001${NUMBER.slice(1)}([^"]*)"`, 'g');

/** JSON with its numbers as text that {@link write} turns into numbers again. */
const keepingNumbers = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    token.startsWith('"') ? token : JSON.stringify(NUMBER + token),
  );

function read(text: string, format: RecordFormat, what: string): unknown {
  if (format === 'csv') return columns(text);
  try {
    // The text itself must be JSON: what is made of it would forgive a leading zero.
    JSON.parse(text);
    return JSON.parse(keepingNumbers(text));
  } catch {
    throw new RecordError(`Failed to parse ${what} as JSON`);
  }
}

function write(value: unknown, format: RecordFormat): string {
  if (format !== 'csv') return JSON.stringify(value).replace(WRITTEN_NUMBER, '$1');
  return (Array.isArray(value) ? (value as unknown[]) : [value]).map(cell).join(',');
}

const cell = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Columns of one line of CSV (RFC 4180). */
function columns(line: string): string[] {
  const found: string[] = [];
  const column = /(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/gy;
  for (let last = false; !last;) {
    const match = column.exec(line);
    if (match === null) throw new RecordError('Failed to parse a record as CSV');
    found.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    last = match[3] !== ',';
  }
  return found;
}

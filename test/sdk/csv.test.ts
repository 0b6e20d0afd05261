import { describe, expect, it } from '@jest/globals';
import {
  Bool,
  DateDay,
  DateMillisecond,
  Dictionary,
  Field,
  Float32,
  Int32,
  List,
  Table,
  tableToIPC,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import type { Cell, DataInput, SealabError } from '@sealab/sdk';
import { contentOf, contentTypeOf } from '../../sdk/src/inputs/content.ts';
import type { InMemory } from '../../sdk/src/inputs/content.ts';
import { toCsv } from '../../sdk/src/inputs/csv.ts';

const written = (input: InMemory): string => new TextDecoder().decode(contentOf(input).bytes);

/** What RFC 4180 says of a file: fields between commas, quotes doubled inside quotes. */
function read(text: string): string[][] {
  const rows: string[][] = [];
  const row: string[] = [];
  let [field, quoted, at] = ['', false, 0];
  while (at < text.length) {
    const letter = text.charAt(at++);
    if (quoted && letter === '"' && text[at] === '"') field += text.charAt(at++);
    else if (letter === '"') quoted = !quoted;
    else if (!quoted && (letter === ',' || letter === '\n')) {
      row.push(field);
      field = '';
      if (letter === '\n') rows.push(row.splice(0));
    } else field += letter;
  }
  if (field !== '' || row.length > 0) throw new Error('The last line has no end.');
  return rows;
}

/** Every text that UTF-8 can hold. */
const text = fc.string({ unit: 'grapheme' });

describe('CSV', () => {
  it('gives back every text as it was', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain((width) => fc.array(fc.array(text, { minLength: width, maxLength: width }), { minLength: 1 })),
        (rows) => {
          expect(read(toCsv(rows))).toEqual(rows);
        },
      ),
    );
  });

  it('gives back every number as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 1 }), (numbers) => {
        const back = read(written(new Float64Array(numbers))).map(([cell]) => Number(cell));
        // A zero has lost its sign: no reader of CSV asks for it.
        expect(back.map((number) => number + 0)).toEqual(numbers.map((number) => number + 0));
      }),
    );
  });

  it('gives back every 32-bit number, without the digits of 64 bits', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (number) => {
        const [[cell = ''] = []] = read(written(new Float32Array([number])));
        expect(Math.fround(Number(cell)) + 0).toBe(number + 0);
      }),
    );
    expect(written(new Float32Array([0.1, 16777216, 1e-30]))).toBe('0.1\n16777216\n1e-30\n');
  });

  it('is the same for rows, records and columns of the same cells', () => {
    const cell = fc.oneof(text, fc.integer(), fc.bigInt(), fc.boolean(), fc.constant(null), fc.date({ noInvalidDate: true }));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
        const records = rows.map(([a, b]) => ({ a, b }));
        const columns = { a: rows.map(([a]) => a), b: rows.map(([, b]) => b) };
        const expected = `a,b\n${toCsv(rows)}`;
        expect(written({ rows: records })).toBe(expected);
        expect(written({ columns })).toBe(expected);
        expect(written({ rows, columns: ['a', 'b'] })).toBe(expected);
      }),
    );
  });

  it.each<[string, readonly Cell[], string]>([
    ['what is missing', [null, undefined, ''], ',,'],
    ['numbers that are none', [NaN, Infinity, -Infinity], 'NaN,Infinity,-Infinity'],
    ['integers of any length', [9007199254740993n, -1n], '9007199254740993,-1'],
    ['numbers of any size', [1e21, 1e-7, 0.1 + 0.2], '1e+21,1e-7,0.30000000000000004'],
    ['truth', [true, false], 'true,false'],
    ['dates in UTC', [new Date(Date.UTC(2024, 0, 2, 3, 4, 5, 6))], '2024-01-02T03:04:05.006Z'],
    ['what needs quotes', ['a,b', 'say "x"', 'two\nlines', 'a\rb'], '"a,b","say ""x""","two\nlines","a\rb"'],
    // An empty line is skipped by pandas and others: the row would be lost.
    ['a row of one missing value', [null], '""'],
  ])('writes %s', (_, row, expected) => {
    expect(toCsv([row])).toBe(`${expected}\n`);
  });

  it('writes columns of different kinds, and more rows than one batch', () => {
    const columns = {
      name: ['x', 'y', null],
      age: new Int32Array([1, 2, 3]),
      share: new Float32Array([0.1, 0.2, NaN]),
      id: new BigInt64Array([1n, -2n, 3n]),
    };
    expect(written({ columns })).toBe('name,age,share,id\nx,1,0.1,1\ny,2,0.2,-2\n,3,NaN,3\n');
    const many = new Int32Array(20_000).map((_, index) => index);
    expect(written(many).trim().split('\n')).toHaveLength(20_000);
    expect(written(many).trim().split('\n')[8192]).toBe('8192');
  });
});

describe('an Arrow table', () => {
  const date = new Date('2024-05-06T07:08:09.123Z');
  const table = new Table({
    text: vectorFromArray(['a', 'b,c', null], new Dictionary(new Utf8(), new Int32())),
    big: vectorFromArray([1n, 2n, 9007199254740993n]),
    share: vectorFromArray([0.1, NaN, null], new Float32()),
    is: vectorFromArray([true, false, null], new Bool()),
    day: vectorFromArray([date, date, null], new DateDay()),
    at: vectorFromArray([date, date, null], new DateMillisecond()),
    exact: vectorFromArray([date, date, null], new TimestampMicrosecond()),
  });

  it('is written as CSV', () => {
    expect(written(table)).toBe(
      'text,big,share,is,day,at,exact\n' +
        'a,1,0.1,true,2024-05-06T00:00:00.000Z,2024-05-06T07:08:09.123Z,2024-05-06T07:08:09.123Z\n' +
        '"b,c",2,NaN,false,2024-05-06T00:00:00.000Z,2024-05-06T07:08:09.123Z,2024-05-06T07:08:09.123Z\n' +
        ',9007199254740993,,,,,\n',
    );
    expect(contentTypeOf(table)).toBe('text/csv');
  });

  it.each([
    ['file', 'data.arrow'],
    ['stream', 'data.arrows'],
  ] as const)('goes as it is in the form of a %s', (form, name) => {
    const arrow = tableToIPC(table, form);
    expect(contentOf({ arrow })).toEqual({ name, bytes: arrow });
    expect(contentTypeOf({ arrow })).toBe(`application/vnd.apache.arrow.${form}`);
    expect(contentOf({ arrow, name: 'train.arrow' }).name).toBe('train.arrow');
  });

  it('with nested values is refused with the row and the column', () => {
    const nested = new Table({ list: vectorFromArray([[1], [2]], new List(new Field('item', new Int32()))) });
    expect(() => written(nested)).toThrow('row 0, column "list": an object cannot be written as CSV.');
  });
});

describe('what cannot be written', () => {
  it.each<[string, unknown, string, object]>([
    ['no rows', { rows: [] }, 'rows: there are none', {}],
    ['rows without columns', { rows: [[]] }, 'no columns', {}],
    ['a short row', { rows: [[1, 2], [3, 4], [5]] }, 'rows[2]: 1 cells for 2 columns', { row: 2, column: 1 }],
    ['a long row', { rows: [[1], [2, 3]] }, 'rows[1]: 2 cells for 1 columns', { row: 1, column: 1 }],
    ['lists among records', { rows: [{ a: 1 }, [2]] }, 'rows[1]', { row: 1 }],
    ['a misspelt key', { rows: [{ age: 1 }, { aeg: 2 }] }, '"aeg" is no column', { row: 1, column: 'aeg' }],
    ['a column that is there twice', { rows: [[1, 2]], columns: ['a', 'a'] }, '"a" is there twice', { column: 'a' }],
    ['more names than cells', { rows: [[1]], columns: ['a', 'b'] }, '1 cells for 2 columns', { row: 0 }],
    ['ragged columns', { columns: { a: [1, 2], b: new Float64Array(1) } }, '"b" has 1 values, "a" has 2', { column: 'b', row: 1 }],
    ['no columns', { columns: {} }, 'columns: there are none', {}],
    ['columns without rows', { columns: { a: [] } }, 'there are no rows', {}],
    ['a column that is none', { columns: { a: 'abc' } }, '"a" is neither a list nor a typed array', { column: 'a' }],
    ['an object in a cell', { rows: [[1, { b: 2 }]] }, 'row 0, column 1: an object', { row: 0, column: 1 }],
    ['a list in a column', { columns: { a: [1, [2]] } }, 'row 1, column "a": a list', { row: 1, column: 'a' }],
    ['a function', { rows: [[() => 1]] }, 'a function', { row: 0 }],
    ['a date that is none', { rows: [[new Date(NaN)]] }, 'a date that is none', { row: 0, column: 0 }],
    ['bytes that may be numbers', new Uint8Array([1]), 'bytes or numbers', {}],
    ['no numbers', new Float64Array(0), 'no numbers', {}],
    ['an empty text', { text: '' }, 'nothing in it', {}],
    ['nothing known', { row: [[1]] }, 'nothing that can be uploaded', {}],
    ['an unknown key', { text: 'a', nmae: 'x' }, '"nmae" means nothing beside text', { field: 'nmae' }],
    ['a name outside', { text: 'a', name: '../x' }, 'is not the name of a file', { field: 'name' }],
  ])('is %s', (_, input, message, details) => {
    let refused: SealabError | undefined;
    try {
      contentOf(input as Exclude<DataInput, string | { s3Uri: string }>);
    } catch (error) {
      refused = error as SealabError;
    }
    expect(refused?.message).toContain(message);
    expect(refused).toMatchObject({ code: 'InvalidInput', details });
  });
});

import { describe, expect, it } from '@jest/globals';
import { predictionTable } from '../../extension/panel/src/hosting/predictions.ts';

const table = (text: string, type = 'application/json') => predictionTable(type, text, 'prediction');

describe('predictions as a table', () => {
  it.each([
    ['a list of numbers', '[0.25, 1]', { columns: ['prediction'], rows: [['0.25'], ['1']] }],
    [
      'a list of lists',
      '[[0.1, 0.9], [0.8, 0.2]]',
      {
        columns: ['prediction 0', 'prediction 1'],
        rows: [
          ['0.1', '0.9'],
          ['0.8', '0.2'],
        ],
      },
    ],
    ['a list of records', '[{"label":"yes","p":0.123456789}]', { columns: ['label', 'p'], rows: [['yes', '0.123457']] }],
    ['a record of one list', '{"predictions":[[0.5],[0.6]]}', { columns: ['prediction'], rows: [['0.5'], ['0.6']] }],
    [
      'a record of columns',
      '{"label":[1,0],"p":[0.9,0.1]}',
      {
        columns: ['label', 'p'],
        rows: [
          ['1', '0.9'],
          ['0', '0.1'],
        ],
      },
    ],
  ])('%s', (_, text, expected) => {
    expect(table(text)).toEqual(expected);
  });

  it('CSV', () => {
    expect(table('0.1,a\n0.2,b\n', 'text/csv; charset=utf-8')).toEqual({
      columns: ['prediction 0', 'prediction 1'],
      rows: [
        ['0.1', 'a'],
        ['0.2', 'b'],
      ],
    });
  });

  it.each(['"done"', 'not json', '{}', '[]', '{"a":[1],"b":[1,2]}'])('%s is no table', (text) => {
    expect(table(text)).toBeUndefined();
  });
});

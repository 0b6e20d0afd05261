import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { compileJsonPath } from '../../../local/runner/json-path.ts';
import { batchesOf, type BatchOptions } from '../../../local/runner/transform-batches.ts';
import { type DataProcessing, type RecordFormat, RecordProcessing } from '../../../local/runner/transform-records.ts';

describe('JSONPath of batch transform', () => {
  const record = { id: 7, features: [1, 2, 3], deep: { 'odd name': ['a', 'b'] } };
  it.each([
    ['$', record],
    ['$.id', 7],
    ["$['id']", 7],
    ['$.features[0]', 1],
    ['$.features[-1]', 3],
    ['$.features[0,2]', [1, 3]],
    ['$.features[1:]', [2, 3]],
    ['$.features[:-1]', [1, 2]],
    ['$.features[*]', [1, 2, 3]],
    ["$.deep['odd name'][1]", 'b'],
    ["$['id','features']", { id: 7, features: [1, 2, 3] }],
  ])('%s', (expression, wanted) => {
    expect(compileJsonPath(expression)(record)).toEqual(wanted);
  });

  it.each(['id', '$..id', '$[?(@.id>1)]', '$.features[1:2:3]', '$.', '$[', '$.id()', '$ .id'])('%s is refused', (expression) => {
    expect(() => compileJsonPath(expression)).toThrow(/^Invalid JSONPath expression/);
  });

  it.each(['$.missing', '$.features[3]', '$.id[0]', '$.features.x'])('%s finds nothing in the record', (expression) => {
    const selection = compileJsonPath(expression);
    expect(() => selection(record)).toThrow(/is not in the record/);
  });
});

describe('records', () => {
  it.each<[string, DataProcessing, RecordFormat, string, string, string, string]>([
    ['columns', { InputFilter: '$[1:]', JoinSource: 'Input' }, 'csv', 'a,1,2', '1,2', '0.5', 'a,1,2,0.5'],
    [
      'quoted columns',
      { InputFilter: '$[1]', JoinSource: 'Input', OutputFilter: '$[0,-1]' },
      'csv',
      '"a, ""b""",1',
      '1',
      '2',
      '"a, ""b""",2',
    ],
    ['an empty last column', { InputFilter: '$[0,1]', JoinSource: 'Input' }, 'csv', '1,', '1,', 'x', '1,,x'],
    ['a list', { JoinSource: 'Input' }, 'json', '[1,2]', '[1,2]', '3', '{"SageMakerInput":[1,2],"SageMakerOutput":3}'],
    [
      'an object',
      { InputFilter: '$.x', JoinSource: 'Input', OutputFilter: '$.SageMakerOutput' },
      'json',
      '{"x":1.0}',
      '1.0',
      '{"y":1e3}',
      '{"y":1e3}',
    ],
    ['text with digits', { InputFilter: '$.x' }, 'json', '{"x":"1 \\" 2"}', '"1 \\" 2"', '1', '1'],
  ])('%s', (_, processing, format, record, sent, answer, written) => {
    const both = new RecordProcessing(processing, format, format);
    expect(both.toAlgorithm(record)).toBe(sent);
    expect(both.toOutput(record, answer)).toBe(written);
  });

  it('that are none are told from those that are', () => {
    const both = new RecordProcessing({ InputFilter: '$.x' }, 'json', 'json');
    expect(() => both.toAlgorithm('{"x":01}')).toThrow('Failed to parse input as JSON');
    expect(() => both.toOutput('{"x":1}', 'oops')).toThrow('Failed to parse algorithm output as JSON');
  });
});

describe('requests', () => {
  const batches = async (body: Buffer | string, options: Partial<BatchOptions>) => {
    const found: string[] = [];
    // Chunks of one byte: records lie across them.
    const chunks = Readable.from(Array.from(Buffer.from(body), (byte) => Buffer.from([byte])));
    for await (const batch of batchesOf(chunks, { gzip: false, split: 'Line', several: true, payloadBytes: 8, ...options }))
      found.push(batch.payload.toString());
    return found;
  };
  it.each<[string, string | Buffer, Partial<BatchOptions>, string[]]>([
    ['as many lines as fit', 'aa\nbb\ncc\n', {}, ['aa\nbb\n', 'cc\n']],
    ['one line each', 'aa\r\n\nbb', { several: false }, ['aa\n', 'bb\n']],
    ['the whole', 'aa\nbb\n', { split: 'None' }, ['aa\nbb\n']],
    ['compressed', gzipSync('aa\nbb\n'), { gzip: true }, ['aa\nbb\n']],
    ['filtered', 'aa\nbb\n', { toAlgorithm: (record) => record.slice(1) }, ['a\nb\n']],
    ['nothing', '', {}, []],
  ])('%s', async (_, body, options, wanted) => {
    expect(await batches(body, options)).toEqual(wanted);
  });

  it.each<[string, Partial<BatchOptions>]>([
    ['a line', {}],
    ['an object', { split: 'None' }],
  ])('%s larger than the payload is an error', async (_, options) => {
    await expect(batches('123456789\n', options)).rejects.toThrow('Too much data for max payload size');
  });
});

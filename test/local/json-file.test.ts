import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readState, writeState } from '../../local/gateway/state-file.ts';
import { readJson, writeJson } from '../../local/json-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealab-json-'));
  file = join(folder, 'record.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a JSON file', () => {
  it('is read back as it was written, for its owner alone, and nothing else stays in the folder', () => {
    writeJson(file, { a: 1 });
    writeJson(file, { a: 2 });
    expect(readJson(file)).toEqual({ a: 2 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['record.json']);
  });

  it('that is not there is undefined, or the fallback of a state', () => {
    expect(readJson(file)).toBeUndefined();
    expect(readState(file, ['none'])).toEqual(['none']);
  });

  it.each([
    ['empty', '', 'is empty'],
    ['cut short', '{"a":', 'is damaged'],
  ])('that is %s is an error with its path', (_, content, problem) => {
    writeFileSync(file, content);
    expect(() => readJson(file)).toThrow(`${file} ${problem}: it should hold JSON.`);
    expect(() => readState(file, {})).toThrow(file);
  });

  it('whose writer died half-way keeps its old content', () => {
    writeJson(file, { a: 1 });
    writeFileSync(`${file}.4711.part`, '{"a":');
    expect(readJson(file)).toEqual({ a: 1 });
    expect(readdirSync(folder).filter((name) => name.endsWith('.json'))).toEqual(['record.json']);
  });

  it('keeps its old content when the new one cannot be written', () => {
    writeJson(file, { a: 1 });
    expect(() => writeJson(file, { a: 1n })).toThrow(TypeError);
    expect(readJson(file)).toEqual({ a: 1 });
  });

  it('makes no folder, so that a sandbox that was removed does not come back: a state does', () => {
    const inside = join(folder, 'state', 'record.json');
    expect(() => writeJson(inside, {})).toThrow('ENOENT');
    writeState(inside, { a: 1 });
    expect(readJson(inside)).toEqual({ a: 1 });
    expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700);
  });
});

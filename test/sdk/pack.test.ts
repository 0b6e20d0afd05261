import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import { AppendToTar } from '../../sdk/src/hosting/append-to-tar.ts';
import { contentHash, outgoingFiles } from '../../sdk/src/inputs/files.ts';
import { toCsv } from '../../sdk/src/inputs/csv.ts';
import { packSource } from '../../sdk/src/source/pack.ts';
import { concat, END_OF_ARCHIVE, tarEntries } from '../../sdk/src/source/tar.ts';
import { unpackSource } from '../../sdk/src/source/unpack.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealab-pack-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const long = `${'folder-with-a-rather-long-name/'.repeat(4)}module.py`;
function sources(name: string, when: number): string {
  const root = join(folder, name);
  for (const [path, text] of [
    ['train.py', 'print("a")'],
    ['lib/b.py', 'b = 1'],
    ['lib/ä.txt', 'ü'],
    ['run.sh', '#!/bin/sh'],
    [long, ''],
    ['.git/config', 'x'],
    ['__pycache__/b.pyc', 'x'],
  ] as const) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
    utimesSync(join(root, path), when, when);
  }
  chmodSync(join(root, 'run.sh'), 0o755);
  return root;
}

describe('packSource', () => {
  it('gives the same bytes for the same files, wherever and whenever', async () => {
    const one = await packSource({ script: 'train.py', sourceDirectory: sources('one', 1_000_000_000) });
    const two = await packSource({ script: './train.py', sourceDirectory: sources('two', 1_700_000_000) });
    expect(Buffer.compare(one.archive, two.archive)).toBe(0);
    expect(two).toMatchObject({ hash: one.hash, program: 'train.py', requirements: false });
    // What Node 20 and Deno 2.8 both gave: a change here changes the key of everybody's code.
    expect(one.hash).toBe('e31d8dcc7fbd9e5c6d6c1d1daad579ad8a10ca0efa5063cf967d826c8f3be37e');
  });

  it('packs what tar unpacks, without leftovers', async () => {
    const { archive, entries } = await packSource({ script: 'train.py', sourceDirectory: sources('three', 1) });
    const path = join(folder, 'three.tar.gz');
    writeFileSync(path, archive);
    const target = join(folder, 'unpacked');
    mkdirSync(target);
    execFileSync('tar', ['-xzf', path, '-C', target]);
    expect(entries.map(({ name }) => name)).toEqual([long, 'lib/b.py', 'lib/ä.txt', 'run.sh', 'train.py']);
    expect(
      execFileSync('find', ['.', '-type', 'f'], { cwd: target, encoding: 'utf8' })
        .trim()
        .split('\n')
        .map((name) => name.slice(2))
        .sort(),
    ).toEqual([long, 'lib/b.py', 'lib/ä.txt', 'run.sh', 'train.py'].sort());
    expect(execFileSync(join(target, 'run.sh')).toString()).toBe('');
    expect(unpackSource(archive)).toEqual(
      entries.map((entry) => ({ ...entry, bytes: new Uint8Array(entry.bytes), executable: entry.name === 'run.sh' })),
    );
  });

  it('packs a single file, or content from a form', async () => {
    const root = sources('four', 1);
    expect((await packSource({ script: join(root, 'train.py') })).entries.map(({ name }) => name)).toEqual(['train.py']);
    const form = await packSource({ script: { name: 'x.py', text: 'print(1)' } });
    expect([form.program, form.entries.map(({ name }) => name)]).toEqual(['x.py', ['x.py']]);
  });

  it('compresses what is large, to the same bytes in every runtime', async () => {
    const { archive, hash } = await packSource({ script: { name: 'train.py', text: 'x = 1\n'.repeat(20_000) } });
    expect(archive.byteLength).toBeLessThan(1_000);
    expect(hash).toBe('09aea9a3d754cb36c8fc2bf03b1fca04c9aeb60680b4c28d0749e1fcca03e4bc');
    expect(gunzipSync(archive).subarray(512, 518).toString()).toBe('x = 1\n');
  });

  it('refuses what is not there, links that lead out, and bad names', async () => {
    const root = sources('five', 1);
    await expect(packSource({ script: join(root, 'gone.py') })).rejects.toMatchObject({ code: 'InputNotFound' });
    await expect(packSource({ script: 'gone.py', sourceDirectory: root })).rejects.toMatchObject({ code: 'InputNotFound' });
    await expect(packSource({ script: 'train.py', sourceDirectory: join(root, 'gone') })).rejects.toMatchObject({ code: 'InputNotFound' });
    await expect(packSource({ script: { name: '../x.py', text: '' } })).rejects.toMatchObject({ code: 'InvalidInput' });
    symlinkSync('/etc/hostname', join(root, 'link'));
    await expect(packSource({ script: 'train.py', sourceDirectory: root })).rejects.toMatchObject({
      code: 'InvalidInput',
      message: expect.stringContaining('leads out'),
    });
  });
});

describe('AppendToTar', () => {
  const entry = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text) });
  const read = async (archive: Uint8Array, step: number) => {
    const parts: Buffer[] = [];
    const transform = new AppendToTar([entry('code/inference.py', 'serve')]);
    const chunks = Array.from({ length: Math.ceil(archive.byteLength / step) }, (_, index) =>
      Buffer.from(archive.subarray(index * step, (index + 1) * step)),
    );
    await pipeline(Readable.from(chunks), transform, async (source: AsyncIterable<Buffer>) => {
      for await (const part of source) parts.push(part);
    });
    return { tar: Buffer.concat(parts), seen: transform.seen };
  };

  it.each([1, 511, 512, 513, 4096, 1 << 20])('puts code behind the model, in chunks of %i bytes', async (step) => {
    const model = concat([
      tarEntries([entry('model.joblib', 'm'.repeat(700)), entry('notes.txt', '')]),
      END_OF_ARCHIVE,
      new Uint8Array(8192),
    ]);
    const { tar, seen } = await read(model, step);
    expect([...seen]).toEqual(['model.joblib', 'notes.txt']);
    const listed = execFileSync('tar', ['-tf', '-'], { input: tar, encoding: 'utf8' });
    expect(listed.trim().split('\n')).toEqual(['model.joblib', 'notes.txt', 'code/inference.py']);
    expect(execFileSync('tar', ['-xOf', '-', 'model.joblib'], { input: tar }).byteLength).toBe(700);
  });

  it('refuses an archive that is cut off', async () => {
    await expect(read(tarEntries([entry('model.joblib', 'm'.repeat(700))]).subarray(0, 900), 512)).rejects.toThrow(/middle of a file/);
  });
});

describe('inputs', () => {
  it('writes rows and records as CSV', () => {
    expect(
      toCsv([
        [1, 'a "b"', null],
        [2.5, 'c,d', true],
      ]),
    ).toBe('1,"a ""b""",\n2.5,"c,d",true\n');
    expect(toCsv([{ x: 1, y: 'l1\nl2' }, { y: 'z' }])).toBe('x,y\n1,"l1\nl2"\n,z\n');
    expect(toCsv([{ x: 1, y: 2 }], ['y'])).toBe('y\n2\n');
    expect(() => toCsv([])).toThrow(/none/);
    expect(() => toCsv([[1], { a: 1 }] as never)).toThrow(/rows\[1\]/);
  });

  it('addresses content: the same files, the same hash', async () => {
    const one = await outgoingFiles(sources('six', 1));
    const two = await outgoingFiles(sources('seven', 2));
    expect(await contentHash(one)).toBe(await contentHash(two));
    expect(one.map(({ name }) => name)).not.toContain('.git/config');
    await expect(outgoingFiles(join(folder, 'gone.csv'))).rejects.toMatchObject({
      code: 'InputNotFound',
      details: { path: join(folder, 'gone.csv') },
    });
    await expect(outgoingFiles({ text: 'a', name: '../a' })).rejects.toMatchObject({ code: 'InvalidInput' });
  });
});

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';

process.env['SEALAB_HOME'] = join(tmpdir(), `sealab-paths-${String(process.pid)}`);
const { leaveSocketFolder, mirrorFolder, socketFolder } = await import('../../local/paths.ts');
afterEach(() => rmSync(socketFolder(), { recursive: true, force: true }));

it('the folder for sockets goes with the last who had something in it', () => {
  const folder = socketFolder();
  mkdirSync(mirrorFolder());
  leaveSocketFolder();
  expect(existsSync(folder)).toBe(false);
  expect(leaveSocketFolder).not.toThrow();
});

it.each([
  ['a sandbox that outlives its gateway', () => mkdirSync(join(socketFolder(), '0123456789abcdef')), ['0123456789abcdef', 'mirror']],
  ['the mirror', () => writeFileSync(join(mirrorFolder(), 'mirror.sock'), ''), ['mirror']],
])('the folder for sockets stays for %s', (_, keep, left) => {
  mkdirSync(mirrorFolder());
  keep();
  leaveSocketFolder();
  expect(readdirSync(socketFolder())).toEqual(left);
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from '@jest/globals';

const root = resolve(import.meta.dirname, '..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'));

it.each(pages)('%s links to what is there', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
});

it('the security model names tests that are there', () => {
  const text = readFileSync(join(root, 'docs/security-model.md'), 'utf8');
  const named = [...text.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

it.each(['sdk/src', 'infra', 'local', 'extension', 'test'])('the map from task to folder knows every folder of %s', (base) => {
  const generated = new Set(['dist', 'node_modules']);
  const folders = readdirSync(join(root, base), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !generated.has(entry.name))
    .map(({ name }) => name);
  const rows = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'));
  const knows = (row: string, folder: string): boolean =>
    row.includes(`\`${base}/${folder}/`) || (row.includes(`\`${base}/\`:`) && row.includes(`\`${folder}/\``));
  expect(folders.filter((folder) => !rows.some((row) => knows(row, folder)))).toEqual([]);
});

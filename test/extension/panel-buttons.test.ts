import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const source = resolve(import.meta.dirname, '../../extension/panel/src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tsx'));

describe('buttons of the panel', () => {
  // JupyterLab's Button has no type, and a button without one submits the form around it: “Copy as TypeScript” would launch a job.
  it.each(files.filter((name) => name !== 'shared/button.tsx'))('%s has none without a type', (name) => {
    const text = readFileSync(join(source, name), 'utf8');
    expect(text).not.toMatch(/import \{[^}]*\bButton\b[^}]*\} from '@jupyterlab\/ui-components'/);
    for (const [tag] of text.matchAll(/<button\b[^>]*/g)) expect(tag).toContain('type="button"');
  });
});

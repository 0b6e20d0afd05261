import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NOTEBOOK_FOLDER, Notebook } from './running/notebook.ts';

const folder = resolve(import.meta.dirname, '../../notebooks');
const notebooks = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ipynb'))
  .sort();
const NOTEBOOK_SECONDS = 300;

interface Cell {
  readonly cell_type: string;
  readonly outputs?: readonly { readonly output_type: string; readonly evalue?: string; readonly text?: string | readonly string[] }[];
}

describe('the sample notebooks', () => {
  let notebook: Notebook;
  beforeAll(async () => {
    notebook = await Notebook.open('python');
  });
  afterAll(() => notebook.close());

  it('are there', () => expect(notebooks.length).toBeGreaterThan(0));

  it.each(notebooks)(
    '%s runs from start to end',
    async (path) => {
      const inside = join(NOTEBOOK_FOLDER, 'sealab-samples', path);
      // Beside the original, so that its relative paths hold.
      const executed = inside.replace(/\.ipynb$/, '-executed.ipynb');
      const printed = await notebook.run(
        `
import glob, os, shutil, subprocess
shutil.copy(${JSON.stringify(inside)}, ${JSON.stringify(executed)})
jupyter = glob.glob("/home/ec2-user/anaconda3/envs/JupyterSystemEnv/bin/jupyter")[0]
done = subprocess.run([jupyter, "execute", "--inplace", "--timeout=${NOTEBOOK_SECONDS}", ${JSON.stringify(executed)}], capture_output=True, text=True, cwd=os.path.dirname(${JSON.stringify(inside)}))
print(done.returncode)
print(done.stderr[-4000:])
print(open(${JSON.stringify(executed)}).read())
`,
        NOTEBOOK_SECONDS + 30,
      );
      const [code, ...rest] = printed.split('\n');
      expect({ code, problem: code === '0' ? '' : rest.join('\n').slice(0, 4000) }).toEqual({ code: '0', problem: '' });
      const { cells } = JSON.parse(printed.slice(printed.indexOf('\n{') + 1)) as { cells: Cell[] };
      const errors = cells.flatMap(({ outputs = [] }) => outputs.filter(({ output_type }) => output_type === 'error'));
      expect(errors).toEqual([]);
      // Every code cell that says something said it: nbclient loses no output with this kernel.
      expect(cells.filter(({ cell_type, outputs = [] }) => cell_type === 'code' && outputs.length > 0).length).toBeGreaterThan(0);
    },
    (NOTEBOOK_SECONDS + 60) * 1000,
  );
});

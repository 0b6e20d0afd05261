import { readFile } from 'node:fs/promises';
import { dirname, posix, relative, sep } from 'node:path';
import { z } from 'zod';
import { findNamed } from './notebook-files.ts';
import { TrainingForm } from './training-form.ts';

/** A ready example beside a script: `template.json`. Its paths are relative to it. */
const Template = z.strictObject({
  title: z.string().min(1).max(80),
  description: z.string().max(400),
  form: TrainingForm.partial(),
});
export type Template = z.output<typeof Template> & {
  /** Its folder below the notebook folder. */
  readonly id: string;
};

/** Templates of the notebook folder. A file that is not one is left out: it may be the user's own, for something else. */
export async function listTemplates(folder: string): Promise<Template[]> {
  const found: Template[] = [];
  for (const path of await findNamed(folder, 'template.json')) {
    const parsed = Template.safeParse(
      await readFile(path, 'utf8')
        .then(JSON.parse)
        .catch(() => undefined),
    );
    if (!parsed.success) continue;
    const { title, description, form } = parsed.data;
    const id = relative(folder, dirname(path)).split(sep).join('/');
    const beside = (given: string | undefined) => (given === undefined || given.startsWith('s3://') ? given : posix.join(id, given));
    const { script, data } = { script: beside(form.script), data: beside(form.data) };
    found.push({ id, title, description, form: { ...form, ...(script !== undefined && { script }), ...(data !== undefined && { data }) } });
  }
  return found.sort((a, b) => a.title.localeCompare(b.title));
}

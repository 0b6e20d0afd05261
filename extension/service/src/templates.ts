import { readFile, stat } from 'node:fs/promises';
import { dirname, join, posix, relative, sep } from 'node:path';
import { z } from 'zod';
import { findNamed } from './notebook-files.ts';
import { TrainingForm } from './training-form.ts';

/** A ready example beside a script: `template.json`. Its paths are relative to it. */
const Template = z.strictObject({
  title: z.string().min(1).max(80),
  description: z.string().max(400),
  /** How to make the data; told while it is not there. */
  prepare: z.string().max(400).optional(),
  form: TrainingForm.partial(),
});
export type Template = z.output<typeof Template> & {
  /** Its folder below the notebook folder. */
  readonly id: string;
};

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

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
    const { title, description, prepare, form } = parsed.data;
    const id = relative(folder, dirname(path)).split(sep).join('/');
    const beside = <T extends string | undefined>(given: T) =>
      given === undefined || given.startsWith('s3://') ? given : posix.join(id, given);
    const { script, data, ...same } = form;
    const file = beside(data);
    // Data that is still to be made is no value to start from.
    const there = file !== undefined && (file.startsWith('s3://') || (await exists(join(folder, file))));
    found.push({
      id,
      title,
      description: there || prepare === undefined ? description : `${description} ${prepare}`,
      form: { ...same, ...(script !== undefined && { script: beside(script) }), ...(there && { data: file }) },
    });
  }
  return found.sort((a, b) => a.title.localeCompare(b.title));
}

import type { SecureField } from '@sealab/sdk';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { KINDS, listFiles, type FileKind } from '../notebook-files.ts';
import { listTemplates } from '../templates.ts';
import { TrainingForm } from '../training-form.ts';
import { validated } from '../validated.ts';

/** A value as people read it: the end of an ARN says more than its beginning. */
function shownValue(wanted: unknown): string {
  if (Array.isArray(wanted)) return wanted.map(shownValue).join(', ');
  if (typeof wanted === 'boolean') return wanted ? 'on' : 'off';
  return typeof wanted === 'string' ? wanted : 'not allowed';
}

const shownField = ({ control, title, because, path, wanted, locked, conditionKey }: SecureField) => ({
  control,
  title,
  because,
  path,
  value: shownValue(wanted),
  locked,
  conditionKey,
});

const Kind = z.enum(Object.keys(KINDS) as [FileKind, ...FileKind[]]);

/** What forms need: their schema, what the environment allows, the locked fields, files and templates. */
export const formRoutes = (deps: Deps) =>
  new Hono()
    .get('/training', async (c) => {
      const lab = await deps.lab();
      const { instanceTypes, network, images } = lab.environment;
      return c.json({
        schema: z.toJSONSchema(TrainingForm, { io: 'input' }) as { properties: Record<string, FieldSchema>; required?: string[] },
        instanceTypes: instanceTypes.training,
        hostingInstanceTypes: instanceTypes.hosting,
        frameworks: Object.keys(images),
        connectedAllowed: network.connectedAllowed,
        fields: lab.secureFields('CreateTrainingJob').map(shownField),
      });
    })
    .get('/files', validated('query', z.strictObject({ kind: Kind })), async (c) =>
      c.json({ files: await listFiles(deps.notebookFolder, c.req.valid('query').kind) }),
    )
    .get('/templates', async (c) => c.json({ templates: await listTemplates(deps.notebookFolder) }));

/** The part of JSON Schema that a form field needs. */
export interface FieldSchema {
  readonly pattern?: string | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
}

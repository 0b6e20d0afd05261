import type { Seal } from '@sealab/sdk';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { ResourceName } from '../training-form.ts';
import { validated } from '../validated.ts';

const KINDS = ['training-jobs', 'models', 'endpoints'] as const;
const Kind = z.enum(KINDS);
/** A page of a list asks for all of its seals at once. */
const Names = z.strictObject({ name: z.union([ResourceName.transform((name) => [name]), z.array(ResourceName).min(1).max(50)]) });

const PARALLEL = 6;
const REMEMBERED = 2000;

export type SmallSeal = Pick<Seal, 'status' | 'sealed' | 'broken' | 'notVerified'>;

/** Seals of jobs, models and endpoints: one with its controls, or many as one word each. */
export function sealRoutes(deps: Deps) {
  /** Security fields of a job or a model cannot change after it was made; those of an endpoint can. */
  const unchanging = new Map<string, Seal>();

  async function sealOf(kind: (typeof KINDS)[number], name: string): Promise<Seal> {
    const key = `${kind}/${name}`;
    const known = unchanging.get(key);
    if (known !== undefined) return known;
    const seal = await (await deps.lab()).seal(kind, name);
    if (kind !== 'endpoints' && seal.notVerified === 0) {
      if (unchanging.size >= REMEMBERED) unchanging.delete(unchanging.keys().next().value ?? '');
      unchanging.set(key, seal);
    }
    return seal;
  }

  return new Hono()
    .get('/:kind', validated('param', z.strictObject({ kind: Kind })), validated('query', Names), async (c) => {
      const { kind } = c.req.valid('param');
      const names = [...new Set(c.req.valid('query').name)];
      const seals: Record<string, SmallSeal> = {};
      const next = names.values();
      const worker = async () => {
        for (const name of next) {
          // One that cannot be looked at must not hide the others.
          const seal = await sealOf(kind, name).catch(() => ({ status: 'not-verified' as const, sealed: 0, broken: 0, notVerified: 0 }));
          seals[name] = { status: seal.status, sealed: seal.sealed, broken: seal.broken, notVerified: seal.notVerified };
        }
      };
      await Promise.all(Array.from({ length: Math.min(PARALLEL, names.length) }, worker));
      return c.json({ seals });
    })
    .get('/:kind/:name', validated('param', z.strictObject({ kind: Kind, name: ResourceName })), async (c) => {
      const { kind, name } = c.req.valid('param');
      return c.json(await sealOf(kind, name));
    });
}

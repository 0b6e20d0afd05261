import type { EnvironmentDescription, Posture } from '@sealab/sdk';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { validated } from '../validated.ts';

/** Looking takes a dozen AWS calls, and what is looked at changes rarely: one answer serves all open panels for this long. */
const POSTURE_MS = 60_000;

const shownEnvironment = ({
  project,
  environmentType,
  account,
  region,
  network,
  instanceTypes,
  images,
  links,
}: EnvironmentDescription) => ({
  project,
  environmentType,
  account,
  region,
  connectedAllowed: network.connectedAllowed,
  instanceTypes,
  frameworks: Object.keys(images),
  links,
});

/** The environment, and its seal: the live checks. */
export function environmentRoutes(deps: Deps) {
  let latest: { readonly at: number; readonly posture: Promise<Posture> } | undefined;

  return new Hono()
    .get('/', async (c) => c.json(shownEnvironment((await deps.lab()).environment)))
    .get('/posture', validated('query', z.strictObject({ fresh: z.literal('true').optional() })), async (c) => {
      const lab = await deps.lab();
      if (latest === undefined || c.req.valid('query').fresh === 'true' || Date.now() - latest.at > POSTURE_MS) {
        const posture = lab.checks();
        latest = { at: Date.now(), posture };
        posture.catch(() => (latest = undefined));
      }
      return c.json(await latest.posture);
    });
}

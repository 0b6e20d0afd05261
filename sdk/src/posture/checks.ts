import type { LabContext } from '../context.ts';
import type { SealedKind } from '../lab-api.ts';
import { displayable, postureView } from '../notebook/display.ts';
import { worst } from '../secure/index.ts';
import type { Posture, Seal } from './api.ts';
import { bucketChecks } from './buckets.ts';
import { identityChecks } from './identity.ts';
import { keyChecks } from './keys.ts';
import { networkChecks } from './network.ts';
import { runningChecks } from './running.ts';

/** Looks at the environment as it is now, everything at once. */
export async function checks(context: LabContext, sealOf: (kind: SealedKind, name: string) => Promise<Seal>): Promise<Posture> {
  const all = await Promise.all([
    ...identityChecks(context),
    ...keyChecks(context),
    ...bucketChecks(context),
    ...networkChecks(context),
    ...runningChecks(context, sealOf),
  ]);
  const count = (status: string) => all.filter((check) => check.status === status).length;
  const posture: Posture = {
    status: worst(all.map(({ status }) => status)),
    sealed: count('sealed'),
    broken: count('broken'),
    notVerified: count('not-verified'),
    checks: all,
    checkedAt: new Date(),
  };
  return displayable(posture, () => postureView(posture));
}

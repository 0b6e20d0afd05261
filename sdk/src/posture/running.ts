import type { LabContext } from '../context.ts';
import type { SealedKind } from '../lab-api.ts';
import { list } from '../listing/list.ts';
import type { Check, Seal } from './api.ts';
import { broken, check, notVerified, sealed } from './check.ts';

/** Looked at one by one, so there is a limit; beyond it the check says that it did not see all. */
const MOST = 25;

const RUNNING: readonly (readonly [SealedKind, string, string])[] = [
  ['training-jobs', 'InProgress', 'Training jobs that run'],
  ['processing-jobs', 'InProgress', 'Processing jobs that run'],
  ['endpoints', 'InService', 'Endpoints in service'],
];

/** What runs now keeps the contract, by value. */
export function runningChecks(context: LabContext, sealOf: (kind: SealedKind, name: string) => Promise<Seal>): Promise<Check>[] {
  return RUNNING.map(([kind, status, title]) =>
    check(`running.${kind}`, title, async () => {
      const items = await list(context, kind, { status, pageSize: MOST + 1 }).all(MOST + 1);
      const seals = await Promise.all(items.slice(0, MOST).map(({ name }) => sealOf(kind, name)));
      const bad = seals.filter((seal) => seal.status === 'broken');
      if (bad.length > 0) {
        const what = bad.map(
          ({ resource, controls }) =>
            `${resource} (${controls
              .filter((control) => control.status === 'broken')
              .map(({ title: name }) => name)
              .join(', ')})`,
        );
        return broken(`Against the contract: ${what.join('; ')}.`, 'Stop it; what was started through Sealab keeps the contract.');
      }
      if (items.length > MOST) return notVerified(`The newest ${MOST} keep the contract; there are more.`);
      return sealed(items.length === 0 ? 'None now.' : `${items.length} now, all as the contract wants.`);
    }),
  );
}

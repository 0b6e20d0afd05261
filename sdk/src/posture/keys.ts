import type { LabContext } from '../context.ts';
import type { Check } from './api.ts';
import { broken, check, sealed } from './check.ts';

/** Each key is the customer's own, enabled and rotated. */
export function keyChecks({ environment, clients }: LabContext): Promise<Check>[] {
  return Object.entries(environment.keys).flatMap(([purpose, key]) => [
    check(`keys.${purpose}-enabled`, `Key for ${purpose} enabled`, async () => {
      const [kms, { DescribeKeyCommand }] = await Promise.all([clients.kms(), import('../clients/kms.ts')]);
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: key }));
      if (KeyMetadata?.Arn !== key) return broken(`${key} is ${KeyMetadata?.Arn ?? 'not there'}.`);
      if (KeyMetadata.KeyState !== 'Enabled') return broken(`The key is ${KeyMetadata.KeyState ?? 'in an unknown state'}.`);
      return KeyMetadata.KeyManager === 'CUSTOMER'
        ? sealed('The project’s own key, enabled.')
        : broken('The key is managed by AWS, not by the project.');
    }),
    check(`keys.${purpose}-rotated`, `Key for ${purpose} rotated`, async () => {
      const [kms, { GetKeyRotationStatusCommand }] = await Promise.all([clients.kms(), import('../clients/kms.ts')]);
      const { KeyRotationEnabled, RotationPeriodInDays } = await kms.send(new GetKeyRotationStatusCommand({ KeyId: key }));
      return KeyRotationEnabled === true
        ? sealed(`New key material every ${RotationPeriodInDays ?? 365} days.`)
        : broken('Rotation is off.');
    }),
  ]);
}

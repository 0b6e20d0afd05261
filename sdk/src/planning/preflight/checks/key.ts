import { purposeOf } from '../../../contract/index.ts';
import { reason } from '../../../posture/check.ts';
import { isAbsent, leaveOut, ok, problem, unknown } from '../check.ts';
import type { Asked, Finding, PreflightCheck } from '../check.ts';
import type { Named } from '../facts.ts';
import { askIam, mayPass, shortName } from '../guaranteed.ts';
import { simulate, verdict } from '../simulate.ts';

/** The one of an endpoint configuration is called `KmsKeyId`. */
const isVolumes = ({ context }: Asked, { value, field }: Named): boolean =>
  /Volume/.test(field) || value === context.environment.keys.volume;

/**
 * Each key is there, enabled and made for encryption, and the caller may let SageMaker use a volume's. The storage key is
 * used by the role that writes and by the caller who uploads: the checks of outputs and uploads ask for that.
 */
export const key: PreflightCheck = {
  name: 'key',
  ask: async (asked) =>
    (
      await Promise.all(
        asked.facts.keys.map((named) =>
          Promise.all([enabled(asked, named), ...(isVolumes(asked, named) ? [grantable(asked, named)] : [])]),
        ),
      )
    ).flat(),
};

async function enabled({ context, signal }: Asked, named: Named): Promise<Finding> {
  const { value, field } = named;
  const remedy = leaveOut(named, 'key');
  try {
    const [kms, { DescribeKeyCommand }] = await Promise.all([context.clients.kms(), import('../../../clients/kms.ts')]);
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: value }), { abortSignal: signal });
    const state = KeyMetadata?.KeyState ?? 'in an unknown state';
    const ask = 'Ask your administrator to enable the key.';
    if (state !== 'Enabled') return problem(`The key ${value} is ${state}.`, ask, field);
    const { KeyUsage, KeySpec } = KeyMetadata ?? {};
    if ((KeyUsage || 'ENCRYPT_DECRYPT') !== 'ENCRYPT_DECRYPT' || (KeySpec || 'SYMMETRIC_DEFAULT') !== 'SYMMETRIC_DEFAULT')
      return problem(`The key ${value} is not a symmetric key for encryption.`, remedy, field);
    return ok(`${shortName(value)} is enabled, for encryption.`, field);
  } catch (error) {
    if (isAbsent(error)) return problem(`There is no key ${value}.`, remedy, field);
    return unknown(`Whether the key is enabled: ${reason(error)}`, field);
  }
}

/** SageMaker makes a grant for a volume in the name of whoever sends the request. */
async function grantable(asked: Asked, named: Named): Promise<Finding> {
  const { environment } = asked.context;
  const { value, field } = named;
  const short = shortName(value);
  const sender = await asked.sender(named);
  const who = shortName(sender);
  const remedy = 'Ask your administrator to look at your role.';
  return askIam(
    asked,
    async () =>
      verdict(
        await simulate(asked, sender, ['kms:CreateGrant'], [value], {
          'kms:ViaService': `sagemaker.${environment.region}.amazonaws.com`,
          'kms:GrantIsForAWSResource': 'true',
        }),
        {
          well: `The policies of ${who} let SageMaker encrypt volumes with ${short} for it.`,
          refused: `SageMaker may not encrypt volumes with ${short} for ${who}`,
          remedy,
          field,
        },
      ),
    (why) => {
      const purpose = purposeOf(sender, environment);
      if (purpose === undefined)
        return unknown(`Whether SageMaker may use ${short} for ${who}: it is not one of the project’s roles, and ${why}.`, field);
      return value === environment.keys.volume && mayPass(purpose).length > 0
        ? ok(`SageMaker may encrypt volumes with ${short} for ${who}, as the deployment has made both; ${why}.`, field)
        : problem(`SageMaker may not encrypt volumes with ${short} for ${who}: the deployment does not let it.`, remedy, field);
    },
    `Whether SageMaker may use ${short} for ${who}`,
    field,
  );
}

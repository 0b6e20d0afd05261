import { reason } from '../../../posture/check.ts';
import { isAbsent, ok, problem, unknown } from '../check.ts';
import type { Asked, Finding, PreflightCheck } from '../check.ts';
import type { Named } from '../facts.ts';
import { simulate, verdict } from '../simulate.ts';

const VOLUME = /Volume/;

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
          Promise.all([enabled(asked, named), ...(VOLUME.test(named.field) ? [grantable(asked, named)] : [])]),
        ),
      )
    ).flat(),
};

async function enabled({ context, signal }: Asked, { value, field }: Named): Promise<Finding> {
  try {
    const [kms, { DescribeKeyCommand }] = await Promise.all([context.clients.kms(), import('../../../clients/kms.ts')]);
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: value }), { abortSignal: signal });
    const state = KeyMetadata?.KeyState ?? 'in an unknown state';
    const ask = 'Ask your administrator to enable the key.';
    if (state !== 'Enabled') return problem(`The key ${value} is ${state}.`, ask, field);
    const { KeyUsage, KeySpec } = KeyMetadata ?? {};
    if ((KeyUsage || 'ENCRYPT_DECRYPT') !== 'ENCRYPT_DECRYPT' || (KeySpec || 'SYMMETRIC_DEFAULT') !== 'SYMMETRIC_DEFAULT')
      return problem(`The key ${value} is not a symmetric key for encryption.`, 'Leave the key out: Sealab takes the project’s.', field);
    return ok(`${value.split('/').at(-1) ?? value} is enabled, for encryption.`, field);
  } catch (error) {
    if (isAbsent(error)) return problem(`There is no key ${value}.`, 'Leave the key out: Sealab takes the project’s.', field);
    return unknown(`Whether the key is enabled: ${reason(error)}`, field);
  }
}

/** SageMaker makes a grant for a volume in the caller's name. */
async function grantable(asked: Asked, { value, field }: Named): Promise<Finding> {
  const { region } = asked.context.environment;
  const short = value.split('/').at(-1) ?? value;
  try {
    const results = await simulate(asked, await asked.caller(), ['kms:CreateGrant'], [value], {
      'kms:ViaService': `sagemaker.${region}.amazonaws.com`,
      'kms:GrantIsForAWSResource': 'true',
    });
    return verdict(results, {
      well: `Your policies let SageMaker encrypt volumes with ${short} for you.`,
      refused: `SageMaker may not encrypt volumes with ${short} for you`,
      remedy: 'Ask your administrator to look at your role.',
      field,
    });
  } catch (error) {
    return unknown(`Whether SageMaker may use ${short} for you: ${reason(error)}`, field);
  }
}

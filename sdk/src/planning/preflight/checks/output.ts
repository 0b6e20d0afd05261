import { reason } from '../../../posture/check.ts';
import { unknown } from '../check.ts';
import type { Asked, Finding, PreflightCheck } from '../check.ts';
import type { Place } from '../facts.ts';
import { simulate, verdict } from '../simulate.ts';
import type { Simulated } from '../simulate.ts';
import { partsOf } from './input.ts';

/** The role may write each output with the project's key. Nothing is written: IAM is asked. */
export const output: PreflightCheck = {
  name: 'output',
  ask: (asked) => Promise.all(asked.facts.outputs.map((place) => writable(asked, place))),
};

async function writable(asked: Asked, { value, field, role }: Place): Promise<Finding> {
  if (role === undefined) return unknown(`The request names no role that would write ${value}.`, field);
  const who = role.split('/').at(-1) ?? role;
  try {
    return verdict(await simulateWrite(asked, role, value), {
      well: `The policies of ${who} let it write ${value} with the storage key.`,
      refused: `${who} cannot write ${value}`,
      remedy: 'Leave the output out: Sealab takes the project’s model bucket.',
      field,
    });
  } catch (error) {
    return unknown(`Whether ${who} may write ${value}: ${reason(error)}`, field);
  }
}

/** Whether a principal may put objects below a prefix with the storage key. */
export async function simulateWrite(asked: Asked, principal: string, uri: string): Promise<readonly Simulated[]> {
  const { partition, keys, region } = asked.context.environment;
  const { bucket, key } = partsOf(uri);
  const prefix = key.replace(/\/?<.*$/s, '').replace(/\/$/, '');
  const [put, encrypt] = await Promise.all([
    simulate(asked, principal, ['s3:PutObject'], [`arn:${partition}:s3:::${bucket}/${prefix === '' ? '' : `${prefix}/`}output`], {
      's3:x-amz-server-side-encryption': 'aws:kms',
      's3:x-amz-server-side-encryption-aws-kms-key-id': keys.storage,
    }),
    simulate(asked, principal, ['kms:GenerateDataKey'], [keys.storage], { 'kms:ViaService': `s3.${region}.amazonaws.com` }),
  ]);
  return [...put, ...encrypt];
}

import { MAY_WRITE } from '../../../contract/index.ts';
import { leaveOut, unknown } from '../check.ts';
import type { Asked, Finding, PreflightCheck } from '../check.ts';
import type { Place } from '../facts.ts';
import { askIam, reachesObjects, shortName } from '../guaranteed.ts';
import { partsOf } from '../s3-uri.ts';
import { simulate, verdict } from '../simulate.ts';

/** The role may write each output with the project's key. Nothing is written: another than the caller cannot try. */
export const output: PreflightCheck = {
  name: 'output',
  ask: (asked) => Promise.all(asked.facts.outputs.map((place) => writable(asked, place))),
};

async function writable(asked: Asked, place: Place): Promise<Finding> {
  const { value, field, role } = place;
  if (role === undefined) return unknown(`The request names no role that would write ${value}.`, field);
  const { environment } = asked.context;
  const { partition, keys, region } = environment;
  const { bucket, key } = partsOf(value);
  const prefix = key.replace(/\/?<.*$/s, '').replace(/\/$/, '');
  const who = shortName(role);
  const remedy = leaveOut(place, 'output');
  return askIam(
    asked,
    async () => {
      const [put, encrypt] = await Promise.all([
        simulate(asked, role, ['s3:PutObject'], [`arn:${partition}:s3:::${bucket}/${prefix === '' ? '' : `${prefix}/`}output`], {
          's3:x-amz-server-side-encryption': 'aws:kms',
          's3:x-amz-server-side-encryption-aws-kms-key-id': keys.storage,
        }),
        simulate(asked, role, ['kms:GenerateDataKey'], [keys.storage], { 'kms:ViaService': `s3.${region}.amazonaws.com` }),
      ]);
      return verdict([...put, ...encrypt], {
        well: `The policies of ${who} let it write ${value} with the storage key.`,
        refused: `${who} cannot write ${value}`,
        remedy,
        field,
      });
    },
    (why) => reachesObjects(MAY_WRITE, role, value, environment, why, { verb: 'write', remedy, field }),
    `Whether ${who} may write ${value}`,
    field,
  );
}

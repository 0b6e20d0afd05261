import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { MAY_READ } from '../../../contract/index.ts';
import { reason } from '../../../posture/check.ts';
import { isAbsent, ok, problem, unknown } from '../check.ts';
import type { Asked, Finding, PreflightCheck } from '../check.ts';
import type { Place } from '../facts.ts';
import { askIam, reachesObjects, shortName } from '../guaranteed.ts';
import { partsOf } from '../s3-uri.ts';
import { simulate, verdict } from '../simulate.ts';

/** So many objects are looked at for one that has content. */
const LOOKED_AT = 50;

/** Each input in S3 is there, not empty, encrypted with the project's key, and readable by the role that will read it. */
export const input: PreflightCheck = {
  name: 'input',
  ask: async (asked) =>
    (
      await Promise.all(
        asked.facts.inputs.filter(({ uploaded }) => !uploaded).map((place) => Promise.all([content(asked, place), readable(asked, place)])),
      )
    ).flat(),
};

async function content({ context, signal }: Asked, { value, field }: Place): Promise<Finding> {
  const { s3 } = context.clients;
  const { bucket: Bucket, key } = partsOf(value);
  try {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: key, MaxKeys: LOOKED_AT }), { abortSignal: signal });
    const first = Contents.find(({ Size = 0 }) => Size > 0);
    if (first?.Key === undefined) {
      const found = Contents.length === 0 ? 'nothing there' : `${Contents.length} objects, all of them empty`;
      return problem(`${value}: ${found}.`, 'Upload the data first, or correct the URI.', field);
    }
    const { ServerSideEncryption, SSEKMSKeyId } = await s3.send(new HeadObjectCommand({ Bucket, Key: first.Key }), { abortSignal: signal });
    if (ServerSideEncryption === undefined || SSEKMSKeyId === undefined)
      return problem(
        `${first.Key} is not encrypted with a KMS key.`,
        'Upload it anew with `lab.upload`: it writes the storage key.',
        field,
      );
    return SSEKMSKeyId === context.environment.keys.storage
      ? ok(`${value}: ${Contents.length}${Contents.length === LOOKED_AT ? ' or more' : ''} objects, encrypted with the storage key.`, field)
      : problem(
          `${first.Key} is encrypted with ${SSEKMSKeyId}, which is not the project’s storage key.`,
          'Upload it anew with `lab.upload`: it writes the storage key.',
          field,
        );
  } catch (error) {
    if (isAbsent(error)) return problem(`${value}: there is no such bucket or object.`, 'Correct the URI.', field);
    return unknown(`What is at ${value}: ${reason(error)}`, field);
  }
}

async function readable(asked: Asked, { value, field, role }: Place): Promise<Finding> {
  if (role === undefined) return unknown(`The request names no role that would read ${value}.`, field);
  const { environment } = asked.context;
  const { partition, keys, region } = environment;
  const { bucket, key } = partsOf(value);
  const who = shortName(role);
  const remedy = 'Put the data into the project’s data bucket: `lab.upload`.';
  const bucketArn = `arn:${partition}:s3:::${bucket}`;
  return askIam(
    asked,
    async () => {
      const [list, object, decrypt] = await Promise.all([
        simulate(asked, role, ['s3:ListBucket'], [bucketArn], { 's3:prefix': key }),
        simulate(asked, role, ['s3:GetObject'], [`${bucketArn}/${key}${key === '' || key.endsWith('/') ? 'object' : ''}`]),
        simulate(asked, role, ['kms:Decrypt'], [keys.storage], { 'kms:ViaService': `s3.${region}.amazonaws.com` }),
      ]);
      return verdict([...list, ...object, ...decrypt], {
        well: `The policies of ${who} let it read ${value}.`,
        refused: `${who} cannot read ${value}`,
        remedy,
        field,
      });
    },
    (why) => reachesObjects(MAY_READ, role, value, environment, why, { verb: 'read', remedy, field }),
    `Whether ${who} may read ${value}`,
    field,
  );
}

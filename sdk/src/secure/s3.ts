import { SealabError } from '../contract/index.ts';
import type { EnvironmentDescription } from '../contract/index.ts';
import type { FilledField, Origin } from './api.ts';
import type { Filled } from './fill.ts';

/** Buckets that code of this project may write to. */
export type ProjectBuckets = EnvironmentDescription['buckets'];

/** Operations that make an object: the encryption is written into them. */
const MAKES_OBJECT = new Set(['PutObject', 'CopyObject', 'CreateMultipartUpload']);
/** Operations that go on with, tag or remove an object of a bucket that must be the project's. */
const CHANGES_OBJECT = new Set([
  'UploadPart',
  'UploadPartCopy',
  'CompleteMultipartUpload',
  'AbortMultipartUpload',
  'DeleteObject',
  'DeleteObjects',
  'PutObjectTagging',
  'DeleteObjectTagging',
  'RestoreObject',
]);
const READS = /^(Head|Get|List|SelectObjectContent)/;

const rules = [
  [
    'ServerSideEncryption',
    () => 'aws:kms',
    'contract',
    'Encryption with KMS',
    'S3 encrypts the object with a key that the project’s administrators can revoke.',
  ],
  [
    'SSEKMSKeyId',
    (environment: EnvironmentDescription) => environment.keys.storage,
    'environment',
    'Storage key',
    'Every object of the project is encrypted with the project’s own key.',
  ],
] as const;

/** Ways to hand S3 another encryption or open an object to others. */
const FORBIDDEN = [
  'SSECustomerAlgorithm',
  'SSECustomerKey',
  'ACL',
  'GrantFullControl',
  'GrantRead',
  'GrantReadACP',
  'GrantWriteACP',
] as const;

/**
 * Writes the storage key into what makes an S3 object, and refuses writes to buckets that are not the project's.
 * Reads pass: IAM decides what may be read.
 *
 * @throws SealabError `SecureFieldConflict` for another key, another encryption, an ACL or a foreign bucket; `OperationNotCovered` for
 * anything that neither reads nor writes objects, such as changing a bucket.
 */
export function guardS3<T extends object>(operation: string, input: T, environment: EnvironmentDescription): Filled<T> {
  if (READS.test(operation)) return { input, fields: [] };
  if (!MAKES_OBJECT.has(operation) && !CHANGES_OBJECT.has(operation)) {
    throw new SealabError(
      'OperationNotCovered',
      `S3 ${operation} is not covered by the contract, so it may not be sent from this environment.`,
      {
        remedy: 'Objects of the project’s buckets can be read, written and removed; buckets belong to the administrator.',
        details: { operation, covered: [...MAKES_OBJECT, ...CHANGES_OBJECT] },
      },
    );
  }
  const request = { ...input } as Record<string, unknown>;
  const { data, model, artifacts } = environment.buckets;
  refuseUnless(
    'Bucket',
    request['Bucket'],
    [data, model, artifacts],
    'buckets of the environment',
    'Data of the project stays in the project’s buckets.',
  );
  if (!MAKES_OBJECT.has(operation)) return { input: request as T, fields: [] };

  const fields: FilledField[] = [];
  for (const [field, wanted, own, title, because] of rules) {
    const value = wanted(environment);
    const given = request[field];
    let origin: Origin = own;
    if (given !== undefined) {
      refuseUnless(field, given, [value], own === 'contract' ? 'the contract' : 'keys.storage of the environment', because);
      origin = 'caller';
    }
    request[field] = value;
    fields.push({ control: `S3.${field}`, title, because, location: field, value, origin });
  }
  for (const field of FORBIDDEN) {
    if (request[field] !== undefined)
      refuseUnless(
        field,
        request[field],
        [],
        'the contract',
        'Access and encryption are decided by the bucket’s policy and the project’s key alone.',
      );
  }
  return { input: request as T, fields };
}

function refuseUnless(field: string, given: unknown, allowed: readonly unknown[], source: string, because: string): void {
  if (allowed.includes(given)) return;
  const shown = field === 'SSECustomerKey' ? 'a key' : JSON.stringify(given);
  const required = allowed.length > 1 ? allowed : allowed[0];
  throw new SealabError(
    'SecureFieldConflict',
    `${field}: ${shown} was given, ${allowed.length === 0 ? 'nothing' : JSON.stringify(required)} is required (${source}). ${because}`,
    {
      remedy: field === 'Bucket' ? 'Write to one of the project’s buckets.' : `Leave ${field} out: Sealab fills it from the environment.`,
      details: { field, given: field === 'SSECustomerKey' ? undefined : given, required, source, control: `S3.${field}` },
    },
  );
}

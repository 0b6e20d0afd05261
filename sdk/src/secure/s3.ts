import { SealabError, valuesAt } from '../contract/index.ts';
import type { EnvironmentDescription, Wanted } from '../contract/index.ts';
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
/** Buckets that may be written to. */
const WRITABLE = ['data', 'model', 'artifacts'] as const;

/** One rule about one field of a write to S3. */
interface S3Rule {
  /** `S3.` and the field, as in findings. */
  readonly id: string;
  readonly path: string;
  readonly wanted: Wanted;
  readonly title: string;
  readonly because: string;
  readonly remedy: string;
}

const rule = (path: string, wanted: Wanted, title: string, because: string, remedy?: string): S3Rule => ({
  id: `S3.${path}`,
  path,
  wanted,
  title,
  because,
  remedy: remedy ?? `Leave ${path} out: Sealab fills it from the environment.`,
});

const BUCKET = rule(
  'Bucket',
  { environment: 'buckets' },
  'Project bucket',
  'Data of the project stays in the project’s buckets.',
  'Write to one of the project’s buckets.',
);

/** Written into what makes an object. */
const FILLED = [
  rule(
    'ServerSideEncryption',
    { constant: 'aws:kms' },
    'Encryption with KMS',
    'S3 encrypts the object with a key that the project’s administrators can revoke.',
  ),
  rule(
    'SSEKMSKeyId',
    { environment: 'keys.storage' },
    'Storage key',
    'Every object of the project is encrypted with the project’s own key.',
  ),
];

/** Ways to hand S3 another encryption or open an object to others. */
const FORBIDDEN = ['SSECustomerAlgorithm', 'SSECustomerKey', 'ACL', 'GrantFullControl', 'GrantRead', 'GrantReadACP', 'GrantWriteACP'].map(
  (path) =>
    rule(path, { constant: '' }, 'Nothing else', 'Access and encryption are decided by the bucket’s policy and the project’s key alone.'),
);

/** The rules as data, for readers in other languages. */
export const S3_RULES = {
  makesObject: [...MAKES_OBJECT],
  changesObject: [...CHANGES_OBJECT],
  /** A regular expression: operations that only read. */
  reads: READS.source,
  buckets: WRITABLE,
  bucket: BUCKET,
  filled: FILLED,
  forbidden: FORBIDDEN,
} as const;

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
  refuseUnless(
    BUCKET,
    request['Bucket'],
    WRITABLE.map((name) => environment.buckets[name]),
  );
  if (!MAKES_OBJECT.has(operation)) return { input: request as T, fields: [] };

  const fields: FilledField[] = [];
  for (const filled of FILLED) {
    const { id, path, wanted, title, because } = filled;
    const value = 'constant' in wanted ? wanted.constant : valuesAt(environment, wanted.environment)[0];
    let origin: Origin = 'constant' in wanted ? 'contract' : 'environment';
    if (request[path] !== undefined) {
      refuseUnless(filled, request[path], [value]);
      origin = 'caller';
    }
    request[path] = value;
    fields.push({ control: id, title, because, location: path, value, origin });
  }
  for (const forbidden of FORBIDDEN) if (request[forbidden.path] !== undefined) refuseUnless(forbidden, request[forbidden.path], []);
  return { input: request as T, fields };
}

function refuseUnless({ id, path, wanted, because, remedy }: S3Rule, given: unknown, allowed: readonly unknown[]): void {
  if (allowed.includes(given)) return;
  const secret = path === 'SSECustomerKey';
  const shown = secret ? 'a key' : given === undefined ? 'nothing' : JSON.stringify(given);
  const required = allowed.length > 1 ? allowed : allowed[0];
  const source = 'constant' in wanted ? 'the contract' : `${wanted.environment} of the environment`;
  throw new SealabError(
    'SecureFieldConflict',
    `${path}: ${shown} was given, ${allowed.length === 0 ? 'nothing' : JSON.stringify(required)} is required (${source}). ${because}`,
    { remedy, details: { field: path, given: secret ? undefined : given, required, source, control: id } },
  );
}

import { randomUUID } from 'node:crypto';
import { AbortMultipartUploadCommand, CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import { SealabError } from '../../../contract/index.ts';
import { reason } from '../../../posture/check.ts';
import { isAbsent, ok, problem, unknown } from '../check.ts';
import type { Asked, Finding, PreflightCheck } from '../check.ts';
import type { Place } from '../facts.ts';
import { partsOf } from '../s3-uri.ts';

/**
 * The caller may upload code and data to where the lab puts them. S3 itself is asked, with the client that uploads: an
 * upload in parts is begun and given up, which leaves no object. Before it answers, S3 has had a data key made: the caller's policies, the bucket's, the
 * endpoint's and the key's have all been asked.
 * Rule: "Multipart upload API and permissions" in the S3 user guide.
 */
export const upload: PreflightCheck = {
  name: 'upload',
  ask: async (asked) => {
    const places = new Map(asked.facts.inputs.filter(({ uploaded }) => uploaded).map((place) => [prefixOf(place), place]));
    return Promise.all([...places].map(([prefix, place]) => begun(asked, prefix, place)));
  },
};

/** The folder that the object will be in, as far as it is known: what stands for a content's hash is not. */
const prefixOf = ({ value }: Place): string => value.replace(/<.*$/s, '').replace(/[^/]*$/, '');

async function begun({ context, signal }: Asked, prefix: string, { field }: Place): Promise<Finding> {
  const { s3 } = context.clients;
  const { bucket: Bucket, key } = partsOf(prefix);
  const place = { Bucket, Key: `${key}.preflight-${randomUUID()}` };
  let UploadId: string | undefined;
  try {
    ({ UploadId } = await s3.send(new CreateMultipartUploadCommand(place), { abortSignal: signal }));
  } catch (error) {
    return refused(error, prefix, field);
  }
  try {
    // Without the signal: it has to be given up, however little time is left.
    await s3.send(new AbortMultipartUploadCommand({ ...place, UploadId }));
  } catch (error) {
    return ok(
      `S3 lets you upload to ${prefix} with the storage key. The trial could not be given up: ${reason(error)} The bucket’s lifecycle removes it.`,
      field,
    );
  }
  return ok(`S3 lets you upload to ${prefix} with the storage key.`, field);
}

function refused(error: unknown, prefix: string, field: string): Finding {
  const { name, message } = error as Error;
  if (error instanceof SealabError && (error.code === 'AccessDenied' || error.code === 'SecureFieldConflict'))
    return problem(`You cannot upload to ${prefix}: ${message}`, error.remedy ?? 'Run it from a notebook of the project.', field);
  const remedy = 'Ask your administrator to look at the storage key and the buckets.';
  if (/^KMS\./.test(name)) return problem(`You cannot upload to ${prefix}: the storage key cannot be used (${name}).`, remedy, field);
  if (isAbsent(error)) return problem(`You cannot upload to ${prefix}: there is no such bucket.`, remedy, field);
  return unknown(`Whether you may upload to ${prefix}: ${reason(error)}`, field);
}

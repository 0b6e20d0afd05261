import type { Channel } from '@aws-sdk/client-sagemaker';
import { SealabError } from '../contract/index.ts';
import type { EnvironmentDescription } from '../contract/index.ts';
import type { LabContext } from '../context.ts';
import { oneOf, refuse, refuseUnknown } from '../jobs/options.ts';
import type { DataInput, InputMode, UploadProgress } from './api.ts';
import { contentTypeOf } from './content.ts';
import { isS3Uri, upload } from './upload.ts';

const CHANNEL = /^[A-Za-z0-9.\-_]{1,64}$/;

export const checkedChannel = (name: string): string => {
  if (CHANNEL.test(name)) return name;
  throw new SealabError('InvalidInput', `inputs: ${JSON.stringify(name)} is not the name of a channel.`, {
    remedy: 'Use 1 to 64 letters, digits, points, hyphens and underscores.',
  });
};

/** Where the data of an input is in S3 already. */
export const inS3 = (input: DataInput): string | undefined =>
  isS3Uri(input) ? input : typeof input === 'object' && 's3Uri' in input ? input.s3Uri : undefined;

/** Where the data of an input is, or a placeholder for what is not uploaded yet. */
export const placeOf = (input: DataInput, { buckets }: EnvironmentDescription, to: 'data' | 'model' = 'data'): string =>
  inS3(input) ?? `s3://${buckets[to]}/uploads/<content hash>/`;

/** Where the data of an input is in S3, uploading it first when it is not there. */
export async function located(
  context: LabContext,
  input: DataInput,
  onProgress?: (progress: UploadProgress) => void,
  signal?: AbortSignal,
  to: 'data' | 'model' = 'data',
): Promise<string> {
  const there = inS3(input);
  if (there !== undefined) return there;
  const place = { s3: context.clients.s3, environment: context.environment };
  const options = { to, ...(onProgress === undefined ? {} : { onProgress }), ...(signal === undefined ? {} : { signal }) };
  return (await upload(place, input, options)).s3Uri;
}

/** Refuses what an S3 input says beside its URI and has no effect where it is used. */
export function refuseBeyond(field: string, input: DataInput, taken: readonly string[]): void {
  if (typeof input !== 'object' || !('s3Uri' in input)) return;
  const given: [string, unknown][] = Object.entries(input);
  for (const [name, value] of given) {
    if (name === 's3Uri' || value === undefined || taken.includes(name)) continue;
    refuse(
      `${field}.${name}`,
      'it has no effect here.',
      taken.length === 0 ? 'Give the S3 URI alone.' : `Give ${taken.join(' or ')} alone.`,
    );
  }
}

export function channel(name: string, s3Uri: string, input: DataInput, inputMode: InputMode = 'File'): Channel {
  const given = typeof input === 'object' && 's3Uri' in input ? input : undefined;
  const contentType = typeof input === 'string' ? undefined : 's3Uri' in input ? input.contentType : contentTypeOf(input);
  if (given !== undefined) refuseUnknown(`inputs.${name}`, given, { s3Uri: true, contentType: true, mode: true, distribution: true });
  return {
    ChannelName: checkedChannel(name),
    DataSource: {
      S3DataSource: {
        S3DataType: 'S3Prefix',
        S3Uri: s3Uri,
        S3DataDistributionType: oneOf(`inputs.${name}.distribution`, given?.distribution ?? 'FullyReplicated', [
          'FullyReplicated',
          'ShardedByS3Key',
        ]),
      },
    },
    InputMode: oneOf(`inputs.${name}.mode`, given?.mode ?? inputMode, ['File', 'FastFile', 'Pipe']),
    ...(contentType === undefined ? {} : { ContentType: contentType }),
  };
}

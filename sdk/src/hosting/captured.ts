import { DescribeEndpointCommand, DescribeEndpointConfigCommand } from '@aws-sdk/client-sagemaker';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { wholeNumber } from '../jobs/options.ts';
import { isAborted, waitEnded } from '../waiting/sleep.ts';
import type { CapturedData, CapturedRecord, CaptureFilters } from './api.ts';
import { valueOf } from './invoke.ts';
import { objectAt } from './model-archive.ts';

/** One side as data capture writes it (AWS page "Capture data from real-time endpoint"). */
interface Side {
  readonly observedContentType?: string;
  readonly data?: string;
  /** `CSV`, `JSON`, or `BASE64` for every content type that the configuration does not name. */
  readonly encoding?: string;
}

interface Line {
  readonly captureData?: { readonly endpointInput?: Side; readonly endpointOutput?: Side };
  readonly eventMetadata?: { readonly eventId?: string; readonly inferenceId?: string; readonly inferenceTime?: string };
}

/** Records of one endpoint, variant by variant, oldest first. What lies before `since` is not read. */
export async function* captured(context: LabContext, name: string, filters: CaptureFilters): AsyncGenerator<CapturedRecord, undefined> {
  const { since, variant: only, limit } = filters;
  let left = limit === undefined ? Infinity : wholeNumber('limit', limit, 0, Number.MAX_SAFE_INTEGER);
  const signal = endSignal(context, filters.signal);
  const { Bucket, Key } = await placeOf(context, name, signal);
  for (const variant of only === undefined ? await variantsAt(context, Bucket, Key, signal) : [only]) {
    for await (const key of keysOf(context, Bucket, `${Key}${variant}/`, since, signal)) {
      for (const record of await recordsAt(context, Bucket, key, variant, signal)) {
        // Times are written to the second.
        if (since !== undefined && record.time.getTime() < Math.floor(since.getTime() / 1000) * 1000) continue;
        if (left-- <= 0) return;
        yield record;
      }
    }
  }
}

/** `<destination>/<endpoint>/`. */
async function placeOf({ clients }: LabContext, name: string, abortSignal: AbortSignal): Promise<{ Bucket: string; Key: string }> {
  const { EndpointConfigName } = await clients.sageMaker.send(new DescribeEndpointCommand({ EndpointName: name }), { abortSignal });
  const { DataCaptureConfig } = await clients.sageMaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }), { abortSignal });
  if (DataCaptureConfig?.DestinationS3Uri !== undefined)
    return objectAt(`${DataCaptureConfig.DestinationS3Uri.replace(/\/*$/, '')}/${name}/`);
  throw new SealabError('InvalidInput', `Endpoint ${name} captures nothing.`, {
    remedy: 'Host it with `capture: true`, or turn it on: `endpoint.update({ model }, { capture: true })`.',
    details: { name },
  });
}

async function variantsAt({ clients }: LabContext, Bucket: string, Prefix: string, abortSignal: AbortSignal): Promise<string[]> {
  const { CommonPrefixes = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket, Prefix, Delimiter: '/' }), { abortSignal });
  return CommonPrefixes.flatMap((common) => (common.Prefix === undefined ? [] : [common.Prefix.slice(Prefix.length, -1)])).sort();
}

/** Keys name the hour in which a record was written, which is never before the hour of the request. */
async function* keysOf(
  { clients }: LabContext,
  Bucket: string,
  Prefix: string,
  since: Date | undefined,
  signal: AbortSignal,
): AsyncGenerator<string, undefined> {
  const StartAfter = since === undefined ? undefined : `${Prefix}${since.toISOString().slice(0, 13).replace(/[-T]/g, '/')}`;
  let ContinuationToken: string | undefined;
  do {
    if (isAborted(signal)) throw waitEnded(signal);
    const page = await clients.s3.send(
      new ListObjectsV2Command({
        Bucket,
        Prefix,
        ...(StartAfter === undefined ? {} : { StartAfter }),
        ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
      }),
      { abortSignal: signal },
    );
    for (const { Key } of page.Contents ?? []) if (Key?.endsWith('.jsonl') === true) yield Key;
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
}

async function recordsAt(
  { clients }: LabContext,
  Bucket: string,
  Key: string,
  variant: string,
  abortSignal: AbortSignal,
): Promise<CapturedRecord[]> {
  const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key }), { abortSignal });
  const text = (await Body?.transformToString()) ?? '';
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => recordOf(JSON.parse(line) as Line, variant, `s3://${Bucket}/${Key}`))
    .sort((one, other) => one.time.getTime() - other.time.getTime());
}

function recordOf({ captureData, eventMetadata }: Line, variant: string, location: string): CapturedRecord {
  return {
    eventId: eventMetadata?.eventId ?? '',
    inferenceId: eventMetadata?.inferenceId,
    time: new Date(eventMetadata?.inferenceTime ?? NaN),
    variant,
    input: decoded(captureData?.endpointInput),
    output: decoded(captureData?.endpointOutput),
    location,
  };
}

function decoded(side: Side | undefined): CapturedData | undefined {
  if (side?.data === undefined) return undefined;
  const { data, encoding, observedContentType: contentType = 'application/octet-stream' } = side;
  const bytes = encoding === 'BASE64' ? new Uint8Array(Buffer.from(data, 'base64')) : new TextEncoder().encode(data);
  const text = new TextDecoder().decode(bytes);
  return { contentType, text, bytes, value: valueOf(text, contentType) };
}

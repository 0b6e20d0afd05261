import { randomUUID } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { CaptureMode, DataCaptureConfig } from '@aws-sdk/client-sagemaker';
import { joinS3, parseS3Uri } from '../../../runner/s3-locations.ts';
import { s3Client } from '../../../runner/s3-transfer.ts';
import type { EndpointRecord } from './endpoint-fleets.ts';
import type { EndpointRoles } from './endpoint-role.ts';
import type { Lease } from './endpoint-variants.ts';

/** A file is written when it has so many records, or when its first one has waited so long. */
const MOST_RECORDS = 100;
const PAUSE_MS = 2_000;
const RETRIES = 3;

interface Captured {
  readonly body: Buffer;
  readonly contentType: string | undefined;
  readonly inferenceId: string | undefined;
}

interface File {
  readonly endpoint: EndpointRecord;
  readonly variant: string;
  readonly config: DataCaptureConfig;
  readonly lines: string[];
  readonly timer: NodeJS.Timeout;
}

/**
 * Captures requests and answers as DataCaptureConfig says: JSON lines in S3, written as the model's execution role.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html
 */
export class DataCapture {
  readonly #roles: EndpointRoles;
  readonly #files = new Map<string, File>();
  readonly #writing = new Set<Promise<void>>();

  constructor(roles: EndpointRoles) {
    this.#roles = roles;
  }

  /** Decides about one request. @returns what to call with the answer; `undefined` when it is not in the sample */
  begin(
    endpoint: EndpointRecord,
    { fleet, variant }: Lease,
    request: Captured,
  ): { end(body: Buffer, contentType: string | undefined): void } | undefined {
    const config = fleet.capture;
    if (config === undefined || config.EnableCapture === false) return undefined;
    if (Math.random() * 100 >= (config.InitialSamplingPercentage ?? 100)) return undefined;
    const inferenceTime = `${new Date().toISOString().slice(0, 19)}Z`;
    return {
      end: (body, contentType) => {
        const record = {
          captureData: {
            ...(captures(config, 'Input') ? { endpointInput: side('INPUT', request.body, request.contentType, config) } : {}),
            ...(captures(config, 'Output') ? { endpointOutput: side('OUTPUT', body, contentType, config) } : {}),
          },
          eventMetadata: {
            eventId: request.inferenceId ?? randomUUID(),
            ...(request.inferenceId === undefined ? {} : { inferenceId: request.inferenceId }),
            inferenceTime,
          },
          eventVersion: '0',
        };
        this.#add(endpoint, variant, config, JSON.stringify(record));
      },
    };
  }

  /** Writes what has gathered: of one endpoint, or of all. */
  async flush(endpoint?: EndpointRecord): Promise<void> {
    for (const [key, file] of this.#files) if (endpoint === undefined || file.endpoint === endpoint) this.#write(key);
    await Promise.all(this.#writing);
  }

  #add(endpoint: EndpointRecord, variant: string, config: DataCaptureConfig, line: string): void {
    const key = `${endpoint.name}/${variant}/${config.DestinationS3Uri ?? ''}`;
    let file = this.#files.get(key);
    if (file === undefined) {
      file = { endpoint, variant, config, lines: [], timer: setTimeout(() => this.#write(key), PAUSE_MS).unref() };
      this.#files.set(key, file);
    }
    file.lines.push(line);
    if (file.lines.length >= MOST_RECORDS) this.#write(key);
  }

  #write(key: string): void {
    const file = this.#files.get(key);
    if (file === undefined) return;
    clearTimeout(file.timer);
    this.#files.delete(key);
    const writing = this.#put(file).finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }

  /** A role that may not write there, or with that key, loses its captures, as on AWS; requests do not fail for it. */
  async #put({ endpoint, variant, config, lines }: File): Promise<void> {
    const time = new Date().toISOString();
    const [year, month, day, hour, minute, second, milli] = time.split(/\D/) as [string, string, string, string, string, string, string];
    const name = `${minute}-${second}-${milli}-${randomUUID()}.jsonl`;
    const { bucket, key } = parseS3Uri(joinS3(config.DestinationS3Uri ?? '', endpoint.name, variant, year, month, day, hour, name));
    const encryption = config.KmsKeyId === undefined ? {} : { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: config.KmsKeyId };
    for (let attempt = 0; attempt < RETRIES; attempt++) {
      try {
        const client = s3Client(await this.#roles.inside(endpoint));
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: `${lines.join('\n')}\n`, ...encryption }));
        return;
      } catch (error) {
        if ((error as Error).name === 'AccessDenied') return;
      }
    }
  }
}

const captures = ({ CaptureOptions = [] }: DataCaptureConfig, mode: CaptureMode): boolean =>
  CaptureOptions.some(({ CaptureMode }) => CaptureMode === mode || CaptureMode === 'InputAndOutput');

/** Text where the content type is named as CSV or JSON in the configuration, base64 for everything else. */
function side(
  mode: 'INPUT' | 'OUTPUT',
  body: Buffer,
  contentType: string | undefined,
  { CaptureContentTypeHeader: types }: DataCaptureConfig,
): object {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const named = (list: readonly string[] | undefined): boolean => list?.some((one) => one.toLowerCase() === type) ?? false;
  const encoding = named(types?.CsvContentTypes) ? 'CSV' : named(types?.JsonContentTypes) ? 'JSON' : 'BASE64';
  return {
    ...(contentType === undefined ? {} : { observedContentType: contentType }),
    mode,
    data: body.toString(encoding === 'BASE64' ? 'base64' : 'utf8'),
    encoding,
  };
}

import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { joinS3, parseS3Uri } from '../../../runner/s3-locations.ts';
import { s3Client } from '../../../runner/s3-transfer.ts';
import { PATHS } from '../../../paths.ts';
import { AwsError } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { readState, writeState } from '../../state-file.ts';
import { notify } from './async-notifications.ts';
import { asyncConfig, type EndpointRecord, instanceCount } from './endpoint-fleets.ts';
import type { EndpointRoles } from './endpoint-role.ts';
import type { Answered, Invocation } from './invocations.ts';
import type { Request } from './records.ts';

/** One request in the queue: a file on disk until its result is in S3. */
export interface QueuedInvocation {
  /** Of the queue's file. */
  readonly id: string;
  readonly endpoint: string;
  readonly inferenceId: string;
  /** Where the payload is; `undefined` where the request brought it along. */
  readonly inputLocation?: string;
  readonly contentType?: string;
  readonly accept?: string;
  readonly customAttributes?: string;
  readonly outputLocation: string;
  readonly failureLocation?: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  readonly expiresAt: number;
  readonly timeoutSeconds: number;
}

/** How one ended. */
export interface AsyncResult {
  readonly failure?: string;
  readonly body: Buffer;
  readonly contentType?: string | undefined;
}

export interface AsyncParts {
  readonly platform: Platform;
  readonly roles: EndpointRoles;
  readonly endpoint: (name: string) => EndpointRecord | undefined;
  readonly invoke: (endpoint: EndpointRecord, invocation: Invocation) => Promise<Answered>;
}

/** SageMaker's defaults: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointAsync.html */
const TTL_SECONDS = 21_600;
const TIMEOUT_SECONDS = 900;
/** SageMaker chooses it where the configuration does not; the serving processes of the images here have four threads. */
const CONCURRENT_PER_INSTANCE = 4;
/** Requests of one endpoint that wait, at most. */
const LONGEST_QUEUE = 10_000;
/** Largest payload and result: 1 GB on AWS, of which this machine holds a part in memory. */
const LARGEST_PAYLOAD = 256 * 1024 * 1024;

/** Asynchronous inference: a queue on disk for each endpoint, worked off by its instances; results in S3. */
export class AsyncInvocations {
  readonly #parts: AsyncParts;
  readonly #folder = join(PATHS.state, 'sagemaker', 'async-invocations');
  readonly #waiting = new Map<string, QueuedInvocation[]>();
  readonly #running = new Map<string, number>();
  #over = false;

  constructor(parts: AsyncParts) {
    this.#parts = parts;
    for (const endpoint of existsSync(this.#folder) ? readdirSync(this.#folder) : []) {
      const files = readdirSync(join(this.#folder, endpoint)).filter((name) => name.endsWith('.json'));
      const all = files.flatMap((name) => readState<QueuedInvocation | undefined>(join(this.#folder, endpoint, name), undefined) ?? []);
      this.#waiting.set(
        endpoint,
        all.sort((a, b) => a.receivedAt - b.receivedAt),
      );
    }
  }

  /** Takes a request into the queue. @throws AwsError when the endpoint does not do that, or the queue is full */
  async enqueue(endpoint: EndpointRecord, input: Request): Promise<Record<string, string | undefined>> {
    const output = asyncConfig(endpoint.fleet)?.OutputConfig;
    if (output === undefined) {
      throw new AwsError(
        'ValidationError',
        `Endpoint ${endpoint.name} is not an asynchronous endpoint: its configuration has no AsyncInferenceConfig.`,
      );
    }
    const text = (field: string): string | undefined => input[field] as string | undefined;
    const inline = input['Body'] as Buffer | undefined;
    const inputLocation = text('InputLocation');
    const hasBody = inline !== undefined && inline.length > 0;
    if (hasBody === (inputLocation !== undefined))
      throw new AwsError('ValidationError', 'Exactly one of InputLocation and Body must be given.');
    const queue = this.#queueOf(endpoint.name);
    if (queue.length >= LONGEST_QUEUE)
      throw new AwsError(
        'ServiceUnavailable',
        `The queue of endpoint ${endpoint.name} is full: ${String(LONGEST_QUEUE)} requests wait.`,
        503,
      );
    const id = randomUUID();
    const result = randomUUID();
    const prefix = output.S3OutputPath ?? '';
    const extension = text('S3OutputPathExtension');
    const item: QueuedInvocation = {
      id,
      endpoint: endpoint.name,
      inferenceId: text('InferenceId') ?? randomUUID(),
      ...(inputLocation === undefined ? {} : { inputLocation }),
      ...pick(input, { contentType: 'ContentType', accept: 'Accept', customAttributes: 'CustomAttributes' }),
      outputLocation: joinS3(prefix, ...(extension === undefined ? [] : [extension]), text('Filename') ?? `${result}.out`),
      ...(output.S3FailurePath === undefined ? {} : { failureLocation: joinS3(output.S3FailurePath, `${result}-error.out`) }),
      receivedAt: Date.now(),
      expiresAt: Date.now() + ((input['RequestTTLSeconds'] as number | undefined) ?? TTL_SECONDS) * 1000,
      timeoutSeconds: (input['InvocationTimeoutSeconds'] as number | undefined) ?? TIMEOUT_SECONDS,
    };
    mkdirSync(join(this.#folder, endpoint.name), { recursive: true, mode: 0o700 });
    if (hasBody) await writeFile(this.#file(item, 'body'), inline, { mode: 0o600 });
    writeState(this.#file(item, 'json'), item);
    queue.push(item);
    this.work(endpoint.name);
    return { InferenceId: item.inferenceId, OutputLocation: item.outputLocation, FailureLocation: item.failureLocation };
  }

  /** Goes on with what waits, as far as the endpoint's instances allow. */
  work(name: string): void {
    const endpoint = this.#parts.endpoint(name);
    if (this.#over || endpoint === undefined || !['InService', 'Updating', 'RollingBack'].includes(endpoint.status)) return;
    const config = asyncConfig(endpoint.fleet);
    const most = (config?.ClientConfig?.MaxConcurrentInvocationsPerInstance ?? CONCURRENT_PER_INSTANCE) * instanceCount(endpoint.fleet);
    const queue = this.#queueOf(name);
    while (queue.length > 0 && (this.#running.get(name) ?? 0) < most) {
      const item = queue.shift() as QueuedInvocation;
      this.#running.set(name, (this.#running.get(name) ?? 0) + 1);
      void this.#process(endpoint, item).finally(() => {
        this.#running.set(name, (this.#running.get(name) ?? 1) - 1);
        this.work(name);
      });
    }
  }

  /** Requests that still wait when an endpoint is deleted are lost, as on AWS. */
  drop(endpoint: string): void {
    this.#waiting.delete(endpoint);
    rmSync(join(this.#folder, endpoint), { recursive: true, force: true });
  }

  /** Takes nothing up any more; what is under way is done again by the next gateway. */
  stop(): void {
    this.#over = true;
  }

  async #process(endpoint: EndpointRecord, item: QueuedInvocation): Promise<void> {
    const result = await this.#run(endpoint, item);
    if (this.#over || this.#parts.endpoint(item.endpoint) === undefined) return;
    const written = await this.#write(endpoint, item, result).then(
      () => result,
      (error: unknown): AsyncResult => ({
        ...result,
        failure: `ClientError: Failed to upload the result to S3 (${(error as Error).name}). Please ensure that the role passed to CreateModel may write there.`,
      }),
    );
    await notify(this.#parts, endpoint, item, written).catch(() => undefined);
    for (const kind of ['json', 'body'] as const) rmSync(this.#file(item, kind), { force: true });
  }

  async #run(endpoint: EndpointRecord, item: QueuedInvocation): Promise<AsyncResult> {
    const failed = (failure: string): AsyncResult => ({ failure, body: Buffer.from(failure), contentType: 'text/plain' });
    if (Date.now() > item.expiresAt)
      return failed('ClientError: The request expired: it was in the queue for longer than RequestTTLSeconds.');
    let payload: Buffer;
    try {
      payload = await this.#payload(endpoint, item);
    } catch (error) {
      return failed(
        `ClientError: Failed to download data from ${item.inputLocation ?? 'the queue'} (${(error as Error).name}: ${(error as Error).message}). Please ensure that there is an object located at the URL and that the role passed to CreateModel has permissions to download it.`,
      );
    }
    try {
      const answer = await this.#parts.invoke(endpoint, {
        body: payload,
        contentType: item.contentType,
        accept: item.accept,
        customAttributes: item.customAttributes,
        inferenceId: item.inferenceId,
        targetVariant: undefined,
        targetModel: undefined,
        targetContainer: undefined,
        timeoutMs: item.timeoutSeconds * 1000,
      });
      return { body: await buffer(answer.body), contentType: answer.contentType };
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'ModelError') return failed(`InternalServerError: ${(error as Error).message}`);
      const { OriginalStatusCode: status, OriginalMessage: said } = error.fields as { OriginalStatusCode: number; OriginalMessage: string };
      const who = status >= 400 && status < 500 ? 'client' : 'server';
      return {
        failure: `ClientError: Received ${who} error (${String(status)}) from model. See the SageMaker Endpoint logs in your account for more information.`,
        body: Buffer.from(said),
        contentType: 'text/plain',
      };
    }
  }

  async #payload(endpoint: EndpointRecord, item: QueuedInvocation): Promise<Buffer> {
    if (item.inputLocation === undefined) return readFileSync(this.#file(item, 'body'));
    const { bucket, key } = parseS3Uri(item.inputLocation);
    const { Body, ContentLength = 0 } = await s3Client(await this.#parts.roles.inside(endpoint)).send(
      new GetObjectCommand({ Bucket: bucket, Key: key }),
    );
    if (ContentLength > LARGEST_PAYLOAD) {
      (Body as Readable).destroy();
      throw new Error(`The local environment takes payloads of up to ${String(LARGEST_PAYLOAD)} bytes.`);
    }
    return buffer(Body as Readable);
  }

  async #write(endpoint: EndpointRecord, item: QueuedInvocation, { failure, body, contentType }: AsyncResult): Promise<void> {
    const location = failure === undefined ? item.outputLocation : item.failureLocation;
    if (location === undefined) return;
    const { bucket, key } = parseS3Uri(location);
    const kms = asyncConfig(endpoint.fleet)?.OutputConfig?.KmsKeyId;
    await s3Client(await this.#parts.roles.inside(endpoint)).send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ...(contentType === undefined ? {} : { ContentType: contentType }),
        ...(kms === undefined ? {} : { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kms }),
      }),
    );
  }

  #queueOf(endpoint: string): QueuedInvocation[] {
    const queue = this.#waiting.get(endpoint) ?? [];
    this.#waiting.set(endpoint, queue);
    return queue;
  }

  #file({ endpoint, id }: QueuedInvocation, kind: 'json' | 'body'): string {
    return join(this.#folder, endpoint, `${id}.${kind}`);
  }
}

/** Text fields of a request under other names, where they are given. */
const pick = (input: Request, names: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(names).flatMap(([name, field]) => {
      const value = input[field];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );

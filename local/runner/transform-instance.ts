import { createReadStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { askContainer } from './hosting-requests.ts';
import { joinS3 } from './s3-locations.ts';
import type { S3Object } from './s3-objects.ts';
import { putObject } from './s3-transfer.ts';
import { type Batch, batchesOf } from './transform-batches.ts';
import type { Batching, TransformPlan } from './transform-plan.ts';
import { RecordError } from './transform-records.ts';

/** `client`: the input was at fault; `algorithm`: the container. */
export type TransformOutcome = 'done' | 'client' | 'algorithm';

/** The algorithm's answer was no success. */
class BadAnswer extends Error {
  override readonly name = 'BadAnswer';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Too much of an answer's text says no more. */
const MOST_TEXT = 4_096;

/** Turns objects into objects through one model container. */
export class TransformInstance {
  readonly #plan: TransformPlan;
  readonly #how: Batching;
  readonly #socketPath: string;
  readonly #client: () => Promise<S3Client>;
  readonly #folder: string;
  readonly #say: (text: string) => void;
  readonly #turns: Semaphore;
  #made = 0;

  /** @param say writes a line of the data log */
  constructor(
    plan: TransformPlan,
    how: Batching,
    socketPath: string,
    client: () => Promise<S3Client>,
    folder: string,
    say: (text: string) => void,
  ) {
    this.#plan = plan;
    this.#how = how;
    this.#socketPath = socketPath;
    this.#client = client;
    this.#folder = folder;
    this.#say = say;
    this.#turns = new Semaphore(how.concurrent);
  }

  /** Writes `<path>.out`, or says in the data log why not. An object that fails leaves no output. */
  async transform(object: S3Object, signal: AbortSignal): Promise<TransformOutcome> {
    const name = `${object.bucket}/${object.key}`;
    try {
      await this.#convert(object, signal);
      return 'done';
    } catch (error) {
      if (error instanceof BadAnswer) {
        const client = error.status < 500;
        this.#say(
          `${name}: ${client ? `ClientError: ${String(error.status)}` : `Bad HTTP status received from algorithm: ${String(error.status)}`}`,
        );
        for (const line of ['', 'Message:', ...error.message.slice(0, MOST_TEXT).split('\n')]) this.#say(`${name}: ${line}`);
        return client ? 'client' : 'algorithm';
      }
      const { name: kind, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
      this.#say(`${name}: ${error instanceof RecordError ? message : `${kind}: ${message}`}`);
      return error instanceof RecordError || ($metadata?.httpStatusCode ?? 500) < 500 ? 'client' : 'algorithm';
    }
  }

  async #convert({ bucket: Bucket, key: Key, path }: S3Object, signal: AbortSignal): Promise<void> {
    const { split, gzip, processing, outputUri, kmsKeyId } = this.#plan;
    const client = await this.#client();
    await mkdir(this.#folder, { recursive: true });
    const file = join(this.#folder, String(this.#made++));
    const output = await open(file, 'w', 0o600);
    try {
      // Read at once: see downloadObject.
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }), { abortSignal: signal });
      const toAlgorithm = processing === undefined ? undefined : (record: string) => processing.toAlgorithm(record);
      const batches = batchesOf(Body as Readable, {
        split,
        gzip,
        several: this.#how.several,
        payloadBytes: this.#how.payloadBytes,
        toAlgorithm,
      });
      // As many requests are under way as the container may have; their answers are written in the order of the input.
      const waiting: Promise<Buffer>[] = [];
      const write = async (): Promise<void> => {
        await output.write((await waiting.shift()) ?? Buffer.alloc(0));
      };
      try {
        for await (const batch of batches) {
          const answer = this.#turns.use(() => this.#answer(batch, signal));
          answer.catch(() => undefined);
          waiting.push(answer);
          if (waiting.length >= this.#how.concurrent) await write();
        }
        while (waiting.length > 0) await write();
      } finally {
        await Promise.allSettled(waiting);
      }
      await output.close();
      await putObject(await this.#client(), joinS3(outputUri, `${path}.out`), createReadStream(file), kmsKeyId);
    } finally {
      await output.close().catch(() => undefined);
      await rm(file, { force: true });
    }
  }

  /** What a batch adds to the output. */
  async #answer({ payload, records }: Batch, signal: AbortSignal): Promise<Buffer> {
    const body = await this.#ask(payload, signal);
    const { processing, assembleLines, split } = this.#plan;
    if (processing === undefined) return assembleLines ? ended(body) : body;
    const text = body.toString('utf8');
    const answers = split === 'None' ? [text] : text.split('\n').filter((line) => line.trim() !== '');
    if (answers.length !== records.length)
      throw new RecordError(
        `The algorithm gave ${String(answers.length)} records for ${String(records.length)}: they cannot be associated with their input`,
      );
    return Buffer.from(
      answers.map((answer, at) => `${processing.toOutput(records[at] ?? '', answer)}${assembleLines ? '\n' : ''}`).join(''),
    );
  }

  /** Asks again where the container gives no answer, or has no room for the request. */
  async #ask(body: Buffer, signal: AbortSignal): Promise<Buffer> {
    const { contentType, accept, timeoutMs, retries } = this.#plan;
    const headers = { ...(contentType === undefined ? {} : { 'content-type': contentType }), ...(accept === undefined ? {} : { accept }) };
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted();
      const last = attempt >= retries;
      const answer = await askContainer({
        socketPath: this.#socketPath,
        method: 'POST',
        path: '/invocations',
        headers,
        body,
        timeoutMs,
      }).catch((error: unknown) => {
        if (last) throw new BadAnswer(500, (error as Error).message);
        return undefined;
      });
      if (answer === undefined) continue;
      if (answer.status >= 200 && answer.status < 300) return answer.body;
      if (last || ![429, 503].includes(answer.status)) throw new BadAnswer(answer.status, answer.body.toString('utf8'));
    }
  }
}

const ended = (body: Buffer): Buffer => (body.length === 0 || body.at(-1) === 0x0a ? body : Buffer.concat([body, Buffer.from('\n')]));

/** Lets a number of pieces of work run at once. */
class Semaphore {
  #free: number;
  readonly #queue: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}

import { randomUUID } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type HostingRunner, type InvocationAnswer, InvocationRefused } from '../../../runner/hosting-interface.ts';
import { ModelLoadFailed } from '../../../runner/hosting-models.ts';
import { AwsError } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import type { DataCapture } from './data-capture.ts';
import type { EndpointRecord } from './endpoint-fleets.ts';
import type { EndpointMetrics } from './endpoint-metrics.ts';
import type { Traffic } from './endpoint-traffic.ts';
import type { Lease } from './endpoint-variants.ts';

/** One request to an endpoint, however it came. */
export interface Invocation {
  readonly body: Buffer;
  readonly contentType: string | undefined;
  readonly accept: string | undefined;
  readonly customAttributes: string | undefined;
  readonly inferenceId: string | undefined;
  readonly targetVariant: string | undefined;
  readonly targetModel: string | undefined;
  readonly targetContainer: string | undefined;
  readonly timeoutMs: number;
}

/** A container's answer that is no error. */
export interface Answered {
  readonly contentType: string | undefined;
  readonly customAttributes: string | undefined;
  readonly variant: string;
  readonly body: Readable;
}

export interface InvokerParts {
  readonly platform: Platform;
  readonly hosting: HostingRunner;
  readonly metrics: EndpointMetrics;
  readonly capture: DataCapture;
}

const ATTRIBUTES_HEADER = 'X-Amzn-SageMaker-Custom-Attributes';
/** Message and OriginalMessage of a ModelError. */
const LONGEST_MESSAGE = 2048;

/** Sends requests to an endpoint's containers; measures, captures and copies to a shadow what passes. */
export class Invoker {
  readonly #parts: InvokerParts;

  constructor(parts: InvokerParts) {
    this.#parts = parts;
  }

  /** @throws AwsError, as SageMaker's runtime answers it */
  async invoke(endpoint: EndpointRecord, traffic: Traffic, invocation: Invocation): Promise<Answered> {
    const arrived = performance.now();
    const lease = await traffic.acquire(endpoint.name, invocation.targetVariant);
    this.#copyToShadow(endpoint, traffic, lease, invocation);
    return this.#ask(endpoint, lease, invocation, arrived);
  }

  async #ask(endpoint: EndpointRecord, lease: Lease, invocation: Invocation, arrived: number): Promise<Answered> {
    const { hosting, metrics } = this.#parts;
    const sent = performance.now();
    const measure = (status: number): void => {
      const modelMs = performance.now() - sent;
      metrics.add(endpoint.name, lease.variant, { status, modelMs, overheadMs: sent - arrived });
    };
    let answer: InvocationAnswer;
    try {
      answer = await hosting.invoke(lease.instance, {
        ...invocation,
        headers: invocation.customAttributes === undefined ? {} : { [ATTRIBUTES_HEADER]: invocation.customAttributes },
      });
    } catch (error) {
      lease.release();
      const refusal = this.#refusal(endpoint, error);
      measure(refusal.status < 500 && refusal.code !== 'ModelError' ? refusal.status : 500);
      throw refusal;
    }
    if (answer.status >= 400) {
      const message = await buffer(answer.body).then(
        (body) => body.toString('utf8'),
        () => '',
      );
      lease.release();
      measure(answer.status);
      throw this.#modelError(endpoint, answer.container, answer.status, message, answer.logStream);
    }
    return {
      contentType: answer.contentType,
      customAttributes: answer.customAttributes,
      variant: lease.variant,
      body: this.#passOn(endpoint, lease, invocation, answer, measure),
    };
  }

  /** The container's answer as it comes, with what has to happen at its end. */
  #passOn(
    endpoint: EndpointRecord,
    lease: Lease,
    invocation: Invocation,
    answer: InvocationAnswer,
    measure: (status: number) => void,
  ): Readable {
    const captured = this.#parts.capture.begin(endpoint, lease, invocation);
    const out = new PassThrough();
    const chunks: Buffer[] = [];
    answer.body.on('data', (chunk: Buffer) => {
      if (captured !== undefined) chunks.push(chunk);
    });
    answer.body.once('end', () => {
      measure(answer.status);
      captured?.end(Buffer.concat(chunks), answer.contentType);
    });
    // Whether it ended, failed, or nobody wants it any more: the instance is free.
    answer.body.once('close', () => lease.release());
    answer.body.once('error', (error) => {
      measure(500);
      out.destroy(error);
    });
    out.once('close', () => answer.body.destroy());
    answer.body.pipe(out);
    return out;
  }

  /** The shadow's answer goes nowhere but into the capture; what goes wrong there is nobody's error. */
  #copyToShadow(endpoint: EndpointRecord, traffic: Traffic, lease: Lease, invocation: Invocation): void {
    const shadow = traffic.shadowOf(lease);
    if (shadow === undefined) return;
    void (async () => {
      const shadowLease = await shadow.acquire();
      const inferenceId = invocation.inferenceId ?? randomUUID();
      const { body } = await this.#ask(endpoint, shadowLease, { ...invocation, inferenceId }, performance.now());
      await buffer(body);
    })().catch(() => undefined);
  }

  #refusal(endpoint: EndpointRecord, error: unknown): AwsError {
    if (error instanceof AwsError) return error;
    const { message } = error as Error;
    if (error instanceof ModelLoadFailed) return this.#modelError(endpoint, 'primary', error.status, message);
    if (!(error instanceof InvocationRefused)) return this.#modelError(endpoint, 'primary', 0, message);
    if (error.reason === 'invalid') return new AwsError('ValidationError', message);
    return error.reason === 'not-ready'
      ? new AwsError('ModelNotReadyException', message, 429)
      : this.#modelError(endpoint, 'primary', 507, message);
  }

  #modelError(endpoint: EndpointRecord, container: string, status: number, message: string, logStream?: string): AwsError {
    const { platform } = this.#parts;
    const group = `/aws/sagemaker/Endpoints/${endpoint.name}`;
    const arn = `arn:${platform.partition}:logs:${platform.region}:${platform.account}:log-group:${group}`;
    const who = status >= 400 && status < 500 ? 'client' : 'server';
    const said = message.slice(0, LONGEST_MESSAGE);
    return new AwsError(
      'ModelError',
      `Received ${who} error (${String(status)}) from ${container} with message "${said}". See the log group ${group} in account ${platform.account} for more information.`,
      424,
      {
        OriginalStatusCode: status,
        OriginalMessage: said,
        LogStreamArn: logStream === undefined ? arn : `${arn}:log-stream:${logStream}`,
      },
    );
  }
}

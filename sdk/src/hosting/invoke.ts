import { clientsFor } from '../clients/purpose.ts';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { toCsv } from '../inputs/csv.ts';
import { displayable, predictionView } from '../notebook/display.ts';
import type { Sent } from '../notebook/display.ts';
import type { InvocationBody, InvokeOptions, Prediction } from './api.ts';
import { targetOf } from './multi-model.ts';

/** SageMaker's limit for a real-time request. */
const MOST_BYTES = 6 * 1024 * 1024;

interface ModelErrorLike extends Error {
  readonly OriginalStatusCode?: number;
  readonly OriginalMessage?: string;
}

/** The request's bytes and their type. Throws `InvalidInput` for more than `most` bytes. */
export function bodyOf(body: InvocationBody, contentType: string | undefined, most: number): { bytes: Uint8Array; contentType: string } {
  const bytes = body instanceof Uint8Array ? body : new TextEncoder().encode(typeof body === 'string' ? body : toCsv(body));
  if (bytes.byteLength > most)
    throw new SealabError('InvalidInput', `The request has ${bytes.byteLength} bytes; an endpoint takes ${most}.`, {
      remedy: 'Send the rows in several requests.',
      details: { given: bytes.byteLength, most },
    });
  return { bytes, contentType: contentType ?? (body instanceof Uint8Array ? 'application/octet-stream' : 'text/csv') };
}

/** What a request to an endpoint carries, whether the answer comes at once or in pieces. */
export function invocationOf(name: string, body: InvocationBody, options: InvokeOptions) {
  const { bytes, contentType } = bodyOf(body, options.contentType, MOST_BYTES);
  const { targetModel, targetVariant, targetContainer, inferenceId } = options;
  return {
    EndpointName: name,
    Body: bytes,
    ContentType: contentType,
    Accept: options.accept ?? 'application/json',
    ...(targetModel === undefined ? {} : { TargetModel: targetOf(targetModel) }),
    ...(targetVariant === undefined ? {} : { TargetVariant: targetVariant }),
    ...(targetContainer === undefined ? {} : { TargetContainerHostname: targetContainer }),
    ...(inferenceId === undefined ? {} : { InferenceId: inferenceId }),
  };
}

/** Sends rows, text or bytes to an endpoint, with the role made for it where the caller may take it. */
export async function invoke(context: LabContext, name: string, body: InvocationBody, options: InvokeOptions): Promise<Prediction> {
  const request = invocationOf(name, body, options);
  const clients = await clientsFor(context, 'endpointInvocation');
  const [client, { InvokeEndpointCommand }] = await Promise.all([clients.sageMakerRuntime(), import('../clients/sagemaker-runtime.ts')]);
  const started = performance.now();
  try {
    const answer = await client.send(new InvokeEndpointCommand(request), { abortSignal: endSignal(context, options.signal) });
    return predictionOf(answer.Body, answer.ContentType, started, {
      endpoint: name,
      contentType: request.ContentType,
      bytes: request.Body,
    });
  } catch (error) {
    throw invocationError(name, error);
  }
}

/** An answer as it shows itself. `started`: of `performance.now()`. */
export function predictionOf(received: Uint8Array, contentType = 'application/octet-stream', started: number, sent?: Sent): Prediction {
  const text = new TextDecoder().decode(received);
  const prediction: Prediction = {
    contentType,
    bytes: new Uint8Array(received),
    text,
    value: valueOf(text, contentType),
    milliseconds: performance.now() - started,
  };
  return displayable(prediction, () => predictionView(prediction, sent));
}

/** What the container said, where it is the container that failed. */
export function invocationError(name: string, error: unknown): unknown {
  const { name: code, message, OriginalMessage, OriginalStatusCode } = error as ModelErrorLike;
  if (code !== 'ModelError' && code !== 'ModelStreamError') return error;
  return new SealabError('InvocationFailed', `The model container answered ${OriginalStatusCode ?? 500}: ${OriginalMessage ?? message}`, {
    remedy: 'Read the endpoint’s logs: `for await (const line of endpoint.logs({ follow: false })) …`.',
    details: { endpoint: name, status: OriginalStatusCode, message: OriginalMessage ?? message },
    cause: error,
  });
}

/** JSON as it is, CSV as rows; the text when it is neither. */
export function valueOf(text: string, contentType: string): unknown {
  if (/\bjson\b/.test(contentType)) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  }
  if (/\bcsv\b/.test(contentType)) {
    return text
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(',').map((part) => (part.trim() !== '' && Number.isFinite(Number(part)) ? Number(part) : part)));
  }
  return text;
}

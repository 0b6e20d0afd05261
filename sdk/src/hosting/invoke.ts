import { clientsFor } from '../clients/purpose.ts';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import type { Cell } from '../inputs/api.ts';
import { toCsv } from '../inputs/csv.ts';
import { displayable, predictionView } from '../notebook/display.ts';
import type { InvokeOptions, Prediction } from './api.ts';

/** SageMaker's limit for a real-time request. */
const MOST_BYTES = 6 * 1024 * 1024;

interface ModelErrorLike extends Error {
  readonly OriginalStatusCode?: number;
  readonly OriginalMessage?: string;
}

/** Sends rows, text or bytes to an endpoint, with the role made for it where the caller may take it. */
export async function invoke(
  context: LabContext,
  name: string,
  body: readonly (readonly Cell[])[] | string | Uint8Array,
  options: InvokeOptions,
): Promise<Prediction> {
  const bytes = body instanceof Uint8Array ? body : new TextEncoder().encode(typeof body === 'string' ? body : toCsv(body));
  if (bytes.byteLength > MOST_BYTES)
    throw new SealabError('InvalidInput', `The request has ${bytes.byteLength} bytes; an endpoint takes ${MOST_BYTES}.`, {
      remedy: 'Send the rows in several requests.',
    });
  const clients = await clientsFor(context, 'endpointInvocation');
  const [client, { InvokeEndpointCommand }] = await Promise.all([clients.sageMakerRuntime(), import('../clients/sagemaker-runtime.ts')]);
  const started = performance.now();
  try {
    const answer = await client.send(
      new InvokeEndpointCommand({
        EndpointName: name,
        Body: bytes,
        ContentType: options.contentType ?? (body instanceof Uint8Array ? 'application/octet-stream' : 'text/csv'),
        Accept: options.accept ?? 'application/json',
      }),
      { abortSignal: endSignal(context, options.signal) },
    );
    const received = answer.Body as Uint8Array;
    const text = new TextDecoder().decode(received);
    const contentType = answer.ContentType ?? 'application/octet-stream';
    const prediction: Prediction = {
      contentType,
      bytes: new Uint8Array(received),
      text,
      value: valueOf(text, contentType),
      milliseconds: performance.now() - started,
    };
    return displayable(prediction, () => predictionView(prediction));
  } catch (error) {
    const { name: code, message, OriginalMessage, OriginalStatusCode } = error as ModelErrorLike;
    if (code !== 'ModelError') throw error;
    throw new SealabError('InvocationFailed', `The model container answered ${OriginalStatusCode ?? 500}: ${OriginalMessage ?? message}`, {
      remedy: 'Read the endpoint’s logs: `for await (const line of endpoint.logs({ follow: false })) …`.',
      details: { endpoint: name, status: OriginalStatusCode, message: OriginalMessage ?? message },
      cause: error,
    });
  }
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

import { randomUUID } from 'node:crypto';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { clientsFor } from '../clients/purpose.ts';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { wholeNumber } from '../jobs/options.ts';
import { displayable } from '../notebook/display.ts';
import { poll } from '../waiting/poll.ts';
import type { AsyncInvocation, AsyncInvokeOptions, InvocationBody, Prediction } from './api.ts';
import { asyncInputKey } from './configuration.ts';
import { bodyOf, predictionOf } from './invoke.ts';
import { objectAt } from './model-archive.ts';

/** SageMaker's limit for an asynchronous request. */
const MOST_BYTES = 1024 ** 3;
/** Up to here one request to S3 carries it. */
const ONE_REQUEST = 16 * 1024 * 1024;

/** Puts the request in the model bucket, with the caller's own rights, and in the endpoint's queue. */
export async function invokeAsync(
  context: LabContext,
  name: string,
  body: InvocationBody | { readonly s3Uri: string },
  options: AsyncInvokeOptions,
): Promise<AsyncInvocation> {
  const signal = endSignal(context, options.signal);
  const { queueTimeout, modelTimeout } = options;
  const limits = {
    ...(queueTimeout === undefined ? {} : { RequestTTLSeconds: wholeNumber('queueTimeout', queueTimeout, 60, 21_600) }),
    ...(modelTimeout === undefined ? {} : { InvocationTimeoutSeconds: wholeNumber('modelTimeout', modelTimeout, 1, 3_600) }),
  };
  const id = options.inferenceId ?? randomUUID();
  const { inputLocation, contentType } =
    typeof body === 'object' && 's3Uri' in body
      ? { inputLocation: body.s3Uri, contentType: options.contentType ?? 'text/csv' }
      : await put(context, name, body, options.contentType, signal);
  const clients = await clientsFor(context, 'endpointInvocation');
  const [client, { InvokeEndpointAsyncCommand }] = await Promise.all([
    clients.sageMakerRuntime(),
    import('../clients/sagemaker-runtime.ts'),
  ]);
  const started = performance.now();
  const answer = await client.send(
    new InvokeEndpointAsyncCommand({
      EndpointName: name,
      InputLocation: inputLocation,
      ContentType: contentType,
      Accept: options.accept ?? 'application/json',
      InferenceId: id,
      ...limits,
    }),
    { abortSignal: signal },
  );
  const { InferenceId, OutputLocation = '', FailureLocation } = answer;
  const invocation: AsyncInvocation = {
    id: InferenceId ?? id,
    inputLocation,
    outputLocation: OutputLocation,
    failureLocation: FailureLocation,
    result: (wait = {}) => resultOf(context, name, invocation, started, wait),
  };
  return displayable(invocation, () => ({ 'text/plain': `Asynchronous request ${invocation.id}: its answer will be ${OutputLocation}` }));
}

async function put(context: LabContext, name: string, body: InvocationBody, given: string | undefined, signal: AbortSignal) {
  const { bytes, contentType } = bodyOf(body, given, MOST_BYTES);
  const at = { Bucket: context.environment.buckets.model, Key: asyncInputKey(name, randomUUID()) };
  const { Upload } = await import('@aws-sdk/lib-storage');
  const upload = new Upload({
    client: context.clients.s3,
    params: { ...at, Body: bytes, ContentType: contentType },
    partSize: ONE_REQUEST,
  });
  const onAbort = () => void upload.abort();
  signal.addEventListener('abort', onAbort, { once: true });
  await upload.done().finally(() => signal.removeEventListener('abort', onAbort));
  return { inputLocation: `s3://${at.Bucket}/${at.Key}`, contentType };
}

type Found = { readonly bytes: Uint8Array; readonly contentType: string | undefined };

/** Looks for the answer and for the error, whichever is written first. */
async function resultOf(
  context: LabContext,
  endpoint: string,
  { id, outputLocation, failureLocation }: AsyncInvocation,
  started: number,
  { timeout, signal }: { readonly timeout?: number; readonly signal?: AbortSignal },
): Promise<Prediction> {
  const found = await poll<{ output?: Found | undefined; failure?: Found | undefined }>({
    ask: async (abortSignal) => {
      const output = await objectIfThere(context, outputLocation, abortSignal);
      if (output !== undefined || failureLocation === undefined) return { output };
      return { failure: await objectIfThere(context, failureLocation, abortSignal) };
    },
    isDone: ({ output, failure }) => output !== undefined || failure !== undefined,
    signal: endSignal(context, signal),
    timeout,
    what: `The answer to ${id}`,
  });
  if (found.output !== undefined) return predictionOf(found.output.bytes, found.output.contentType, started);
  const message = new TextDecoder().decode(found.failure?.bytes);
  throw new SealabError('InvocationFailed', `The model container failed: ${message}`, {
    remedy: 'Read the endpoint’s logs: `for await (const line of endpoint.logs({ follow: false })) …`.',
    details: { endpoint, id, message, location: failureLocation },
  });
}

async function objectIfThere({ clients }: LabContext, uri: string, abortSignal: AbortSignal): Promise<Found | undefined> {
  try {
    const { Body, ContentType } = await clients.s3.send(new GetObjectCommand(objectAt(uri)), { abortSignal });
    return { bytes: (await Body?.transformToByteArray()) ?? new Uint8Array(), contentType: ContentType };
  } catch (error) {
    if (/^(NoSuchKey|NotFound)$/.test((error as Error).name)) return undefined;
    throw error;
  }
}

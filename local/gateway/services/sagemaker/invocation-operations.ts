import { buffer } from 'node:stream/consumers';
import { AwsError } from '../../call.ts';
import type { Call } from '../../call.ts';
import type { AsyncInvocations } from './async-invocations.ts';
import { asyncConfig, type EndpointRecord } from './endpoint-fleets.ts';
import type { Traffic } from './endpoint-traffic.ts';
import type { Answered, Invocation, Invoker } from './invocations.ts';
import { responseStream } from './invocation-stream.ts';

/** Largest request and answer. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html */
const LARGEST_BODY = 6_291_456;
/** A container must answer within a minute, and have ended a streamed answer within eight. */
const timeoutMs = (): number => Number(process.env['SEALAB_INVOCATION_TIMEOUT_SECONDS'] ?? '60') * 1000;
const STREAM_TIMEOUT_MS = 480_000;
/** Fields that change what an invocation does, and that nothing here does. */
export const NOT_INVOKED = {
  SessionId: 'stateful sessions',
  EnableExplanations: 'explanations',
  InferenceComponentName: 'inference components',
  PrefixAwareId: 'prefix-aware routing',
} as const;

export interface InvocationParts {
  readonly invoker: Invoker;
  readonly queue: AsyncInvocations;
  readonly endpoint: (name: string) => EndpointRecord | undefined;
  readonly traffic: (endpoint: EndpointRecord) => Traffic;
}

/** SageMaker's runtime. */
export function invocationOperations({ invoker, queue, endpoint, traffic }: InvocationParts): Record<string, (call: Call) => unknown> {
  const inService = (call: Call): EndpointRecord => {
    const name = call.input['EndpointName'] as string;
    const record = endpoint(name);
    if (record === undefined || !['InService', 'Updating', 'RollingBack'].includes(record.status)) {
      throw new AwsError('ValidationError', `Endpoint ${name} of account ${call.accountId} not found.`);
    }
    for (const [field, what] of Object.entries(NOT_INVOKED)) {
      if (call.input[field] !== undefined)
        throw new AwsError('OperationNotEmulated', `The local environment does not do ${what}: leave ${field} out.`);
    }
    return record;
  };
  const invoke = (call: Call, limitMs: number): Promise<Answered> => {
    const record = inService(call);
    if (asyncConfig(record.fleet) !== undefined)
      throw new AwsError('ValidationError', `Endpoint ${record.name} is an asynchronous endpoint: use InvokeEndpointAsync.`);
    return invoker.invoke(record, traffic(record), invocationOf(call, limitMs));
  };
  return {
    InvokeEndpoint: async (call) => {
      const answer = await invoke(call, timeoutMs());
      return {
        Body: await buffer(answer.body).catch((error: unknown) => {
          throw brokenOff(answer, error);
        }),
        ContentType: answer.contentType,
        InvokedProductionVariant: answer.variant,
        CustomAttributes: answer.customAttributes,
      };
    },
    InvokeEndpointWithResponseStream: async (call) => {
      const answer = await invoke(call, STREAM_TIMEOUT_MS);
      return {
        Body: responseStream(answer.body),
        ContentType: answer.contentType,
        InvokedProductionVariant: answer.variant,
        CustomAttributes: answer.customAttributes,
      };
    },
    InvokeEndpointAsync: (call) => queue.enqueue(inService(call), call.input),
  };
}

const brokenOff = ({ variant }: Answered, error: unknown): AwsError =>
  new AwsError('ModelError', `The answer of variant ${variant} broke off: ${(error as Error).message}`, 424, { OriginalStatusCode: 0 });

function invocationOf({ input }: Call, limitMs: number): Invocation {
  const text = (field: string): string | undefined => input[field] as string | undefined;
  const body = Buffer.from((input['Body'] ?? '') as Uint8Array | string);
  if (body.length > LARGEST_BODY) {
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value at 'body' failed to satisfy constraint: Member must have length less than or equal to ${String(LARGEST_BODY)}`,
    );
  }
  return {
    body,
    contentType: text('ContentType'),
    accept: text('Accept'),
    customAttributes: text('CustomAttributes'),
    inferenceId: text('InferenceId'),
    targetVariant: text('TargetVariant'),
    targetModel: text('TargetModel'),
    targetContainer: text('TargetContainerHostname'),
    timeoutMs: limitMs,
  };
}

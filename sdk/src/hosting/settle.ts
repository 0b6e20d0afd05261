import { DescribeEndpointCommand } from '@aws-sdk/client-sagemaker';
import type { DescribeEndpointOutput } from '@aws-sdk/client-sagemaker';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { poll } from '../waiting/poll.ts';
import type { EndpointWaitOptions } from './api.ts';

const ON_ITS_WAY = new Set(['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting']);

/** Where an endpoint came to rest, and the last reason for a failure that was shown on the way: SageMaker takes it back at the end. */
export interface Settled {
  readonly answer: DescribeEndpointOutput;
  readonly reason: string | undefined;
}

/** Waits until nothing moves any more, whether or not it went well. */
export async function settled(
  context: LabContext,
  name: string,
  { onProgress, signal, timeout }: Omit<EndpointWaitOptions, 'wait'> = {},
): Promise<Settled> {
  let reason: string | undefined;
  const answer = await poll({
    ask: (abortSignal) => context.clients.sageMaker.send(new DescribeEndpointCommand({ EndpointName: name }), { abortSignal }),
    isDone: ({ EndpointStatus }) => !ON_ITS_WAY.has(EndpointStatus ?? 'Creating'),
    onAnswer: ({ EndpointStatus, FailureReason }, elapsedSeconds) => {
      reason = FailureReason ?? reason;
      onProgress?.({ step: 'endpoint', name, status: EndpointStatus ?? 'Creating', elapsedSeconds });
    },
    signal: endSignal(context, signal),
    timeout,
    what: `Endpoint ${name}`,
  });
  return { answer, reason };
}

/** Waits for `InService`. Throws `JobNotCompleted` otherwise. */
export async function inService(
  context: LabContext,
  name: string,
  options: Omit<EndpointWaitOptions, 'wait'> = {},
): Promise<DescribeEndpointOutput> {
  const { answer } = await settled(context, name, options);
  if (answer.EndpointStatus === 'InService') return answer;
  throw notInService(name, answer);
}

export const notInService = (name: string, { EndpointStatus, FailureReason }: DescribeEndpointOutput): SealabError =>
  new SealabError('JobNotCompleted', `Endpoint ${name} is ${EndpointStatus ?? 'Failed'}: ${FailureReason ?? 'no reason was given'}`, {
    remedy: 'Read its logs: `for await (const line of endpoint.logs({ follow: false })) …`.',
    details: { name, status: EndpointStatus, reason: FailureReason },
  });

import { clientsFor } from '../clients/purpose.ts';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import type { InvocationBody, ResponseStream, StreamOptions } from './api.ts';
import { invocationError, invocationOf } from './invoke.ts';

/** An answer in pieces, as the container writes them. The endpoint is asked when the first piece is. */
export function stream(context: LabContext, name: string, body: InvocationBody, options: StreamOptions): ResponseStream {
  const request = invocationOf(name, body, options);
  async function* pieces(): AsyncGenerator<Uint8Array, undefined> {
    const clients = await clientsFor(context, 'endpointInvocation');
    const [client, { InvokeEndpointWithResponseStreamCommand }] = await Promise.all([
      clients.sageMakerRuntime(),
      import('../clients/sagemaker-runtime.ts'),
    ]);
    try {
      const answer = await client.send(new InvokeEndpointWithResponseStreamCommand(request), {
        abortSignal: endSignal(context, options.signal),
      });
      for await (const { PayloadPart, ModelStreamError, InternalStreamFailure } of answer.Body ?? []) {
        const failure = ModelStreamError ?? InternalStreamFailure;
        if (failure !== undefined) throw failure;
        if (PayloadPart?.Bytes !== undefined) yield PayloadPart.Bytes;
      }
    } catch (error) {
      throw invocationError(name, error);
    }
  }
  return {
    [Symbol.asyncIterator]: pieces,
    text: async function* () {
      // A character may be cut between two pieces.
      const decoder = new TextDecoder();
      for await (const bytes of pieces()) {
        const text = decoder.decode(bytes, { stream: true });
        if (text !== '') yield text;
      }
      const rest = decoder.decode();
      if (rest !== '') yield rest;
    },
  };
}

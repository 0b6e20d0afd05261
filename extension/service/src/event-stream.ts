import type { ErrorBody } from '@sealab/sdk';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Deps } from './deps.ts';
import { errorBody, plainBody } from './errors.ts';

/**
 * jupyter-server-proxy does not notice that a browser has gone and keeps reading from here, so a stream ends by itself
 * after a while (`again`), and the panel asks anew behind the last line that it has.
 */
const LONGEST_STREAM_MS = 110_000;
/** A comment now and then keeps load balancers between browser and Jupyter from closing the stream. */
const HEARTBEAT_MS = 15_000;

export type Send<E extends { readonly type: string }> = (event: E) => Promise<void>;

/**
 * Answers with server-sent events: `produce` sends them, each as JSON of one `E` under its type as name. When it throws,
 * the last event is `failed` with the error's body, because the status line has gone out long before.
 */
export function eventStream<E extends { readonly type: string }>(
  c: Context,
  deps: Deps,
  produce: (send: Send<E | { type: 'failed'; error: ErrorBody }>, signal: AbortSignal) => Promise<void>,
  options: { readonly endless?: boolean } = {},
) {
  return streamSSE(c, async (stream) => {
    const closing = new AbortController();
    stream.onAbort(() => closing.abort());
    const send: Send<{ readonly type: string }> = (event) => stream.writeSSE({ event: event.type, data: JSON.stringify(event) });
    const heartbeat = setInterval(() => void stream.write(': \n\n').catch(() => closing.abort()), HEARTBEAT_MS);
    const deadline = options.endless === true ? setTimeout(() => closing.abort(), LONGEST_STREAM_MS) : undefined;
    try {
      await produce(send, closing.signal);
    } catch (error) {
      if (!closing.signal.aborted) {
        const [body, status] = errorBody(error);
        if (status >= 500) deps.report(c.req.method, c.req.path, error);
        await send({ type: 'failed', error: plainBody(body) } as { type: string });
      }
    } finally {
      clearInterval(heartbeat);
      clearTimeout(deadline);
    }
    if (options.endless === true && closing.signal.aborted && !stream.aborted) await send({ type: 'again' });
  });
}

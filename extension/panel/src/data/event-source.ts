import type { ErrorBody } from '@sealab/service';
import { request } from './client.ts';
import { ServiceError } from './service-error.ts';

/** The data of each server-sent event in a text that comes in pieces. Comments and event names are left out: the type is in the data. */
async function* dataOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = block
          .split('\n')
          .filter((line) => line.startsWith('data:'))
          .map((line) => line.slice(line.startsWith('data: ') ? 6 : 5));
        if (data.length > 0) yield data.join('\n');
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/**
 * Events of one request, until it ends. Not by `EventSource`: that can neither send a form nor carry Jupyter's token.
 * jupyter-server-proxy streams only what asks for `text/event-stream` and nothing else.
 */
export async function* events<E extends { readonly type: string }>(url: string | URL, init: RequestInit = {}): AsyncGenerator<E> {
  const response = await request(String(url), {
    ...init,
    headers: { ...(init.headers as Record<string, string>), Accept: 'text/event-stream' },
  });
  if (!response.ok || response.body === null || response.headers.get('Content-Type')?.startsWith('text/event-stream') !== true)
    throw await ServiceError.from(response);
  for await (const data of dataOf(response.body)) {
    const event = JSON.parse(data) as E | { type: 'failed'; error: ErrorBody };
    if (event.type === 'failed') throw new ServiceError((event as { error: ErrorBody }).error);
    yield event as E;
  }
}

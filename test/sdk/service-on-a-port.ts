import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it came over the wire. */
export interface Received {
  /** `CreateTrainingJob` for JSON services; method and path for S3. */
  readonly operation: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly input: Record<string, unknown>;
}

/** What happens to a request: an answer, an error as AWS writes it, or the connection breaking. */
export type Outcome =
  | { readonly json: unknown }
  | { readonly error: string; readonly message: string; readonly status?: number }
  | 'break'
  /** The connection breaks in the middle of the answer. */
  | { readonly cut: unknown }
  | { readonly empty: number }
  /** As it stands: S3's objects and lists, a model's answer. */
  | { readonly content: string | Uint8Array; readonly headers?: Readonly<Record<string, string>>; readonly status?: number };

/** A real socket that speaks the wire format of JSON services and of S3's empty answers, so that clients can be watched and connections broken. */
export async function serviceOnAPort(
  /** @param index how many requests came before */
  answer: (request: Received, index: number) => Outcome | Promise<Outcome>,
  /** `true`: the connection breaks before a byte of this request was read. */
  refuses: (target: string) => boolean = () => false,
) {
  const requests: Received[] = [];
  const server = createServer((request, response) => void handle(request, response));
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const named = request.headers['x-amz-target'];
    if (typeof named === 'string' && refuses(named.split('.').at(-1) ?? '')) {
      request.socket.destroy();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const target = request.headers['x-amz-target'];
    const json = request.headers['content-type']?.includes('json') === true && body !== '';
    const received = {
      operation: typeof target === 'string' ? (target.split('.').at(-1) ?? '') : `${request.method ?? ''} ${request.url ?? ''}`,
      headers: request.headers,
      body,
      input: json ? (JSON.parse(body) as Record<string, unknown>) : {},
    };
    requests.push(received);
    const outcome = await answer(received, requests.length - 1);
    if (outcome === 'break') {
      request.socket.destroy();
      return;
    }
    if ('cut' in outcome) {
      const whole = JSON.stringify(outcome.cut);
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'content-length': whole.length });
      response.write(whole.slice(0, whole.length / 2), () => request.socket.destroy());
      return;
    }
    if ('empty' in outcome) {
      response.writeHead(outcome.empty).end();
      return;
    }
    if ('content' in outcome) {
      response.writeHead(outcome.status ?? 200, outcome.headers).end(outcome.content);
      return;
    }
    const [status, content] =
      'json' in outcome ? [200, outcome.json] : [outcome.status ?? 400, { __type: outcome.error, message: outcome.message }];
    response
      .writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'request-id' })
      .end(JSON.stringify(content));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    requests,
    sent: (operation: string) => requests.filter((request) => request.operation === operation),
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

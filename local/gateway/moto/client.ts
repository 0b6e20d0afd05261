import { Agent, request as send, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { XMLParser } from 'fast-xml-parser';
import type { Readable } from 'node:stream';

/** An HTTP request for moto; the credential scope tells moto which service is meant. */
export interface MotoRequest {
  readonly service: string;
  readonly method: string;
  /** Path and query, encoded. */
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Readable | Buffer | string | undefined;
}

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, trimValues: false });

/** The one place that talks to moto. */
export class MotoClient {
  readonly #url: URL;
  readonly #region: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: 300_000 });

  constructor(url: URL, region: string) {
    this.#url = url;
    this.#region = region;
  }

  /** Sends a request and gives the answer as it comes. */
  send(request: MotoRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const scope = `local/19700101/${this.#region}/${request.service}/aws4_request`;
      const outgoing = send({
        agent: this.#agent,
        host: this.#url.hostname,
        port: this.#url.port,
        method: request.method,
        path: request.path,
        headers: {
          ...request.headers,
          // moto reads only the scope; the real signature was verified before and ends here.
          authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
        },
      });
      outgoing.on('response', resolve).on('error', reject);
      const { body } = request;
      if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) outgoing.end(body);
      else body.on('error', (error) => outgoing.destroy(error)).pipe(outgoing);
    });
  }

  async text(request: MotoRequest): Promise<{ status: number; headers: IncomingMessage['headers']; text: string }> {
    const response = await this.send(request);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return { status: response.statusCode ?? 500, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') };
  }

  /** An operation of a query-protocol service, as a parsed XML document; undefined when moto answers with an error. */
  async query(service: string, version: string, action: string, parameters: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const { status, text } = await this.text({
      service,
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ Action: action, Version: version, ...parameters }).toString(),
    });
    return status < 300 ? parser.parse(text) : undefined;
  }

  /** An operation of a JSON service; undefined when moto answers with an error. */
  async json(service: string, target: string, input: unknown): Promise<unknown> {
    const { status, text } = await this.text({
      service,
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
      body: JSON.stringify(input),
    });
    return status < 300 ? JSON.parse(text) : undefined;
  }

  close(): void {
    this.#agent.destroy();
  }
}

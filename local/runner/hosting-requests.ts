import { request as httpRequest, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** SageMaker's words for a container that does not answer in time. */
export const timedOut = (container: string): string =>
  `Your invocation timed out while waiting for a response from container ${container}. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.`;

export interface ContainerRequest {
  readonly socketPath: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly timeoutMs: number;
  /** Names the container in the error of a timeout. */
  readonly container?: string;
}

/** Sends a request to a container; resolves with the head of its answer. The time limit holds for the answer's body too. */
export function requestContainer({
  socketPath,
  method,
  path,
  headers,
  body,
  timeoutMs,
  container,
}: ContainerRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let response: IncomingMessage | undefined;
    const given = { host: 'localhost:8080', ...headers, ...(body === undefined ? {} : { 'content-length': String(body.length) }) };
    const outgoing = httpRequest({ socketPath, method, path, headers: given, agent: false }, (incoming) => {
      response = incoming;
      incoming.once('close', () => clearTimeout(timer));
      resolve(incoming);
    });
    const timer = setTimeout(() => {
      const error = new Error(timedOut(container ?? 'primary'));
      (response ?? outgoing).destroy(error);
    }, timeoutMs);
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    outgoing.end(body);
  });
}

/** A short request whose whole answer is wanted. */
export async function askContainer(request: ContainerRequest): Promise<{ status: number; body: Buffer }> {
  const response = await requestContainer(request);
  return { status: response.statusCode ?? 500, body: await buffer(response) };
}

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** As on AWS: a presigned URL opens within five minutes. */
const TOKEN_LIFETIME_MS = 300_000;

const GONE = `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Link expired</title><body style="font-family:sans-serif;margin:4em auto;max-width:34em">
<h1>This link has expired</h1><p>The address of a notebook opens it once, within five minutes. Ask for a new one with
<code>CreatePresignedNotebookInstanceUrl</code>, or start the environment again: it prints one.</p></body></html>`;

/**
 * The way to a notebook instance's JupyterLab: TCP on loopback outside, Jupyter's Unix socket inside. Everything passes
 * through unchanged, with Jupyter's own login; only a presigned URL (`/?authToken=…`) is exchanged here, once, for the login
 * cookie, so that Jupyter's token never shows in an address bar.
 */
export class NotebookDoor {
  readonly #socket: string;
  readonly #jupyterToken: string;
  readonly #presigned = new Map<string, { expires: number; sessionSeconds: number }>();
  readonly #server: Server;

  private constructor(socket: string, jupyterToken: string) {
    this.#socket = socket;
    this.#jupyterToken = jupyterToken;
    this.#server = createServer((incoming, response) => this.#answer(incoming, response));
    this.#server.on('upgrade', (incoming, client: Duplex, head: Buffer) => this.#upgrade(incoming, client, head));
  }

  /** Listens on `port`; on any free one when it is taken or 0. */
  static async open(socket: string, jupyterToken: string, port: number): Promise<NotebookDoor> {
    const door = new NotebookDoor(socket, jupyterToken);
    await door.#listen(port).catch((error: unknown) => {
      if (port === 0) throw error;
      return door.#listen(0);
    });
    return door;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  presignedUrl(sessionSeconds: number): string {
    const now = Date.now();
    for (const [token, { expires }] of this.#presigned) if (expires < now) this.#presigned.delete(token);
    const token = randomBytes(24).toString('base64url');
    this.#presigned.set(token, { expires: now + TOKEN_LIFETIME_MS, sessionSeconds });
    return `http://127.0.0.1:${this.port}/?authToken=${token}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #listen(port: number): Promise<void> {
    const listening = once(this.#server, 'listening');
    this.#server.listen(port, '127.0.0.1');
    await listening;
  }

  #answer(incoming: IncomingMessage, response: ServerResponse): void {
    const token = presignedToken(incoming);
    if (token === undefined) {
      this.#pass(incoming, response);
      return;
    }
    this.#open(token, incoming, response).catch(() => end(response, 502, 'text/plain', 'JupyterLab does not answer.'));
  }

  /** Exchanges a presigned token for Jupyter's login cookie. */
  async #open(token: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const presigned = this.#presigned.get(token);
    this.#presigned.delete(token);
    if (presigned === undefined || presigned.expires < Date.now()) {
      // The address of a tab that is reloaded: fine for whoever is logged in.
      const known = await this.#ask('/api/me', incoming.headers);
      if (known.statusCode === 200) end(response, 302, 'text/plain', '', { location: '/lab' });
      else end(response, 403, 'text/html', GONE);
      return;
    }
    const login = await this.#ask('/lab', { host: incoming.headers.host, authorization: `token ${this.#jupyterToken}` });
    const cookies = (login.headers['set-cookie'] ?? []).map(
      (cookie) => `${cookie.replaceAll(/; *(expires|max-age)=[^;]*/gi, '')}; Max-Age=${presigned.sessionSeconds}`,
    );
    end(response, 302, 'text/plain', '', {
      location: '/lab',
      'set-cookie': cookies,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
  }

  #pass(incoming: IncomingMessage, response: ServerResponse): void {
    const onward = request({ socketPath: this.#socket, method: incoming.method, path: incoming.url, headers: incoming.headers });
    onward.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.headers);
      answer.pipe(response);
      answer.once('error', () => response.destroy());
    });
    onward.once('error', () => {
      if (response.headersSent) response.destroy();
      else end(response, 502, 'text/plain', 'JupyterLab does not answer.');
    });
    response.once('close', () => onward.destroy());
    incoming.pipe(onward);
  }

  #upgrade(incoming: IncomingMessage, client: Duplex, head: Buffer): void {
    const onward = request({ socketPath: this.#socket, method: incoming.method, path: incoming.url, headers: incoming.headers });
    const refuse = (): void => void client.destroy();
    onward.once('error', refuse).once('response', refuse);
    onward.once('upgrade', (answer, server, rest: Buffer) => {
      const headers = answer.rawHeaders.reduce((text, value, index) => text + value + (index % 2 === 0 ? ': ' : '\r\n'), '');
      client.write(`HTTP/1.1 ${answer.statusCode ?? 101} ${answer.statusMessage ?? ''}\r\n${headers}\r\n`);
      client.write(rest);
      server.write(head);
      client.once('error', () => server.destroy()).once('close', () => server.destroy());
      server.once('error', () => client.destroy()).once('close', () => client.destroy());
      client.pipe(server).pipe(client);
    });
    onward.end();
  }

  /** A GET whose body nobody needs. */
  #ask(path: string, headers: IncomingHttpHeaders): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const asked = request({ socketPath: this.#socket, method: 'GET', path, headers }, (answer) => resolve(answer.resume()));
      asked.once('error', reject).end();
    });
  }
}

function presignedToken(incoming: IncomingMessage): string | undefined {
  if (incoming.method !== 'GET' || incoming.url?.startsWith('/?authToken=') !== true) return undefined;
  return new URL(incoming.url, 'http://notebook').searchParams.get('authToken') ?? undefined;
}

function end(response: ServerResponse, status: number, type: string, body: string, headers: Record<string, string | string[]> = {}): void {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, ...headers }).end(body);
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

interface KernelMessage {
  readonly header: { readonly msg_type: string };
  readonly parent_header: { readonly msg_id?: string };
  readonly content: Readonly<Record<string, unknown>>;
}

/** What a cell did. */
export interface CellResult {
  readonly status: 'ok' | 'error';
  /** `Name: message` of the error that ended it. */
  readonly error?: string;
}

/** JupyterLab's own REST and kernel interface, entered with a presigned notebook URL as a browser enters it. */
export class JupyterClient {
  readonly #base: URL;
  readonly #cookies: ReadonlyMap<string, string>;

  private constructor(base: URL, cookies: ReadonlyMap<string, string>) {
    this.#base = base;
    this.#cookies = cookies;
  }

  /** Opens the URL, which works once, and keeps the login. */
  static async open(presignedUrl: string): Promise<JupyterClient> {
    const cookies = new Map<string, string>();
    let url = new URL(presignedUrl);
    // Redirects are followed by hand, because fetch keeps no cookies between them.
    for (let hops = 0; hops < 6; hops++) {
      const response = await fetch(url, { redirect: 'manual', headers: { cookie: cookieHeader(cookies) } });
      await response.arrayBuffer();
      for (const line of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (name !== undefined && value !== undefined) cookies.set(name, value);
      }
      const location = response.headers.get('location');
      if (location === null) {
        if (!response.ok) throw new Error(`JupyterLab answered ${response.status} to its URL.`);
        return new JupyterClient(new URL('/', presignedUrl), cookies);
      }
      url = new URL(location, url);
    }
    throw new Error('JupyterLab redirects in circles.');
  }

  /** Address of the server, with `/` at the end. */
  get base(): URL {
    return this.#base;
  }

  get cookie(): string {
    return cookieHeader(this.#cookies);
  }

  get xsrf(): string {
    return this.#cookies.get('_xsrf') ?? '';
  }

  async request(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(new URL(path, this.#base), {
      method,
      headers: { cookie: this.cookie, 'x-xsrftoken': this.xsrf, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`JupyterLab answered ${response.status} to ${method} ${path}: ${text.slice(0, 300)}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** Writes a file below the notebook's folder, making the folders on the way. */
  async writeFile(path: string, content: Uint8Array): Promise<void> {
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth++) {
      await this.request('PUT', `/api/contents/${parts.slice(0, depth).map(encodeURIComponent).join('/')}`, { type: 'directory' });
    }
    await this.request('PUT', `/api/contents/${parts.map(encodeURIComponent).join('/')}`, {
      type: 'file',
      format: 'base64',
      content: Buffer.from(content).toString('base64'),
    });
  }

  /** Starts the kernel for a language; `undefined` where the server has none. */
  async kernel(language: string): Promise<Kernel | undefined> {
    const { kernelspecs } = (await this.request('GET', '/api/kernelspecs')) as {
      kernelspecs: Record<string, { spec: { language: string } }>;
    };
    const name = Object.entries(kernelspecs).find(([, { spec }]) => spec.language === language)?.[0];
    if (name === undefined) return undefined;
    const { id } = (await this.request('POST', '/api/kernels', { name })) as { id: string };
    return Kernel.open(
      (session) => this.#channels(id, session),
      () => this.request('DELETE', `/api/kernels/${id}`),
    );
  }

  async #channels(id: string, session: string): Promise<WebSocket> {
    const url = new URL(`/api/kernels/${id}/channels?session_id=${session}`, this.#base);
    url.protocol = 'ws:';
    const socket = new WebSocket(url, { headers: { cookie: this.cookie } });
    await new Promise<void>((resolve, reject) => socket.once('open', () => resolve()).once('error', reject));
    return socket;
  }
}

const cookieHeader = (cookies: ReadonlyMap<string, string>): string => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');

/** How long a lost connection is made again, as JupyterLab does. */
const RECONNECT_MS = 30_000;

/**
 * A running kernel. A lost connection is made again: Jupyter keeps for the session what the kernel says meanwhile, so a cell
 * that runs on while the way to it was cut still gives its output and its end.
 */
export class Kernel {
  readonly #session = randomUUID();
  readonly #cells = new Map<string, { message(message: KernelMessage): void; lost(error: unknown): void }>();
  readonly #connect: (session: string) => Promise<WebSocket>;
  readonly #shutDown: () => Promise<unknown>;
  #socket: Promise<WebSocket>;
  #over = false;

  private constructor(connect: (session: string) => Promise<WebSocket>, shutDown: () => Promise<unknown>) {
    this.#connect = connect;
    this.#shutDown = shutDown;
    this.#socket = this.#attach();
  }

  static async open(connect: (session: string) => Promise<WebSocket>, shutDown: () => Promise<unknown>): Promise<Kernel> {
    const kernel = new Kernel(connect, shutDown);
    await kernel.#socket;
    return kernel;
  }

  /** Runs code as a cell; `onText` gets what it prints, as it prints it. */
  async run(code: string, onText: (text: string) => void = () => undefined): Promise<CellResult> {
    const id = randomUUID();
    const header = {
      msg_id: id,
      msg_type: 'execute_request',
      username: '',
      session: this.#session,
      date: new Date().toISOString(),
      version: '5.3',
    };
    const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false, stop_on_error: true };
    const socket = await this.#socket;
    return new Promise<CellResult>((resolve, reject) => {
      let result: CellResult = { status: 'ok' };
      this.#cells.set(id, {
        lost: reject,
        message: ({ header: { msg_type }, content }) => {
          if (msg_type === 'stream') onText(String(content['text']));
          if (msg_type === 'error') result = { status: 'error', error: `${String(content['ename'])}: ${String(content['evalue'])}` };
          if (msg_type === 'status' && content['execution_state'] === 'idle') {
            this.#cells.delete(id);
            resolve(result);
          }
        },
      });
      socket.send(JSON.stringify({ header, parent_header: {}, metadata: {}, content, channel: 'shell', buffers: [] }), (error) => {
        if (error) reject(error);
      });
    });
  }

  async shutDown(): Promise<void> {
    this.#over = true;
    await this.#shutDown();
    (await this.#socket).close();
  }

  async #attach(): Promise<WebSocket> {
    const socket = await this.#connect(this.#session);
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as KernelMessage;
      this.#cells.get(message.parent_header.msg_id ?? '')?.message(message);
    });
    socket.once('close', () => {
      if (this.#over) return;
      this.#socket = this.#again();
      this.#socket.catch((error: unknown) => {
        for (const cell of this.#cells.values()) cell.lost(error);
        this.#cells.clear();
      });
    });
    return socket;
  }

  async #again(): Promise<WebSocket> {
    const deadline = Date.now() + RECONNECT_MS;
    for (;;) {
      try {
        return await this.#attach();
      } catch (error) {
        if (this.#over || Date.now() > deadline) throw new Error('The kernel cannot be reached any more.', { cause: error });
        await sleep(250);
      }
    }
  }
}

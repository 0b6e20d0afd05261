import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';

type Fetch = (request: Request) => Response | Promise<Response>;

/** What is used of Deno, when it runs here. */
interface DenoServe {
  serve(options: { path: string; onListen: () => void }, handler: Fetch): unknown;
}

/** Serves on a Unix socket: by Deno's own server, or by Node's. */
export async function listen(socket: string, fetch: Fetch): Promise<void> {
  // A service that was killed leaves its socket, and Jupyter starts the next one at the same place.
  await rm(socket, { force: true });
  const deno = (globalThis as { Deno?: DenoServe }).Deno;
  if (deno !== undefined) {
    deno.serve({ path: socket, onListen: () => undefined }, fetch);
    return;
  }
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/' } = incoming;
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const headers = new Headers();
    for (const [name, value] of Object.entries(incoming.headers))
      headers.set(name, Array.isArray(value) ? value.join(', ') : (value ?? ''));
    const request = new Request(`http://localhost${url}`, {
      method,
      headers,
      ...(hasBody && { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' }),
    });
    void Promise.resolve(fetch(request)).then((response) => {
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      if (response.body === null) outgoing.end();
      else
        Readable.fromWeb(response.body)
          .on('error', () => outgoing.destroy())
          .pipe(outgoing);
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
}

import { rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Origin } from '../call.ts';
import type { ServerCertificate } from '../tls/certificates.ts';

/** One way in: everything that comes through it has the same origin. */
export interface Door {
  readonly origin: Origin;
  /** Signing names that can be reached; all when undefined. */
  readonly services?: ReadonlySet<string> | undefined;
}

export type Handle = (request: IncomingMessage, response: ServerResponse, door: Door, tlsVersion: string) => Promise<void>;

/** Listens for TLS ≥ 1.2 on a loopback port or a Unix socket. @returns the server, once it listens, and its port. */
export async function listen(
  at: { readonly port: number } | { readonly path: string },
  door: Door,
  certificate: ServerCertificate,
  handle: Handle,
): Promise<{ server: Server; port: number }> {
  const server = createServer({ cert: certificate.cert, key: certificate.key, minVersion: 'TLSv1.2' }, (request, response) => {
    const { socket } = request as { socket: IncomingMessage['socket'] & Partial<Pick<TLSSocket, 'getProtocol'>> };
    const version = socket.getProtocol?.()?.replace('TLSv', '') ?? 'unknown';
    void handle(request, response, door, version);
  });
  // Uploads of any size over slow disks: the client decides when it gives up.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  // A client that gives up in the handshake or sends nonsense is no event for us.
  server.on('tlsClientError', () => undefined);
  if ('path' in at) rmSync(at.path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if ('path' in at) server.listen(at.path, resolve);
    else server.listen(at.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return { server, port: typeof address === 'object' ? (address as AddressInfo).port : 0 };
}

/** Stops accepting, lets running requests end for a moment, then closes what is left. */
export async function close(server: {
  close(done: () => void): unknown;
  closeAllConnections(): void;
  closeIdleConnections(): void;
}): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      server.closeAllConnections();
    }, 1_000);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { socketFolder } from '../../paths.ts';
import { AwsError } from '../call.ts';
import { close, listen, type Handle } from '../http/listener.ts';
import type { SandboxDoor, SandboxDoorOptions, TemporaryCredentials } from '../platform.ts';
import type { ServerCertificate } from '../tls/certificates.ts';

export interface DoorParts {
  readonly certificate: ServerCertificate;
  readonly handle: Handle;
  readonly log: Logger;
  readonly assume: (options: SandboxDoorOptions) => Promise<TemporaryCredentials>;
}

/** Credentials are renewed this long before they end, so that what a client has in hand still works for a while. */
const RENEW_MS = 15 * 60_000;

interface Open {
  readonly options: SandboxDoorOptions;
  readonly door: SandboxDoor;
  readonly servers: readonly (Server | TlsServer)[];
}

/** The sockets of all sandboxes: each has its own pair in its own folder. */
export class SandboxDoors {
  readonly #parts: DoorParts;
  readonly #open = new Map<string, Promise<Open>>();

  constructor(parts: DoorParts) {
    this.#parts = parts;
  }

  async open(options: SandboxDoorOptions): Promise<SandboxDoor> {
    const known = this.#open.get(options.id);
    if (known !== undefined) return (await known).door;
    const opening = this.#make(options);
    this.#open.set(options.id, opening);
    opening.catch(() => this.#open.delete(options.id));
    return (await opening).door;
  }

  /** Closes the sockets. Their folders go with them only `forGood`, when every sandbox has ended: one that lives on sees that folder. */
  async shutDown({ forGood }: { forGood: boolean }): Promise<void> {
    const all = await Promise.allSettled(this.#open.values());
    const open = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    await Promise.all(open.map(({ door, servers }) => (forGood ? door.close() : Promise.all(servers.map(close)))));
  }

  async #make(options: SandboxDoorOptions): Promise<Open> {
    // Ids may be longer than a socket's path can be.
    const folder = join(socketFolder(), createHash('sha256').update(options.id).digest('hex').slice(0, 16));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { handle, certificate } = this.#parts;
    const origin = { kind: 'vpc', sandbox: options.id, vpcId: options.vpcId } as const;
    const services = options.services === undefined ? undefined : new Set(options.services);
    const gateway = await listen({ path: join(folder, 'gateway.sock') }, { origin, services }, certificate, handle);
    const credentials = await this.#credentialsServer(join(folder, 'credentials.sock'), options);
    const servers = [gateway.server, credentials];
    const door: SandboxDoor = {
      folder,
      close: async () => {
        this.#open.delete(options.id);
        await Promise.all(servers.map(close));
        await rm(folder, { recursive: true, force: true });
      },
    };
    return { options, door, servers };
  }

  /**
   * The container credentials provider's endpoint: `GET /credentials`.
   * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
   */
  async #credentialsServer(path: string, options: SandboxDoorOptions): Promise<Server> {
    let current: Promise<TemporaryCredentials> | undefined;
    let renewAt = 0;
    const credentials = async (): Promise<TemporaryCredentials> => {
      if (current === undefined || Date.now() >= renewAt) {
        const asking = this.#parts.assume(options);
        current = asking;
        renewAt = Number.POSITIVE_INFINITY;
        try {
          renewAt = (await asking).expiration.getTime() - RENEW_MS;
        } catch (error) {
          current = undefined;
          throw error;
        }
      }
      return current;
    };
    const server = createServer((request, response) => {
      const send = (status: number, body: unknown): void => {
        response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body));
      };
      if (request.method !== 'GET' || new URL(request.url ?? '/', 'http://sandbox').pathname !== '/credentials') {
        send(404, { code: 'NotFound', message: 'Only GET /credentials is served here.' });
        return;
      }
      credentials().then(
        (given) => {
          send(200, {
            AccessKeyId: given.accessKeyId,
            SecretAccessKey: given.secretAccessKey,
            Token: given.sessionToken,
            Expiration: given.expiration.toISOString().replace(/\.\d{3}Z$/, 'Z'),
            RoleArn: options.roleArn,
          });
        },
        (error: unknown) => {
          this.#parts.log.warn(
            { sandbox: options.id, role: options.roleArn, error: error instanceof Error ? error.message : String(error) },
            'no credentials for a sandbox',
          );
          send(error instanceof AwsError ? error.status : 500, {
            code: error instanceof AwsError ? error.code : 'InternalError',
            message: 'The role cannot be assumed.',
          });
        },
      );
    });
    rmSync(path, { force: true });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
    return server;
  }
}

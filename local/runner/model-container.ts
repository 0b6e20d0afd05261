import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { socketFolder } from '../paths.ts';
import type { ContainerNetwork } from './container-network.ts';
import { askContainer } from './hosting-requests.ts';
import { createContainer, ensureImage } from './images.ts';
import { type Mount, type Sandbox, startSandbox } from './sandbox.ts';

const PORT = 8080;
const PING_TIMEOUT_MS = 2_000;
const PING_PAUSE_MS = 200;

/** Socket of the container of a sandbox, in a folder of its own. */
export const modelSocket = (sandboxId: string): string =>
  join(socketFolder(), `s-${createHash('sha256').update(sandboxId).digest('hex').slice(0, 14)}`, 'serve.sock');

export interface ModelContainer {
  /** Of the sandbox. */
  readonly id: string;
  readonly imageName: string;
  readonly env: Readonly<Record<string, string>>;
  /** Host folder that it sees as /opt/ml. */
  readonly ml: string;
  /** Folder for its writable layer. */
  readonly layer: string;
  /** What it sees besides. */
  readonly mounts?: readonly Mount[];
  readonly hostname?: string;
  readonly network: ContainerNetwork;
  readonly size: { readonly memoryMb: number; readonly cpus: number };
}

/** Starts a model container with its serving stack, behind {@link modelSocket}. */
export async function startModelContainer(given: ModelContainer): Promise<Sandbox> {
  const { id, imageName, env, ml, layer, network, size, mounts = [], hostname = 'model' } = given;
  const container = createContainer(imageName, await ensureImage(imageName), layer);
  const socket = modelSocket(id);
  mkdirSync(dirname(socket), { recursive: true, mode: 0o700 });
  return startSandbox({
    id,
    image: container.image,
    command: ['serve'],
    env,
    platformEnv: { ...network.env, ...container.env },
    mounts: [...container.mounts, { source: ml, target: '/opt/ml', writable: true }, ...mounts],
    ...network.options,
    publish: { socket, port: PORT },
    limits: size,
    user: 'root',
    hostname,
  });
}

/** Whether the container answers its health check in time. */
export async function answersPing(socketPath: string, sandbox: Sandbox, seconds: number, unwanted: () => boolean): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline && sandbox.exit() === undefined && !unwanted()) {
    const answer = await askContainer({ socketPath, method: 'GET', path: '/ping', timeoutMs: PING_TIMEOUT_MS }).catch(() => undefined);
    if (answer?.status === 200) return true;
    await sleep(PING_PAUSE_MS);
  }
  return false;
}

import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buffer } from 'node:stream/consumers';
import type { CreateModelInput } from '@aws-sdk/client-sagemaker';
import { vpcOfSubnet } from '../gateway/services/sagemaker/account.ts';
import type { Platform } from '../gateway/platform.ts';
import { socketFolder } from '../paths.ts';
import { ContainerFolder } from './container-folder.ts';
import { type ContainerNetwork, openNetwork } from './container-network.ts';
import {
  type HostedVariant,
  HostingFailure,
  type HostingRunner,
  type InvocationAnswer,
  type InvocationRequest,
} from './hosting-interface.ts';
import { createContainer, ensureImage, imageNameOf } from './images.ts';
import { instanceSize } from './instance-size.ts';
import { LogShipper } from './log-shipper.ts';
import { fetchModel } from './model-data.ts';
import { RoleSession } from './role-session.ts';
import { attachSandbox, removeSandbox, type Sandbox, startSandbox, stopSandbox } from './sandbox.ts';

const PORT = 8080;
const INVOCATION_TIMEOUT_MS = 60_000;
const PING_PAUSE_MS = 200;
/** How long a container may take until it answers; as on AWS unless set for tests. */
const startupSeconds = (): number => Number(process.env['SEALAB_ENDPOINT_STARTUP_SECONDS'] ?? '480');
const GRACE_SECONDS = 10;
const SHUTDOWN_GRACE_SECONDS = 2;
/** Pauses before a container that ended by itself is started again; the last one repeats. */
const RESTART_SECONDS = [0, 2, 10, 60];

/** What is remembered of a hosted container between restarts of the gateway. */
interface Memory {
  readonly logStream: string;
  readonly vpcId: string | undefined;
  /** The model's files are complete: they need not be fetched again. */
  readonly ready: boolean;
}

interface Hosted {
  readonly sandbox: Sandbox;
  readonly network: ContainerNetwork;
  readonly shipped: Promise<void>;
}

const idOf = (endpoint: string, variant: string): string => `endpoint-${endpoint}-${variant}`;
const socketOf = (id: string): string =>
  join(socketFolder(), `s-${createHash('sha256').update(id).digest('hex').slice(0, 14)}`, 'serve.sock');
/** The service adds the endpoint's generation to a variant's name; people know it without. */
const shown = (variant: string): string => variant.replace(/-\d+$/, '');

/** Hosts models in sandboxes: `serve` behind a Unix socket, /ping before it counts, started again when it ends by itself. */
export function createHostingRunner(platform: Platform): HostingRunner {
  const hosted = new Map<string, Hosted>();
  /** Containers that shall be stopped, so that their end is no surprise. */
  const leaving = new Set<string>();
  const listeners: ((endpoint: string, variant: string) => void)[] = [];
  let shuttingDown = false;
  const unwanted = (id: string): boolean => leaving.has(id) || shuttingDown;

  async function start(variant: HostedVariant, takeOver = true): Promise<void> {
    const id = idOf(variant.endpoint, variant.variant);
    leaving.delete(id);
    const folder = new ContainerFolder<Memory>(id);
    const model = variant.model as unknown as CreateModelInput;
    const role = new RoleSession(platform, model.ExecutionRoleArn ?? '', variant.endpointArn);
    const known = attachSandbox(id);
    const survivor = takeOver && known?.exit() === undefined ? known : undefined;
    const memory = await prepare(variant, model, folder, role);
    const network = await openNetwork(platform, {
      id,
      arn: variant.endpointArn,
      roleArn: model.ExecutionRoleArn ?? '',
      vpcId: memory.vpcId,
      isolated: model.EnableNetworkIsolation ?? false,
    });
    const sandbox = survivor ?? (await startContainer(id, variant, model, folder, network));
    const shipper = new LogShipper(
      platform,
      sandbox.logFile,
      { group: `/aws/sagemaker/Endpoints/${variant.endpoint}`, stream: memory.logStream },
      () => role.config({ kind: 'host' }),
    );
    const entry: Hosted = { sandbox, network, shipped: shipper.run(sandbox.exited(), survivor !== undefined) };
    hosted.set(id, entry);
    if (!(await answersPing(socketOf(id), sandbox, () => unwanted(id)))) {
      // The endpoint keeps its recorded status and is brought up again by the next start.
      if (shuttingDown) return new Promise<never>(() => undefined);
      await end(id, SHUTDOWN_GRACE_SECONDS);
      throw new HostingFailure(
        `The primary container for production variant ${shown(variant.variant)} did not pass the ping health check. Please check CloudWatch logs for this endpoint.`,
      );
    }
    void watch(variant, id, entry);
  }

  /** Fetches what the container needs, unless it is there from before. */
  async function prepare(
    variant: HostedVariant,
    model: CreateModelInput,
    folder: ContainerFolder<Memory>,
    role: RoleSession,
  ): Promise<Memory> {
    const known = folder.recall();
    if (known?.ready === true) return known;
    await rm(folder.path, { recursive: true, force: true });
    const subnet = model.VpcConfig?.Subnets?.[0];
    const vpcId = subnet === undefined ? undefined : await vpcOfSubnet(platform, subnet);
    if (vpcId === undefined && model.EnableNetworkIsolation !== true) {
      throw new HostingFailure(
        'The local environment gives no container a way to the internet: set EnableNetworkIsolation or VpcConfig in the model.',
      );
    }
    const memory = { logStream: `${shown(variant.variant)}/i-${randomBytes(9).toString('hex').slice(1)}`, vpcId };
    folder.remember({ ...memory, ready: false });
    folder.makeMl('model');
    await fetchModel(model, folder.ml('model'), join(folder.path, 'model.tar.gz'), role, idOf(variant.endpoint, variant.variant), vpcId);
    const ready = { ...memory, ready: true };
    folder.remember(ready);
    return ready;
  }

  async function startContainer(
    id: string,
    variant: HostedVariant,
    model: CreateModelInput,
    folder: ContainerFolder<Memory>,
    network: ContainerNetwork,
  ): Promise<Sandbox> {
    const definition = model.PrimaryContainer ?? model.Containers?.[0];
    const imageName = imageNameOf(definition?.Image ?? '');
    if (imageName === undefined)
      throw new HostingFailure(`The local environment has no stand-in for the image ${definition?.Image ?? ''}.`);
    const container = createContainer(imageName, await ensureImage(imageName), join(folder.path, 'venv'));
    const socket = socketOf(id);
    mkdirSync(join(socket, '..'), { recursive: true, mode: 0o700 });
    return startSandbox({
      id,
      image: container.image,
      command: ['serve'],
      env: definition?.Environment ?? {},
      platformEnv: { ...network.env, ...container.env },
      mounts: [...container.mounts, { source: folder.ml(), target: '/opt/ml', writable: true }],
      ...network.options,
      publish: { socket, port: PORT },
      limits: instanceSize(variant.instanceType ?? 'ml.m5.large'),
      user: 'root',
      hostname: 'model',
    });
  }

  /** Starts a container again that ends without being asked to, with growing pauses while it keeps ending. */
  async function watch(variant: HostedVariant, id: string, entry: Hosted): Promise<void> {
    await entry.sandbox.exited();
    if (unwanted(id) || hosted.get(id) !== entry) return;
    await forget(id);
    for (const listener of listeners) listener(variant.endpoint, variant.variant);
    for (let attempt = 0; ; attempt++) {
      await sleep((RESTART_SECONDS[attempt] ?? RESTART_SECONDS.at(-1) ?? 60) * 1000, undefined, { ref: false });
      if (unwanted(id)) return;
      const again = await start(variant, false).then(
        () => true,
        () => false,
      );
      if (again) return;
    }
  }

  async function forget(id: string): Promise<void> {
    const entry = hosted.get(id);
    hosted.delete(id);
    await entry?.network.close();
  }

  async function end(id: string, graceSeconds: number): Promise<void> {
    const { shipped } = hosted.get(id) ?? {};
    if (attachSandbox(id) !== undefined) await stopSandbox(id, graceSeconds);
    await shipped;
    await forget(id);
  }

  return {
    start: (variant) => start(variant),
    async stop(endpoint, variant) {
      const id = idOf(endpoint, variant);
      leaving.add(id);
      await end(id, GRACE_SECONDS);
      if (attachSandbox(id) !== undefined) removeSandbox(id);
      await new ContainerFolder(id).remove();
      await rm(join(socketOf(id), '..'), { recursive: true, force: true });
    },
    invoke: (endpoint, variant, request) => invoke(socketOf(idOf(endpoint, variant)), request),
    onExit: (listener) => void listeners.push(listener),
    async shutDown() {
      shuttingDown = true;
      await Promise.all(
        [...hosted.keys()].map(async (id) => {
          await end(id, SHUTDOWN_GRACE_SECONDS);
          await rm(join(socketOf(id), '..'), { recursive: true, force: true });
        }),
      );
    },
  };
}

/** Whether the container answers its health check in time. */
async function answersPing(socketPath: string, sandbox: Sandbox, unwanted: () => boolean): Promise<boolean> {
  const deadline = Date.now() + startupSeconds() * 1000;
  while (Date.now() < deadline && sandbox.exit() === undefined && !unwanted()) {
    const status = await send(socketPath, 'GET', '/ping', {}, undefined, 2_000).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return true;
    await sleep(PING_PAUSE_MS);
  }
  return false;
}

function invoke(socketPath: string, { body, contentType, accept, headers }: InvocationRequest): Promise<InvocationAnswer> {
  const given = {
    ...headers,
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...(accept === undefined ? {} : { accept }),
  };
  return send(socketPath, 'POST', '/invocations', { ...given, 'content-length': String(body.length) }, body, INVOCATION_TIMEOUT_MS);
}

function send(
  socketPath: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: Buffer | undefined,
  timeoutMs: number,
): Promise<InvocationAnswer> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const outgoing = httpRequest(
      { socketPath, method, path, headers: { host: 'localhost:8080', ...headers }, agent: false, signal },
      (response) => {
        buffer(response).then(
          (content) => resolve({ status: response.statusCode ?? 500, contentType: response.headers['content-type'], body: content }),
          reject,
        );
      },
    );
    outgoing.on('error', (error) =>
      reject(
        signal.aborted
          ? new Error(
              'Your invocation timed out while waiting for a response from container primary. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.',
            )
          : error,
      ),
    );
    outgoing.end(body);
  });
}

import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { ContainerDefinition, CreateModelInput } from '@aws-sdk/client-sagemaker';
import type { Platform } from '../gateway/platform.ts';
import { PATHS } from '../paths.ts';
import { ContainerFolder } from './container-folder.ts';
import { ModelContainer } from './hosting-container.ts';
import {
  type HostedInstance,
  HostingFailure,
  type HostingRunner,
  type InstanceName,
  type InvocationAnswer,
  InvocationRefused,
  type InvocationRequest,
} from './hosting-interface.ts';
import { requestContainer } from './hosting-requests.ts';
import { instanceSize } from './instance-size.ts';
import { removeSandbox, stopSandbox } from './sandbox.ts';

/** How long a container may take until it answers; as on AWS unless set for tests. */
const startupSeconds = (): number => Number(process.env['SEALAB_ENDPOINT_STARTUP_SECONDS'] ?? '480');
/** SageMaker's default for the download of a model's data. */
const DOWNLOAD_SECONDS = 3600;
const GRACE_SECONDS = 10;
const SHUTDOWN_GRACE_SECONDS = 2;
/** Pauses before a container that ended by itself is started again; the last one repeats. */
const RESTART_SECONDS = [0, 2, 10, 60];
const ATTRIBUTES_HEADER = 'X-Amzn-SageMaker-Custom-Attributes';
const TARGET_MODEL_HEADER = 'X-Amzn-SageMaker-Target-Model';

interface Hosted {
  readonly containers: readonly ModelContainer[];
  readonly direct: boolean;
}

/** Points keep the parts apart: names have none, so that no two instances share an id. */
const idOf = ({ endpoint, variant, generation, index }: InstanceName): string =>
  `endpoint.${endpoint}.${variant}.${String(generation)}.${String(index)}`;

function nameOf(id: string): InstanceName | undefined {
  const [kind, endpoint, variant, generation, index] = id.split('.');
  if (kind !== 'endpoint' || endpoint === undefined || variant === undefined) return undefined;
  return { endpoint, variant, generation: Number(generation), index: Number(index) };
}

const definitionsOf = (model: CreateModelInput): readonly ContainerDefinition[] =>
  model.PrimaryContainer === undefined ? (model.Containers ?? []) : [model.PrimaryContainer];

/** Hosts models in sandboxes: /ping before an instance counts, its containers started again when they end by themselves. */
export function createHostingRunner(platform: Platform): HostingRunner {
  const hosted = new Map<string, Hosted>();
  /** Instances that shall be stopped, so that the end of their containers is no surprise. */
  const leaving = new Set<string>();
  let shuttingDown = false;
  const unwanted = (id: string): boolean => leaving.has(id) || shuttingDown;

  function containersOf(instance: HostedInstance): ModelContainer[] {
    const model = instance.model as unknown as CreateModelInput;
    const definitions = definitionsOf(model);
    const machine = `i-${randomBytes(9).toString('hex').slice(1)}`;
    const size = instanceSize(instance.instanceType ?? 'ml.m5.large');
    return definitions.map((definition, index) => {
      const name = definitions.length === 1 ? 'primary' : (definition.ContainerHostname ?? `container-${String(index + 1)}`);
      return new ModelContainer(platform, {
        id: definitions.length === 1 ? idOf(instance) : `${idOf(instance)}.${String(index)}`,
        endpoint: instance.endpoint,
        endpointArn: instance.endpointArn,
        model,
        definition,
        name,
        place: index + 1,
        variant: instance.variant,
        logStream: `${instance.variant}/${machine}${definitions.length === 1 ? '' : `/${name}`}`,
        limits: { ...size, ...(instance.memoryMb === undefined ? {} : { memoryMb: instance.memoryMb }) },
        startupSeconds: Math.min(instance.startupSeconds ?? Infinity, startupSeconds()),
        downloadSeconds: instance.downloadSeconds ?? DOWNLOAD_SECONDS,
      });
    });
  }

  async function start(instance: HostedInstance): Promise<void> {
    const id = idOf(instance);
    leaving.delete(id);
    const entry: Hosted = {
      containers: containersOf(instance),
      direct: (instance.model as unknown as CreateModelInput).InferenceExecutionConfig?.Mode === 'Direct',
    };
    hosted.set(id, entry);
    try {
      await Promise.all(entry.containers.map((container) => container.start({ takeOver: true, unwanted: () => unwanted(id) })));
    } catch (error) {
      // The endpoint keeps its recorded status and is brought up again by the next start.
      if (shuttingDown) return new Promise<never>(() => undefined);
      await Promise.all(entry.containers.map((container) => container.end(SHUTDOWN_GRACE_SECONDS)));
      throw error;
    }
    for (const container of entry.containers) void watch(id, entry, container);
  }

  /** Starts a container again that ends without being asked to, with growing pauses while it keeps ending. */
  async function watch(id: string, entry: Hosted, container: ModelContainer): Promise<void> {
    for (;;) {
      await container.exited();
      if (unwanted(id) || hosted.get(id) !== entry) return;
      await container.release();
      for (let attempt = 0; ; attempt++) {
        await sleep((RESTART_SECONDS[attempt] ?? RESTART_SECONDS.at(-1) ?? 60) * 1000, undefined, { ref: false });
        if (unwanted(id)) return;
        const again = await container.start({ takeOver: false, unwanted: () => unwanted(id) }).then(
          () => true,
          () => false,
        );
        if (again) break;
        if (unwanted(id)) return;
        await container.end(SHUTDOWN_GRACE_SECONDS);
      }
    }
  }

  async function invoke(name: InstanceName, request: InvocationRequest): Promise<InvocationAnswer> {
    const entry = hosted.get(idOf(name));
    if (entry === undefined) throw new Error('The container is not running.');
    if (entry.direct) {
      const target = entry.containers.find(({ spec }) => spec.name === request.targetContainer);
      if (target === undefined)
        throw new InvocationRefused('invalid', `TargetContainerHostname ${request.targetContainer ?? ''} is not a container of the model.`);
      return invokeContainer(target, request);
    }
    const deadline = Date.now() + request.timeoutMs;
    let { body, contentType, accept } = request;
    for (const [index, container] of entry.containers.entries()) {
      const last = index === entry.containers.length - 1;
      // Of a pipeline only the last container hears what the caller accepts.
      const answer = await invokeContainer(container, {
        ...request,
        body,
        contentType,
        accept: last ? accept : undefined,
        timeoutMs: Math.max(1, deadline - Date.now()),
      });
      if (last || answer.status >= 400) return answer;
      ({ body, contentType } = { body: await buffer(answer.body), contentType: answer.contentType });
      accept = request.accept;
    }
    throw new HostingFailure('The model has no container.');
  }

  return {
    start,
    async stop(instance) {
      const id = idOf(instance);
      leaving.add(id);
      const containers = hosted.get(id)?.containers ?? containersOf(instance);
      hosted.delete(id);
      await Promise.all(
        containers.map(async (container) => {
          await container.end(GRACE_SECONDS);
          await container.remove();
        }),
      );
    },
    async sweep(endpoint, wanted) {
      const ids = existsSync(PATHS.sandboxes) ? readdirSync(PATHS.sandboxes) : [];
      const unwantedIds = ids.filter((id) => {
        const name = nameOf(id);
        return name?.endpoint === endpoint && !wanted(name);
      });
      await Promise.all(
        unwantedIds.map(async (id) => {
          await stopSandbox(id, GRACE_SECONDS);
          removeSandbox(id);
          await new ContainerFolder(id).remove();
        }),
      );
    },
    invoke,
    async shutDown() {
      shuttingDown = true;
      await Promise.all(
        [...hosted.values()].flatMap(({ containers }) =>
          containers.map(async (container) => {
            await container.end(SHUTDOWN_GRACE_SECONDS);
            await container.closeSocket();
          }),
        ),
      );
    },
  };
}

async function invokeContainer(container: ModelContainer, request: InvocationRequest): Promise<InvocationAnswer> {
  const { body, contentType, accept, headers, timeoutMs, targetModel } = request;
  const { models } = container;
  if ((models === undefined) !== (targetModel === undefined)) {
    throw new InvocationRefused(
      'invalid',
      models === undefined
        ? 'The endpoint is not a multi-model endpoint: leave TargetModel out.'
        : 'The endpoint is a multi-model endpoint: TargetModel must be given.',
    );
  }
  const deadline = Date.now() + timeoutMs;
  const model = targetModel === undefined ? undefined : await models?.use(targetModel, timeoutMs);
  let response: IncomingMessage;
  try {
    response = await requestContainer({
      socketPath: container.socketPath,
      method: 'POST',
      path: model === undefined ? '/invocations' : `/models/${model.id}/invoke`,
      headers: {
        ...headers,
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
        ...(accept === undefined ? {} : { accept }),
        ...(targetModel === undefined ? {} : { [TARGET_MODEL_HEADER]: targetModel }),
      },
      body,
      timeoutMs: Math.max(1, deadline - Date.now()),
      container: container.spec.name,
    });
  } catch (error) {
    model?.release();
    throw error;
  }
  if (model !== undefined) {
    if (response.statusCode === 404 && targetModel !== undefined && (await models?.hasLost(targetModel, model.id)) === true) {
      response.resume();
      model.release();
      return invokeContainer(container, { ...request, timeoutMs: Math.max(1, deadline - Date.now()) });
    }
    response.once('close', model.release);
  }
  const attributes = response.headers[ATTRIBUTES_HEADER.toLowerCase()];
  return {
    status: response.statusCode ?? 500,
    contentType: response.headers['content-type'],
    customAttributes: typeof attributes === 'string' ? attributes : undefined,
    body: response,
    container: container.spec.name,
    logStream: container.logStream,
  };
}

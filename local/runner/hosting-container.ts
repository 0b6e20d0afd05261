import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerDefinition, CreateModelInput } from '@aws-sdk/client-sagemaker';
import { vpcOfSubnet } from '../gateway/services/sagemaker/account.ts';
import type { Platform } from '../gateway/platform.ts';
import { ContainerFolder } from './container-folder.ts';
import { type ContainerNetwork, openNetwork } from './container-network.ts';
import { HostingFailure } from './hosting-interface.ts';
import { ModelCache, MODELS_MOUNT } from './hosting-models.ts';
import { imageNameOf } from './images.ts';
import { LogShipper } from './log-shipper.ts';
import { answersPing, modelSocket, startModelContainer } from './model-container.ts';
import { fetchModel } from './model-data.ts';
import { originOf, RoleSession } from './role-session.ts';
import { attachSandbox, removeSandbox, type Sandbox, stopSandbox } from './sandbox.ts';
import { s3Client } from './s3-transfer.ts';

/** One container of an instance: what to run, for whom, and how SageMaker names it. */
export interface HostedContainer {
  /** Of its sandbox and folder. */
  readonly id: string;
  readonly endpoint: string;
  readonly endpointArn: string;
  readonly model: CreateModelInput;
  readonly definition: ContainerDefinition;
  /** `primary`, or the hostname of one of several. */
  readonly name: string;
  /** Place in the model, from 1: SageMaker's errors about data count so. */
  readonly place: number;
  /** Production variant, for log stream and errors. */
  readonly variant: string;
  readonly logStream: string;
  readonly limits: { readonly memoryMb: number; readonly cpus: number };
  /** How long it may take until it answers its first /ping, and its data until they are there. */
  readonly startupSeconds: number;
  readonly downloadSeconds: number;
}

/** What is remembered of a hosted container between restarts of the gateway. */
interface Memory {
  readonly logStream: string;
  readonly vpcId: string | undefined;
  /** The model's files are complete: they need not be fetched again. */
  readonly ready: boolean;
}

/** A model container in its sandbox: `serve` behind a Unix socket. */
export class ModelContainer {
  readonly spec: HostedContainer;
  readonly socketPath: string;
  readonly #platform: Platform;
  readonly #folder: ContainerFolder<Memory>;
  readonly #role: RoleSession;
  #memory: Memory | undefined;
  #running: { sandbox: Sandbox; network: ContainerNetwork; shipped: Promise<void> } | undefined;
  #models: ModelCache | undefined;

  constructor(platform: Platform, spec: HostedContainer) {
    this.spec = spec;
    this.#platform = platform;
    this.#folder = new ContainerFolder<Memory>(spec.id);
    this.#role = new RoleSession(platform, spec.model.ExecutionRoleArn ?? '', spec.endpointArn);
    this.socketPath = modelSocket(spec.id);
  }

  get logStream(): string {
    return this.#memory?.logStream ?? this.spec.logStream;
  }

  /** Where it is a multi-model container. */
  get models(): ModelCache | undefined {
    return this.#models;
  }

  /**
   * Starts it, or takes over the one that still runs, and resolves when it answers /ping.
   * @param given `takeOver`: one that runs already is as good; `unwanted`: whether to stop waiting
   * @throws HostingFailure
   */
  async start({ takeOver, unwanted }: { takeOver: boolean; unwanted: () => boolean }): Promise<void> {
    const { spec } = this;
    const known = attachSandbox(spec.id);
    const survivor = takeOver && known?.exit() === undefined ? known : undefined;
    const memory = await this.#prepare();
    this.#memory = memory;
    const network = await openNetwork(this.#platform, {
      id: spec.id,
      arn: spec.endpointArn,
      roleArn: spec.model.ExecutionRoleArn ?? '',
      vpcId: memory.vpcId,
      isolated: spec.model.EnableNetworkIsolation ?? false,
    });
    const sandbox = survivor ?? (await this.#startSandbox(network));
    const shipper = new LogShipper(
      this.#platform,
      sandbox.logFile,
      { group: `/aws/sagemaker/Endpoints/${spec.endpoint}`, stream: memory.logStream },
      () => this.#role.config({ kind: 'host' }),
    );
    this.#running = { sandbox, network, shipped: shipper.run(sandbox.exited(), survivor !== undefined) };
    if (!(await answersPing(this.socketPath, sandbox, spec.startupSeconds, unwanted))) {
      throw new HostingFailure(
        `The ${spec.name} container for production variant ${spec.variant} did not pass the ping health check. Please check CloudWatch logs for this endpoint.`,
      );
    }
    if (spec.definition.Mode === 'MultiModel') await this.#openModels(memory, survivor !== undefined);
  }

  /** Resolves when it has ended, however that came. */
  async exited(): Promise<void> {
    await this.#running?.sandbox.exited();
  }

  /** Ends it, its log complete. Its files stay for the next start. */
  async end(graceSeconds: number): Promise<void> {
    const running = this.#running;
    if (attachSandbox(this.spec.id) !== undefined) await stopSandbox(this.spec.id, graceSeconds);
    await running?.shipped;
    await this.release();
  }

  /** Closes what belongs to one that has ended. */
  async release(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.network.close();
  }

  /** Removes everything of one that has ended. */
  async remove(): Promise<void> {
    if (attachSandbox(this.spec.id) !== undefined) removeSandbox(this.spec.id);
    await this.#folder.remove();
    await this.closeSocket();
  }

  async closeSocket(): Promise<void> {
    await rm(join(this.socketPath, '..'), { recursive: true, force: true });
  }

  /** Fetches what the container needs, unless it is there from before. */
  async #prepare(): Promise<Memory> {
    const { model, definition, logStream, place, id, downloadSeconds } = this.spec;
    const known = this.#folder.recall();
    if (known?.ready === true) return known;
    await rm(this.#folder.path, { recursive: true, force: true });
    const subnet = model.VpcConfig?.Subnets?.[0];
    const vpcId = subnet === undefined ? undefined : await vpcOfSubnet(this.#platform, subnet);
    if (vpcId === undefined && model.EnableNetworkIsolation !== true) {
      throw new HostingFailure(
        'The local environment gives no container a way to the internet: set EnableNetworkIsolation or VpcConfig in the model.',
      );
    }
    const memory = { logStream, vpcId };
    this.#folder.remember({ ...memory, ready: false });
    this.#folder.makeMl('model', 'models');
    mkdirSync(this.#modelsFolder(), { recursive: true });
    if (definition.Mode !== 'MultiModel') {
      const archive = join(this.#folder.path, 'model.tar.gz');
      await fetchModel({ ...model, PrimaryContainer: definition }, this.#folder.ml('model'), archive, this.#role, id, vpcId, {
        name: `container_${String(place)}`,
        signal: AbortSignal.timeout(downloadSeconds * 1000),
      });
    }
    const ready = { ...memory, ready: true };
    this.#folder.remember(ready);
    return ready;
  }

  #modelsFolder(): string {
    return join(this.#folder.path, 'models');
  }

  async #startSandbox(network: ContainerNetwork): Promise<Sandbox> {
    const { id, definition, limits } = this.spec;
    const imageName = imageNameOf(definition.Image ?? '');
    if (imageName === undefined) throw new HostingFailure(`The local environment has no stand-in for the image ${definition.Image ?? ''}.`);
    const several = definition.Mode === 'MultiModel';
    return startModelContainer({
      id,
      imageName,
      env: { ...definition.Environment, ...(several ? { SAGEMAKER_MULTI_MODEL: 'true' } : {}) },
      ml: this.#folder.ml(),
      layer: join(this.#folder.path, 'venv'),
      // Read-only, and no part of what the container can write: a link that it puts there must not lead a download astray.
      mounts: several ? [{ source: this.#modelsFolder(), target: MODELS_MOUNT }] : [],
      hostname: definition.ContainerHostname ?? 'model',
      network,
      size: limits,
    });
  }

  async #openModels({ vpcId }: Memory, survived: boolean): Promise<void> {
    this.#models ??= new ModelCache({
      socketPath: this.socketPath,
      folder: this.#modelsFolder(),
      prefix: this.spec.definition.ModelDataUrl ?? '',
      keeps: this.spec.definition.MultiModelConfig?.ModelCacheSetting !== 'Disabled',
      client: async () => s3Client(await this.#role.config(originOf(this.spec.id, vpcId))),
    });
    await (survived ? this.#models.reset() : this.#models.forget());
  }
}

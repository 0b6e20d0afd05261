import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { InvocationRefused } from './hosting-interface.ts';
import { askContainer } from './hosting-requests.ts';
import { joinS3, parseS3Uri } from './s3-locations.ts';
import { downloadObject, unpackArchive } from './s3-transfer.ts';

/** Where a multi-model container finds what was downloaded for it: `/opt/ml/models/<name>/model`. */
export const MODELS_MOUNT = '/opt/ml/models';
/** A container may take this long to load a model, whoever waits for it. */
const LOAD_TIMEOUT_MS = 360_000;
const UNLOAD_TIMEOUT_MS = 60_000;
/** "Out of resources", in the contract of multi-model containers. */
const NO_ROOM = 507;
const LOADED_ALREADY = 409;

export interface ModelCacheOptions {
  /** Socket of the container. */
  readonly socketPath: string;
  /** On the host; the container sees it read-only at {@link MODELS_MOUNT}. */
  readonly folder: string;
  /** `ModelDataUrl` of the container: the prefix of all its models. */
  readonly prefix: string;
  /** `ModelCacheSetting: Disabled`: a model is unloaded when its request was answered. */
  readonly keeps: boolean;
  readonly client: () => Promise<S3Client>;
}

interface Loaded {
  /** The container's name for it. */
  readonly id: string;
  readonly ready: Promise<void>;
  /** Requests that use it: it is not unloaded meanwhile. */
  users: number;
}

/**
 * Models of a multi-model container: downloaded and loaded when they are asked for, the least recently used unloaded
 * when the container says that it has no room.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/mms-container-apis.html
 */
export class ModelCache {
  readonly #options: ModelCacheOptions;
  /** By key below the prefix, the least recently used first. */
  readonly #models = new Map<string, Loaded>();
  #count = 0;

  constructor(options: ModelCacheOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true });
  }

  /** Whether a request for it needs no download. */
  has(targetModel: string): boolean {
    return this.#models.has(targetModel);
  }

  /**
   * Uses a model for one request, loading it where necessary.
   * @param patienceMs how long the request waits; loading goes on after that
   * @throws InvocationRefused when there is no such model, it is not ready in time, or no room can be made for it
   */
  async use(targetModel: string, patienceMs: number): Promise<{ id: string; release: () => void }> {
    const known = this.#models.get(targetModel);
    const model = known ?? this.#start(targetModel);
    // Last in the order of insertion: the most recently used.
    this.#models.delete(targetModel);
    this.#models.set(targetModel, model);
    model.users += 1;
    const release = (): void => {
      model.users -= 1;
      if (!this.#options.keeps && model.users === 0 && this.#models.get(targetModel) === model) void this.#unload(targetModel, model);
    };
    const patience = new AbortController();
    try {
      const late = sleep(patienceMs, 'late' as const, { signal: patience.signal, ref: false });
      late.catch(() => undefined);
      if ((await Promise.race([model.ready, late])) === 'late')
        throw new InvocationRefused('not-ready', `Model ${targetModel} is not ready yet: it is still being loaded. Try again.`);
    } catch (error) {
      release();
      throw error;
    } finally {
      patience.abort();
    }
    return { id: model.id, release };
  }

  /**
   * Whether the container has lost a model that it had loaded, as when its server started a worker anew. It is forgotten then, and
   * loaded by the next use.
   */
  async hasLost(targetModel: string, id: string): Promise<boolean> {
    const { socketPath } = this.#options;
    const { status } = await askContainer({ socketPath, method: 'GET', path: `/models/${id}`, timeoutMs: UNLOAD_TIMEOUT_MS });
    if (status !== 404) return false;
    if (this.#models.get(targetModel)?.id === id) this.#models.delete(targetModel);
    await rm(join(this.#options.folder, id), { recursive: true, force: true });
    return true;
  }

  /** The container was started anew and has nothing loaded. */
  async forget(): Promise<void> {
    this.#models.clear();
    for (const name of await readdir(this.#options.folder)) await rm(join(this.#options.folder, name), { recursive: true, force: true });
  }

  /** Learns what a container that survived the gateway has loaded: nobody knows for which keys, so it is unloaded. */
  async reset(): Promise<void> {
    const { socketPath } = this.#options;
    const { status, body } = await askContainer({ socketPath, method: 'GET', path: '/models', timeoutMs: UNLOAD_TIMEOUT_MS });
    const { models = [] } = status === 200 ? (JSON.parse(body.toString('utf8')) as { models?: { modelName?: string }[] }) : {};
    for (const { modelName } of models) if (modelName !== undefined) await this.#tellToUnload(modelName);
    await this.forget();
  }

  #start(targetModel: string): Loaded {
    // Another one each time: a model that is being unloaded and one that is loaded again must not meet.
    const id = `${createHash('sha256').update(targetModel).digest('hex').slice(0, 24)}-${String((this.#count += 1))}`;
    const ready = this.#load(targetModel, id);
    const model: Loaded = { id, ready, users: 0 };
    ready.catch(async () => {
      if (this.#models.get(targetModel) === model) this.#models.delete(targetModel);
      await rm(join(this.#options.folder, id), { recursive: true, force: true });
    });
    return model;
  }

  async #load(targetModel: string, id: string): Promise<void> {
    const folder = join(this.#options.folder, id);
    await this.#download(targetModel, folder);
    const { socketPath } = this.#options;
    const body = Buffer.from(JSON.stringify({ model_name: id, url: `${MODELS_MOUNT}/${id}/model` }));
    for (;;) {
      const answer = await askContainer({
        socketPath,
        method: 'POST',
        path: '/models',
        headers: { 'content-type': 'application/json' },
        body,
        timeoutMs: LOAD_TIMEOUT_MS,
      });
      if (answer.status < 300 || answer.status === LOADED_ALREADY) return;
      const said = answer.body.toString('utf8');
      if (answer.status !== NO_ROOM) throw new ModelLoadFailed(answer.status, said);
      const idle = [...this.#models].find(([key, { users }]) => key !== targetModel && users === 0);
      if (idle === undefined)
        throw new InvocationRefused('no-room', `Model ${targetModel} does not fit into the memory of the instance. ${said}`);
      await this.#unload(...idle);
    }
  }

  async #download(targetModel: string, folder: string): Promise<void> {
    const { bucket, key } = parseS3Uri(joinS3(this.#options.prefix, targetModel.replace(/^\/+/, '')));
    const archive = `${folder}.tar.gz`;
    await rm(folder, { recursive: true, force: true });
    try {
      await downloadObject(await this.#options.client(), bucket, key, archive, AbortSignal.timeout(LOAD_TIMEOUT_MS));
    } catch (error) {
      await rm(archive, { force: true });
      throw new InvocationRefused(
        'invalid',
        `Failed to download model data(bucket: ${bucket}, key: ${key}). Please ensure that there is an object located at the URL and that the role passed to CreateModel has permissions to download the model. (${(error as Error).name})`,
      );
    }
    try {
      await unpackArchive(archive, join(folder, 'model'));
    } catch (error) {
      throw new InvocationRefused(
        'invalid',
        `Failed to extract model data archive(bucket: ${bucket}, key: ${key}). Please ensure that the object located at the URL is a valid tar.gz archive. (${(error as Error).message})`,
      );
    } finally {
      await rm(archive, { force: true });
    }
  }

  async #unload(targetModel: string, { id }: Loaded): Promise<void> {
    this.#models.delete(targetModel);
    await this.#tellToUnload(id);
    await rm(join(this.#options.folder, id), { recursive: true, force: true });
  }

  async #tellToUnload(id: string): Promise<void> {
    await askContainer({ socketPath: this.#options.socketPath, method: 'DELETE', path: `/models/${id}`, timeoutMs: UNLOAD_TIMEOUT_MS });
  }
}

/** The container refused to load a model, with this answer. */
export class ModelLoadFailed extends Error {
  override readonly name = 'ModelLoadFailed';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

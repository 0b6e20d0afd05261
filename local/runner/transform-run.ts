import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { vpcOfSubnet } from '../gateway/services/sagemaker/account.ts';
import type { Platform } from '../gateway/platform.ts';
import { whenThereIsRoom } from '../disk-full.ts';
import { ContainerFolder } from './container-folder.ts';
import { type ContainerNetwork, openNetwork } from './container-network.ts';
import { ClientFailure, failureReason } from './failures.ts';
import { askContainer } from './hosting-requests.ts';
import { HostingFailure } from './hosting-interface.ts';
import { imageNameOf } from './images.ts';
import { instanceSize } from './instance-size.ts';
import { attachHosts, graceSeconds, removeHosts, sandboxIds } from './job-hosts.ts';
import type { Job, JobEnd, JobListener } from './job-interface.ts';
import { inputFailure, interrupted, LOST, OUT_OF_MEMORY, type Running, SHUTDOWN_GRACE_SECONDS } from './job-run.ts';
import { LogShipper } from './log-shipper.ts';
import { answersPing, modelSocket, startModelContainer } from './model-container.ts';
import { fetchModel } from './model-data.ts';
import { originOf, RoleSession } from './role-session.ts';
import { listObjects, type S3Object } from './s3-objects.ts';
import { s3Client } from './s3-transfer.ts';
import { attachSandbox, type Sandbox, stopSandbox } from './sandbox.ts';
import { LogWriter } from './sandbox-log.ts';
import { TransformInstance } from './transform-instance.ts';
import { Journal, SEE_LOGS } from './transform-journal.ts';
import { batching, type ExecutionParameters, type TransformPlan, transformInstances, transformPlan } from './transform-plan.ts';

const PING_SECONDS = Number(process.env['SEALAB_ENDPOINT_STARTUP_SECONDS'] ?? '600');
const PARAMETERS_TIMEOUT_MS = 10_000;
const NO_PING =
  'AlgorithmError: Model container failed to respond to ping. Please ensure /ping endpoint is implemented and responds with an HTTP 200 status code';

/** What is remembered of a transform job between restarts of the gateway. */
interface TransformMemory {
  readonly vpcId: string | undefined;
  /** Log streams of its instances: `<job>/i-…-<epoch>`. */
  readonly streams: readonly string[];
}

/** A batch transform job: model containers that answer requests made of the objects of an input. */
export class TransformRun {
  readonly #platform: Platform;
  readonly #job: Job;
  readonly #listener: JobListener;
  readonly #entry: Running;
  readonly #plan: TransformPlan;
  readonly #count: number;
  readonly #folder: ContainerFolder<TransformMemory>;
  readonly #role: RoleSession;
  #network: ContainerNetwork | undefined;

  constructor(platform: Platform, job: Job, listener: JobListener, entry: Running) {
    this.#platform = platform;
    this.#job = job;
    this.#listener = listener;
    this.#entry = entry;
    this.#plan = transformPlan(job);
    this.#count = transformInstances(job.request);
    this.#folder = new ContainerFolder(entry.id);
    this.#role = new RoleSession(platform, this.#plan.roleArn, job.arn);
  }

  async run(): Promise<void> {
    const end = await this.#steps().catch(
      (error: unknown): JobEnd =>
        interrupted(this.#entry) ?? {
          outcome: 'Failed',
          reason: error instanceof HostingFailure ? `ClientError: ${error.message}` : failureReason(error),
        },
    );
    await this.#network?.close();
    await whenThereIsRoom(() => this.#listener.ended(end), this.#isShutDown);
    await this.#clear();
  }

  readonly #isShutDown = (): boolean => this.#entry.stopping === 'shut-down';

  async #clear(): Promise<void> {
    await removeHosts(this.#entry.id, this.#count, SHUTDOWN_GRACE_SECONDS);
    for (const id of sandboxIds(this.#entry.id, this.#count)) await rm(dirname(modelSocket(id)), { recursive: true, force: true });
    await this.#folder.remove();
  }

  async #steps(): Promise<JobEnd> {
    let memory = this.#folder.recall();
    let sandboxes = attachHosts(this.#entry.id, this.#count);
    const resumed = memory !== undefined && sandboxes !== undefined;
    if (memory === undefined || sandboxes === undefined) {
      memory = await this.#prepare();
      const stopped = interrupted(this.#entry);
      if (stopped !== undefined) return stopped;
      sandboxes = await this.#start(memory);
    } else this.#network = await this.#openNetwork(memory.vpcId);
    return this.#transform(memory, sandboxes, resumed);
  }

  async #prepare(): Promise<TransformMemory> {
    const { subnetId, isolated, model } = this.#plan;
    await this.#clear();
    this.#listener.phase('Starting', '');
    const vpcId = subnetId === undefined ? undefined : await vpcOfSubnet(this.#platform, subnetId);
    if (vpcId === undefined && !isolated) {
      throw new ClientFailure(
        'The local environment gives no container a way to the internet: set EnableNetworkIsolation or VpcConfig in the model.',
      );
    }
    const epoch = String(Math.floor(Date.now() / 1000));
    const streams = Array.from({ length: this.#count }, () => `${this.#job.name}/i-${randomBytes(9).toString('hex').slice(1)}-${epoch}`);
    const memory = { vpcId, streams };
    this.#folder.remember(memory);
    this.#listener.phase('Downloading', '');
    for (const index of streams.keys()) {
      const ml = this.#ml(index);
      mkdirSync(join(ml, 'model'), { recursive: true });
      await fetchModel(model, join(ml, 'model'), join(this.#folder.path, 'model.tar.gz'), this.#role, this.#entry.id, vpcId);
    }
    return memory;
  }

  readonly #ml = (index: number): string => join(this.#folder.path, String(index), 'ml');

  #openNetwork(vpcId: string | undefined): Promise<ContainerNetwork> {
    const { id } = this.#entry;
    return openNetwork(this.#platform, { id, arn: this.#job.arn, roleArn: this.#plan.roleArn, vpcId, isolated: this.#plan.isolated });
  }

  async #start({ vpcId }: TransformMemory): Promise<Sandbox[]> {
    const imageName = imageNameOf(this.#plan.imageUri);
    if (imageName === undefined) throw new ClientFailure(`Requested image ${this.#plan.imageUri} not found.`);
    const network = await this.#openNetwork(vpcId);
    this.#network = network;
    this.#listener.phase('Training', '');
    const sandboxes = await Promise.all(
      sandboxIds(this.#entry.id, this.#count).map((id, index) =>
        startModelContainer({
          id,
          imageName,
          env: this.#plan.env,
          ml: this.#ml(index),
          layer: join(this.#folder.path, String(index), 'venv'),
          network,
          size: instanceSize(this.#plan.instanceType),
        }),
      ),
    );
    if (this.#entry.stopping !== undefined) this.#stopContainers();
    return sandboxes;
  }

  #stopContainers(): void {
    const seconds = this.#isShutDown() ? SHUTDOWN_GRACE_SECONDS : graceSeconds();
    for (const id of sandboxIds(this.#entry.id, this.#count)) if (attachSandbox(id)?.exit() === undefined) void stopSandbox(id, seconds);
  }

  async #transform(memory: TransformMemory, sandboxes: readonly Sandbox[], resumed: boolean): Promise<JobEnd> {
    const objects = await this.#objects(memory.vpcId);
    const journal = new Journal(join(this.#folder.path, 'journal'));
    const outcomes = await Promise.all(
      sandboxes.map((sandbox, index) =>
        this.#serve(
          sandbox,
          index,
          memory,
          objects.filter((_, at) => at % sandboxes.length === index),
          journal,
          resumed,
        ),
      ),
    );
    const stopped = interrupted(this.#entry);
    if (stopped !== undefined) return stopped;
    return outcomes.find((end) => end.outcome === 'Failed') ?? journal.verdict();
  }

  async #objects(vpcId: string | undefined): Promise<S3Object[]> {
    const { source, roleArn } = this.#plan;
    try {
      return await listObjects(await this.#s3(vpcId), source, this.#entry.abort.signal);
    } catch (error) {
      if (this.#entry.abort.signal.aborted) throw error;
      throw inputFailure(error, source.uri, this.#platform.region, roleArn);
    }
  }

  async #s3(vpcId: string | undefined): Promise<ReturnType<typeof s3Client>> {
    return s3Client(await this.#role.config(originOf(this.#entry.id, vpcId)));
  }

  /** One instance: its container's log, its part of the objects, its data log. */
  async #serve(
    sandbox: Sandbox,
    index: number,
    memory: TransformMemory,
    objects: readonly S3Object[],
    journal: Journal,
    resumed: boolean,
  ): Promise<JobEnd> {
    const stream = memory.streams[index] ?? '';
    const dataLog = join(this.#folder.path, String(index), 'data-log');
    const file = openSync(dataLog, 'a', 0o600);
    const writer = new LogWriter(file);
    const ship = (path: string, name: string, ended: Promise<unknown>): Promise<void> =>
      new LogShipper(this.#platform, path, { group: '/aws/sagemaker/TransformJobs', stream: name }, () =>
        this.#role.config({ kind: 'host' }),
      ).run(ended, resumed);
    const logged = ship(sandbox.logFile, stream, sandbox.exited());
    const work = this.#work(sandbox, objects, journal, memory.vpcId, writer).finally(() => {
      writer.close();
      closeSync(file);
    });
    const [end] = await Promise.all([
      work.finally(() => {
        if (sandbox.exit() === undefined) void stopSandbox(sandbox.id, SHUTDOWN_GRACE_SECONDS);
      }),
      ship(dataLog, `${stream}/data-log`, work),
      logged,
    ]);
    return end;
  }

  async #work(
    sandbox: Sandbox,
    objects: readonly S3Object[],
    journal: Journal,
    vpcId: string | undefined,
    log: LogWriter,
  ): Promise<JobEnd> {
    const socketPath = modelSocket(sandbox.id);
    const unwanted = (): boolean => this.#entry.stopping !== undefined;
    if (!(await answersPing(socketPath, sandbox, PING_SECONDS, unwanted))) {
      return interrupted(this.#entry) ?? { outcome: 'Failed', reason: sandboxFailure(sandbox) ?? NO_PING };
    }
    const told = await executionParameters(socketPath);
    const how = batching(this.#plan.asked, told);
    const say = (text: string): void => log.write(Buffer.from(`${new Date().toISOString().slice(0, -1)}:[sagemaker logs]: ${text}\n`));
    say(
      `MaxConcurrentTransforms=${String(how.concurrent)}, MaxPayloadInMB=${String(how.payloadBytes / 1024 / 1024)}, BatchStrategy=${how.several ? 'MULTI_RECORD' : 'SINGLE_RECORD'}`,
    );
    const instance = new TransformInstance(
      this.#plan,
      how,
      socketPath,
      () => this.#s3(vpcId),
      join(dirname(sandbox.logFile), 'output'),
      say,
    );
    const left = objects.filter(({ key }) => !journal.has(key));
    const workers = Array.from({ length: Math.min(how.concurrent, left.length) }, async () => {
      for (let object = left.shift(); object !== undefined && !unwanted() && sandbox.exit() === undefined; object = left.shift()) {
        const outcome = await instance.transform(object, this.#entry.abort.signal);
        if (!unwanted()) journal.add(object.key, outcome);
      }
    });
    await Promise.all(workers);
    return (
      interrupted(this.#entry) ??
      (sandbox.exit() === undefined ? { outcome: 'Completed' } : { outcome: 'Failed', reason: sandboxFailure(sandbox) ?? LOST })
    );
  }
}

/** Why a container is gone that nobody stopped. */
function sandboxFailure(sandbox: Sandbox): string | undefined {
  const exit = sandbox.exit();
  if (exit === undefined) return undefined;
  if (exit.reason === 'out-of-memory') return `ClientError: ${OUT_OF_MEMORY}`;
  return exit.reason === 'exited' ? `AlgorithmError: ${SEE_LOGS}` : LOST;
}

/** A container may say how it wants to be asked; most do not. */
async function executionParameters(socketPath: string): Promise<ExecutionParameters> {
  try {
    const { status, body } = await askContainer({
      socketPath,
      method: 'GET',
      path: '/execution-parameters',
      timeoutMs: PARAMETERS_TIMEOUT_MS,
    });
    if (status !== 200) return {};
    const told = JSON.parse(body.toString('utf8')) as ExecutionParameters & { BatchStrategy?: string };
    return { ...told, BatchStrategy: /single/i.test(told.BatchStrategy ?? '') ? 'SingleRecord' : 'MultiRecord' };
  } catch {
    return {};
  }
}

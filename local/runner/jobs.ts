import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { vpcOfSubnet } from '../gateway/services/sagemaker/account.ts';
import type { Platform } from '../gateway/platform.ts';
import { whenThereIsRoom } from '../disk-full.ts';
import { ContainerFolder } from './container-folder.ts';
import { type ContainerNetwork, openNetwork } from './container-network.ts';
import { ClientFailure, failureReason } from './failures.ts';
import { createContainer, ensureImage, imageNameOf } from './images.ts';
import { instanceSize } from './instance-size.ts';
import type { Job, JobEnd, JobKind, JobListener, JobMetric, JobRunner } from './job-interface.ts';
import { type JobFolder, type JobMemory, type JobPlan, planJob } from './job-plan.ts';
import { LogShipper } from './log-shipper.ts';
import { MetricExtraction } from './metric-extraction.ts';
import { originOf, RoleSession } from './role-session.ts';
import { downloadPrefix, NoObjects, s3Client } from './s3-transfer.ts';
import { attachSandbox, removeSandbox, type Sandbox, type SandboxExit, startSandbox, stopSandbox } from './sandbox.ts';

/** Seconds from SIGTERM to SIGKILL when a job is stopped; as on AWS unless set for tests. */
const graceSeconds = (): number => Number(process.env['SEALAB_STOP_GRACE_SECONDS'] ?? '120');
/** When the whole environment ends nobody waits for two minutes. */
const SHUTDOWN_GRACE_SECONDS = 5;
/** CloudWatch takes this many points at once. */
const MOST_METRICS = 1_000;
const OUT_OF_MEMORY = 'Please use an instance type with more memory, or reduce the size of job data processed on an instance.';
const SHUT_DOWN = 'InternalServerError: The local environment was stopped while the job was running. Start the job again.';
const LOST = 'InternalServerError: The machine or the supervisor of the job was stopped while the job was running. Start the job again.';

interface Running {
  readonly id: string;
  readonly abort: AbortController;
  stopping: 'user' | 'shut-down' | undefined;
  readonly done: Promise<void>;
}

const idOf = ({ kind, name }: Pick<Job, 'kind' | 'name'>): string => `${kind}-${name}`;

/** Runs training and processing jobs in sandboxes, each from its recorded phase on, so that a restart of the gateway loses none. */
export function createJobRunner(platform: Platform): JobRunner {
  const running = new Map<string, Running>();

  function run(job: Job, listener: JobListener): void {
    const id = idOf(job);
    const entry: Running = { id, abort: new AbortController(), stopping: undefined, done: Promise.resolve() };
    running.set(id, entry);
    let over = false;
    const ended = (end: JobEnd): void => {
      if (!over) listener.ended(end);
      over = true;
    };
    const done = Promise.resolve()
      .then(() => new JobRun(platform, job, { ...listener, ended }, entry).run())
      .catch((error: unknown) => ended({ outcome: 'Failed', reason: failureReason(error) }))
      .finally(() => running.delete(id));
    Object.assign(entry, { done });
  }

  function stop(job: { readonly kind: JobKind; readonly name: string }): void {
    const entry = running.get(idOf(job));
    if (entry === undefined || entry.stopping !== undefined) return;
    entry.stopping = 'user';
    entry.abort.abort();
    if (attachSandbox(entry.id) !== undefined) void stopSandbox(entry.id, graceSeconds());
  }

  return {
    run,
    stop,
    async shutDown() {
      await Promise.allSettled(
        [...running.values()].map(async (entry) => {
          entry.stopping ??= 'shut-down';
          entry.abort.abort();
          if (attachSandbox(entry.id) !== undefined) await stopSandbox(entry.id, SHUTDOWN_GRACE_SECONDS);
          await entry.done;
        }),
      );
    },
  };
}

/** One job on its way. */
class JobRun {
  readonly #platform: Platform;
  readonly #job: Job;
  readonly #listener: JobListener;
  readonly #entry: Running;
  readonly #folder: JobFolder;
  readonly #plan: JobPlan;
  readonly #role: RoleSession;
  #network: ContainerNetwork | undefined;

  constructor(platform: Platform, job: Job, listener: JobListener, entry: Running) {
    this.#platform = platform;
    this.#job = job;
    this.#listener = listener;
    this.#entry = entry;
    this.#folder = new ContainerFolder(entry.id);
    this.#plan = planJob(job, this.#folder);
    this.#role = new RoleSession(platform, this.#plan.roleArn, job.arn);
  }

  async run(): Promise<void> {
    const end = await this.#steps().catch(
      (error: unknown): JobEnd => this.#interrupted() ?? { outcome: 'Failed', reason: failureReason(error) },
    );
    await this.#network?.close();
    // First: a gateway that is killed before this was written goes on with what is in the folders.
    await whenThereIsRoom(() => this.#listener.ended(end), this.#isShutDown);
    if (attachSandbox(this.#entry.id)?.exit() !== undefined) removeSandbox(this.#entry.id);
    await this.#folder.remove();
  }

  async #steps(): Promise<JobEnd> {
    const { id } = this.#entry;
    let memory = this.#folder.recall();
    let sandbox = attachSandbox(id);
    const resumed = sandbox !== undefined;
    if (memory?.end === undefined) {
      if (memory === undefined || sandbox === undefined) {
        // Nothing runs yet, whatever was prepared: begin anew.
        memory = await this.#prepare();
        const stopped = this.#interrupted();
        if (stopped !== undefined) return stopped;
        this.#listener.phase('Training', '');
        sandbox = await this.#start(memory);
      } else this.#network = await this.#openNetwork(memory);
      const end = await this.#follow(sandbox, memory, resumed);
      if (this.#entry.stopping === 'shut-down' && end.outcome !== 'Completed') return end;
      const remembered = { ...memory, end };
      await whenThereIsRoom(() => this.#folder.remember(remembered), this.#isShutDown);
      memory = remembered;
    }
    const { end } = memory;
    return end === undefined ? { outcome: 'Failed', reason: LOST } : this.#upload(memory, end);
  }

  readonly #isShutDown = (): boolean => this.#entry.stopping === 'shut-down';

  /** How a job ends that is stopped before its container starts; `undefined` when nobody stops it. */
  #interrupted(): JobEnd | undefined {
    if (this.#entry.stopping === 'user') return { outcome: 'Stopped' };
    return this.#entry.stopping === 'shut-down' ? { outcome: 'Failed', reason: SHUT_DOWN } : undefined;
  }

  async #prepare(): Promise<JobMemory> {
    const { subnetId, inputs, isolated } = this.#plan;
    await rm(this.#folder.path, { recursive: true, force: true });
    this.#listener.phase('Starting', '');
    const vpcId = subnetId === undefined ? undefined : await vpcOfSubnet(this.#platform, subnetId);
    if (vpcId === undefined && !isolated) {
      throw new ClientFailure('The local environment gives no container a way to the internet: set EnableNetworkIsolation, or VpcConfig.');
    }
    const memory: JobMemory = { logStream: `${this.#job.name}/algo-1-${String(Math.floor(Date.now() / 1000))}`, vpcId };
    this.#folder.remember(memory);
    this.#plan.prepare();
    this.#listener.phase('Downloading', '');
    for (const { uri, folder } of inputs) await this.#download(uri, folder, vpcId);
    return memory;
  }

  async #download(uri: string, folder: string, vpcId: string | undefined): Promise<void> {
    try {
      await downloadPrefix(s3Client(await this.#role.config(originOf(this.#entry.id, vpcId))), uri, folder, this.#entry.abort.signal);
    } catch (error) {
      if (this.#entry.abort.signal.aborted) throw error;
      if (error instanceof NoObjects || (error as Error).name === 'NoSuchBucket') {
        const bucket = uri.split('/')[2] ?? '';
        throw new ClientFailure(
          `No S3 objects found under S3 URL "${uri}" given in input data source. Please ensure that the bucket exists in the selected region ` +
            `(${this.#platform.region}), that objects exist under that S3 prefix, and that the role "${this.#plan.roleArn}" has "s3:ListBucket" permissions on bucket "${bucket}".`,
          { cause: error },
        );
      }
      throw new ClientFailure(failureReason(error, 'Data download failed').replace(/^ClientError: /, ''), { cause: error });
    }
  }

  #openNetwork({ vpcId }: JobMemory): Promise<ContainerNetwork> {
    return openNetwork(this.#platform, {
      id: this.#entry.id,
      arn: this.#job.arn,
      roleArn: this.#plan.roleArn,
      vpcId,
      isolated: this.#plan.isolated,
    });
  }

  async #start(memory: JobMemory): Promise<Sandbox> {
    const plan = this.#plan;
    const imageName = imageNameOf(plan.imageUri);
    if (imageName === undefined) throw new ClientFailure(`Requested image ${plan.imageUri} not found.`);
    const container = createContainer(imageName, await ensureImage(imageName), `${this.#folder.path}/venv`);
    this.#network = await this.#openNetwork(memory);
    const size = instanceSize(plan.instanceType);
    const sandbox = await startSandbox({
      id: this.#entry.id,
      image: container.image,
      command: plan.command,
      env: plan.env,
      // joblib would count cores in /sys, which a sandbox does not have, and warn into the job's log.
      platformEnv: { LOKY_MAX_CPU_COUNT: String(size.cpus), ...this.#network.env, ...container.env, ...plan.platformEnv },
      mounts: [...container.mounts, { source: this.#folder.ml(), target: '/opt/ml', writable: true }, ...plan.mounts],
      ...this.#network.options,
      limits: { ...size, maxRuntimeSeconds: plan.maxRuntimeSeconds, fileMb: plan.volumeGb * 1024 },
      user: 'root',
      graceSeconds: graceSeconds(),
    }).catch((error: unknown) => {
      throw /cannot start: /.test((error as Error).message) ? new ClientFailure((error as Error).message, { cause: error }) : error;
    });
    // Asked to stop while it was starting: the request found no sandbox to stop.
    if (this.#entry.stopping !== undefined)
      void stopSandbox(sandbox.id, this.#entry.stopping === 'user' ? graceSeconds() : SHUTDOWN_GRACE_SECONDS);
    return sandbox;
  }

  async #follow(sandbox: Sandbox, memory: JobMemory, resumed: boolean): Promise<JobEnd> {
    const metrics = new MetricExtraction(this.#plan.metrics);
    const shipper = new LogShipper(
      this.#platform,
      sandbox.logFile,
      { group: this.#plan.logGroup, stream: memory.logStream },
      () => this.#role.config({ kind: 'host' }),
      (lines) => this.#report(metrics.extract(lines)),
    );
    const ended = sandbox.exited();
    const shipped = shipper.run(ended, resumed);
    // It is patient where logs are refused; who stops everything is not.
    await Promise.race([shipped, ended.then(() => (this.#isShutDown() ? sleep(SHUTDOWN_GRACE_SECONDS * 1000) : shipped))]);
    return this.#judge(await ended);
  }

  #report(points: readonly JobMetric[]): void {
    if (points.length === 0) return;
    for (const point of new Map(points.map((point) => [point.name, point])).values()) this.#listener.metric(point);
    // As on AWS, a role without cloudwatch:PutMetricData has no graphs and its job goes on.
    void this.#graph(points).catch(() => undefined);
  }

  async #graph(points: readonly JobMetric[]): Promise<void> {
    const client = new CloudWatchClient(await this.#role.config({ kind: 'host' }));
    for (let at = 0; at < points.length; at += MOST_METRICS) {
      const MetricData = points.slice(at, at + MOST_METRICS).map(({ name, value, timestamp }) => ({
        MetricName: name,
        Value: value,
        Timestamp: new Date(timestamp * 1000),
        Dimensions: [{ Name: 'TrainingJobName', Value: this.#job.name }],
      }));
      await client.send(new PutMetricDataCommand({ Namespace: this.#plan.logGroup, MetricData }));
    }
  }

  #judge({ reason, exitCode }: SandboxExit): JobEnd {
    const message = this.#plan.exitMessage();
    const exitMessage = message === undefined ? {} : { exitMessage: message };
    switch (reason) {
      case 'max-runtime':
        return { outcome: 'MaxRuntimeExceeded', ...exitMessage };
      case 'stopped':
        return this.#entry.stopping === 'shut-down' ? { outcome: 'Failed', reason: SHUT_DOWN } : { outcome: 'Stopped', ...exitMessage };
      case 'lost':
        return { outcome: 'Failed', reason: LOST };
      case 'out-of-memory':
        return { outcome: 'Failed', reason: `ClientError: ${OUT_OF_MEMORY}, exit code: ${String(exitCode)}` };
      case 'start-failed':
        return { outcome: 'Failed', reason: 'InternalServerError: The container could not be started.' };
      case 'exited':
        if (exitCode === 0) return { outcome: 'Completed', ...exitMessage };
        return { outcome: 'Failed', reason: `AlgorithmError: ${this.#plan.failure()}, exit code: ${String(exitCode)}`, ...exitMessage };
    }
  }

  async #upload(memory: JobMemory, end: JobEnd): Promise<JobEnd> {
    this.#listener.phase('Uploading', '');
    try {
      const client = s3Client(await this.#role.config(originOf(this.#entry.id, memory.vpcId)));
      const modelArtifacts = await this.#plan.upload(client, end);
      return modelArtifacts === undefined ? end : { ...end, modelArtifacts };
    } catch (error) {
      // The container's own failure says more than what followed from it.
      return end.outcome === 'Failed' ? end : { outcome: 'Failed', reason: failureReason(error, 'Artifact upload failed') };
    }
  }
}

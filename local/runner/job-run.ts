import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { vpcOfSubnet } from '../gateway/services/sagemaker/account.ts';
import type { Platform } from '../gateway/platform.ts';
import { whenThereIsRoom } from '../disk-full.ts';
import { CheckpointSync } from './checkpoints.ts';
import { type ContainerNetwork, openNetwork } from './container-network.ts';
import { ClientFailure, failureReason } from './failures.ts';
import { attachHosts, graceSeconds, hostsOf, removeHosts, sandboxIds, startHosts } from './job-hosts.ts';
import type { Job, JobEnd, JobListener, JobMetric } from './job-interface.ts';
import { instancesOf, type JobFolder, type JobHost, type JobInput, type JobMemory, type JobPlan, planJob } from './job-plan.ts';
import { LogShipper } from './log-shipper.ts';
import { MetricExtraction } from './metric-extraction.ts';
import { originOf, RoleSession } from './role-session.ts';
import { NoObjects } from './s3-objects.ts';
import { downloadSource, s3Client } from './s3-transfer.ts';
import { attachSandbox, type Sandbox, type SandboxExit, stopSandbox } from './sandbox.ts';

/** When the whole environment ends nobody waits for two minutes; nor when one instance of a job has failed. */
export const SHUTDOWN_GRACE_SECONDS = 5;
/** CloudWatch takes this many points at once. */
const MOST_METRICS = 1_000;
export const OUT_OF_MEMORY = 'Please use an instance type with more memory, or reduce the size of job data processed on an instance.';
const SHUT_DOWN = 'InternalServerError: The local environment was stopped while the job was running. Start the job again.';
export const LOST =
  'InternalServerError: The machine or the supervisor of the job was stopped while the job was running. Start the job again.';

/** A job that runs, as whoever stops it sees it. */
export interface Running {
  readonly id: string;
  readonly abort: AbortController;
  stopping: 'user' | 'shut-down' | undefined;
}

/** How a job ends that is stopped before its container has ended; `undefined` when nobody stops it. */
export function interrupted({ stopping }: Running): JobEnd | undefined {
  if (stopping === 'user') return { outcome: 'Stopped' };
  return stopping === 'shut-down' ? { outcome: 'Failed', reason: SHUT_DOWN } : undefined;
}

/** One job on its way. */
export class JobRun {
  readonly #platform: Platform;
  readonly #job: Job;
  readonly #listener: JobListener;
  readonly #entry: Running;
  readonly #hosts: readonly JobHost[];
  readonly #plans: readonly JobPlan[];
  readonly #folder: JobFolder;
  readonly #plan: JobPlan;
  readonly #role: RoleSession;
  #network: ContainerNetwork | undefined;

  constructor(platform: Platform, job: Job, listener: JobListener, entry: Running) {
    this.#platform = platform;
    this.#job = job;
    this.#listener = listener;
    this.#entry = entry;
    this.#hosts = hostsOf(entry.id, instancesOf(job.kind, job.request));
    this.#plans = this.#hosts.map((host) => planJob(job, host));
    const [host, plan] = [this.#hosts[0], this.#plans[0]];
    if (host === undefined || plan === undefined) throw new ClientFailure('A job has one instance at least.');
    this.#folder = host.folder;
    this.#plan = plan;
    this.#role = new RoleSession(platform, plan.roleArn, job.arn);
  }

  async run(): Promise<void> {
    let end = await this.#attempt();
    for (let retries = this.#folder.recall()?.retries ?? 0; this.#mayRetry(end, retries); retries++) {
      await this.#network?.close();
      this.#listener.phase('Restarting', '');
      end = await this.#attempt(retries + 1);
    }
    await this.#network?.close();
    // First: a gateway that is killed before this was written goes on with what is in the folders.
    await whenThereIsRoom(() => this.#listener.ended(end), this.#isShutDown);
    await this.#clear();
  }

  /** A failure of the platform, not of the job's own. */
  #mayRetry({ outcome, reason = '' }: JobEnd, retries: number): boolean {
    return (
      outcome === 'Failed' && reason.startsWith('InternalServerError') && this.#entry.stopping === undefined && retries < this.#plan.retries
    );
  }

  #attempt(retry?: number): Promise<JobEnd> {
    return this.#steps(retry).catch(
      (error: unknown): JobEnd => interrupted(this.#entry) ?? { outcome: 'Failed', reason: failureReason(error) },
    );
  }

  async #clear(): Promise<void> {
    await removeHosts(this.#entry.id, this.#hosts.length, SHUTDOWN_GRACE_SECONDS);
    for (const { folder } of this.#hosts) await folder.remove();
  }

  /** @param retry set to begin anew, for the how manieth time */
  async #steps(retry?: number): Promise<JobEnd> {
    let memory = retry === undefined ? this.#folder.recall() : undefined;
    let sandboxes = attachHosts(this.#entry.id, this.#hosts.length);
    const resumed = sandboxes !== undefined;
    if (memory?.end === undefined) {
      if (memory === undefined || sandboxes === undefined) {
        // Nothing runs yet, whatever was prepared: begin anew.
        memory = await this.#prepare(retry ?? memory?.retries ?? 0);
        const stopped = interrupted(this.#entry);
        if (stopped !== undefined) return stopped;
        this.#listener.phase('Training', '');
        sandboxes = await this.#start(memory);
      } else this.#network = await this.#openNetwork(memory);
      const end = await this.#follow(sandboxes, memory, resumed && retry === undefined);
      if (this.#entry.stopping === 'shut-down' && end.outcome !== 'Completed') return end;
      const remembered = { ...memory, end };
      await whenThereIsRoom(() => this.#folder.remember(remembered), this.#isShutDown);
      memory = remembered;
    }
    const { end } = memory;
    return end === undefined ? { outcome: 'Failed', reason: LOST } : this.#upload(memory, end);
  }

  readonly #isShutDown = (): boolean => this.#entry.stopping === 'shut-down';

  async #prepare(retries: number): Promise<JobMemory> {
    const { subnetId, isolated } = this.#plan;
    await this.#clear();
    this.#listener.phase('Starting', '');
    const vpcId = subnetId === undefined ? undefined : await vpcOfSubnet(this.#platform, subnetId);
    if (vpcId === undefined && !isolated) {
      throw new ClientFailure('The local environment gives no container a way to the internet: set EnableNetworkIsolation, or VpcConfig.');
    }
    const memory: JobMemory = { startedAt: Math.floor(Date.now() / 1000), vpcId, ...(retries > 0 ? { retries } : {}) };
    this.#folder.remember(memory);
    for (const plan of this.#plans) plan.prepare();
    this.#listener.phase('Downloading', '');
    for (const [index, plan] of this.#plans.entries()) {
      for (const input of plan.inputs) await this.#download(input, index, vpcId);
      await this.#checkpoints(plan, vpcId)?.restore(this.#entry.abort.signal);
    }
    return memory;
  }

  #checkpoints({ checkpoints }: JobPlan, vpcId: string | undefined): CheckpointSync | undefined {
    return checkpoints === undefined ? undefined : new CheckpointSync(checkpoints, () => this.#s3(vpcId));
  }

  async #s3(vpcId: string | undefined): Promise<ReturnType<typeof s3Client>> {
    return s3Client(await this.#role.config(originOf(this.#entry.id, vpcId)));
  }

  async #download({ folder, sharded, ...source }: JobInput, index: number, vpcId: string | undefined): Promise<void> {
    const shard = sharded ? { index, count: this.#hosts.length } : undefined;
    try {
      await downloadSource(await this.#s3(vpcId), source, folder, this.#entry.abort.signal, shard);
    } catch (error) {
      if (this.#entry.abort.signal.aborted) throw error;
      throw inputFailure(error, source.uri, this.#platform.region, this.#plan.roleArn);
    }
  }

  #openNetwork({ vpcId }: JobMemory): Promise<ContainerNetwork> {
    const { id } = this.#entry;
    return openNetwork(this.#platform, { id, arn: this.#job.arn, roleArn: this.#plan.roleArn, vpcId, isolated: this.#plan.isolated });
  }

  async #start(memory: JobMemory): Promise<Sandbox[]> {
    this.#network = await this.#openNetwork(memory);
    const sandboxes = await startHosts(this.#platform, this.#entry.id, this.#hosts, this.#plans, this.#network);
    // Asked to stop while it was starting: the request found no sandbox to stop.
    if (this.#entry.stopping !== undefined) this.#stopHosts(this.#entry.stopping === 'user' ? graceSeconds() : SHUTDOWN_GRACE_SECONDS);
    return sandboxes;
  }

  #stopHosts(seconds: number): void {
    for (const id of sandboxIds(this.#entry.id, this.#hosts.length))
      if (attachSandbox(id)?.exit() === undefined) void stopSandbox(id, seconds);
  }

  async #follow(sandboxes: readonly Sandbox[], memory: JobMemory, resumed: boolean): Promise<JobEnd> {
    const exits = await Promise.all(
      sandboxes.map(async (sandbox, index) => {
        const ended = sandbox.exited().then((exit) => {
          // One instance that fails ends the job.
          if (isFailure(exit)) this.#stopHosts(SHUTDOWN_GRACE_SECONDS);
          return exit;
        });
        const metrics = new MetricExtraction(this.#plan.metrics);
        const host = this.#hosts[index]?.name ?? '';
        const shipper = new LogShipper(
          this.#platform,
          sandbox.logFile,
          { group: this.#plan.logGroup, stream: `${this.#job.name}/${host}-${String(memory.startedAt)}` },
          () => this.#role.config({ kind: 'host' }),
          (lines) => this.#report(metrics.extract(lines)),
        );
        const shipped = shipper.run(ended, resumed);
        const copied = this.#checkpoints(this.#plans[index] ?? this.#plan, memory.vpcId)?.follow(ended);
        copied?.catch(() => undefined);
        // It is patient where logs are refused; who stops everything is not.
        await Promise.race([shipped, ended.then(() => (this.#isShutDown() ? sleep(SHUTDOWN_GRACE_SECONDS * 1000) : shipped))]);
        if (!this.#isShutDown()) await copied;
        return ended;
      }),
    );
    return this.#judge(exits);
  }

  #report(points: readonly JobMetric[]): void {
    if (points.length === 0) return;
    this.#listener.metrics(points);
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

  /** The first instance that failed decides; the others were stopped for it. */
  #judge(exits: readonly SandboxExit[]): JobEnd {
    const bySeverity = exits.map((exit, index) => ({ exit, plan: this.#plans[index] ?? this.#plan }));
    const first = bySeverity.filter(({ exit }) => isFailure(exit)).sort((a, b) => a.exit.endedAt - b.exit.endedAt)[0];
    const { exit, plan } =
      first ??
      bySeverity.find((one) => one.exit.reason === 'max-runtime') ??
      bySeverity.find((one) => one.exit.reason === 'stopped') ??
      bySeverity[0] ??
      {};
    const message = plan?.exitMessage();
    const exitMessage = message === undefined ? {} : { exitMessage: message };
    switch (exit?.reason) {
      case 'max-runtime':
        return { outcome: 'MaxRuntimeExceeded', ...exitMessage };
      case 'stopped':
        return this.#entry.stopping === 'shut-down' ? { outcome: 'Failed', reason: SHUT_DOWN } : { outcome: 'Stopped', ...exitMessage };
      case 'out-of-memory':
        return { outcome: 'Failed', reason: `ClientError: ${OUT_OF_MEMORY}, exit code: ${String(exit.exitCode)}` };
      case 'start-failed':
        return { outcome: 'Failed', reason: 'InternalServerError: The container could not be started.' };
      case 'exited':
        if (exit.exitCode === 0) return { outcome: 'Completed', ...exitMessage };
        return {
          outcome: 'Failed',
          reason: `AlgorithmError: ${plan?.failure() ?? ''}, exit code: ${String(exit.exitCode)}`,
          ...exitMessage,
        };
      case 'lost':
      case undefined:
        return { outcome: 'Failed', reason: LOST };
    }
  }

  async #upload(memory: JobMemory, end: JobEnd): Promise<JobEnd> {
    this.#listener.phase('Uploading', '');
    try {
      const folders = this.#hosts.map(({ folder }) => folder);
      const modelArtifacts = await this.#plan.upload(await this.#s3(memory.vpcId), end, folders);
      return modelArtifacts === undefined ? end : { ...end, modelArtifacts };
    } catch (error) {
      // The container's own failure says more than what followed from it.
      return end.outcome === 'Failed' ? end : { outcome: 'Failed', reason: failureReason(error, 'Artifact upload failed') };
    }
  }
}

const isFailure = ({ reason, exitCode }: SandboxExit): boolean =>
  (reason === 'exited' && exitCode !== 0) || ['out-of-memory', 'start-failed', 'lost'].includes(reason);

/** SageMaker's words for an input that cannot be had. */
export function inputFailure(error: unknown, uri: string, region: string, roleArn: string): ClientFailure {
  if (error instanceof ClientFailure) return error;
  if (error instanceof NoObjects || (error as Error).name === 'NoSuchBucket') {
    const bucket = uri.split('/')[2] ?? '';
    return new ClientFailure(
      `No S3 objects found under S3 URL "${uri}" given in input data source. Please ensure that the bucket exists in the selected region ` +
        `(${region}), that objects exist under that S3 prefix, and that the role "${roleArn}" has "s3:ListBucket" permissions on bucket "${bucket}".`,
      { cause: error },
    );
  }
  return new ClientFailure(failureReason(error, 'Data download failed').replace(/^ClientError: /, ''), { cause: error });
}

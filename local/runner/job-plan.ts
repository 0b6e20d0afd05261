import type { S3Client } from '@aws-sdk/client-s3';
import type { ContainerFolder } from './container-folder.ts';
import type { Job, JobEnd, JobKind } from './job-interface.ts';
import type { MetricDefinition } from './metric-extraction.ts';
import type { S3Source } from './s3-objects.ts';
import type { Mount } from './sandbox.ts';
import { notRunnableProcessing, processingInstances, processingPlan } from './processing-plan.ts';
import { notRunnableTransform, transformInstances } from './transform-plan.ts';
import { notRunnableTraining, trainingInstances, trainingPlan } from './training-plan.ts';

/** What the runner remembers of a job between restarts of the gateway. */
export interface JobMemory {
  /** Seconds since the epoch, which end the names of its log streams. */
  readonly startedAt: number;
  readonly vpcId: string | undefined;
  /** How often the job was started again after a failure of the platform. */
  readonly retries?: number;
  /** The container has ended: what is left is uploading. */
  readonly end?: JobEnd;
}
export type JobFolder = ContainerFolder<JobMemory>;

/** One instance of a job: a sandbox with its own `/opt/ml`. */
export interface JobHost {
  /** `algo-1` */
  readonly name: string;
  readonly index: number;
  /** Names of all instances. */
  readonly hosts: readonly string[];
  readonly folder: JobFolder;
}

/** One input of a job: S3 objects that the container finds in a folder. */
export interface JobInput extends S3Source {
  readonly folder: string;
  /** `ShardedByS3Key`: each instance gets its part of the objects. */
  readonly sharded: boolean;
}

/** Where SageMaker keeps what a container writes to its folder of checkpoints. */
export interface JobCheckpoints {
  readonly uri: string;
  readonly folder: string;
  readonly kmsKeyId: string | undefined;
}

/** What an instance of a job needs, whatever the job's kind: read from the request, before anything is done. */
export interface JobPlan {
  readonly imageUri: string;
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly platformEnv: Readonly<Record<string, string>>;
  readonly roleArn: string;
  readonly instanceType: string;
  readonly volumeGb: number;
  readonly maxRuntimeSeconds: number;
  readonly isolated: boolean;
  readonly subnetId: string | undefined;
  readonly logGroup: string;
  readonly metrics: readonly MetricDefinition[];
  /** How often the job is started again when the platform failed. */
  readonly retries: number;
  readonly checkpoints: JobCheckpoints | undefined;
  readonly inputs: readonly JobInput[];
  readonly mounts: readonly Mount[];
  /** Writes the configuration files of the container contract. */
  prepare(): void;
  /** FailureReason when the container ended with a code other than 0, without the code. */
  failure(): string;
  exitMessage(): string | undefined;
  /** Puts what the containers made into S3. @returns the URI of the model, if there is one */
  upload(client: S3Client, end: JobEnd, folders: readonly JobFolder[]): Promise<string | undefined>;
}

export const planJob = (job: Job, host: JobHost): JobPlan =>
  job.kind === 'training-job' ? trainingPlan(job, host) : processingPlan(job, host);

/** How many instances a job has. */
export const instancesOf = (kind: JobKind, request: Job['request']): number =>
  ({ 'training-job': trainingInstances, 'processing-job': processingInstances, 'transform-job': transformInstances })[kind](request);

/** What a request asks for that AWS would do and this machine does not; `undefined` when the job can run. */
export const notRunnable = (kind: JobKind, request: Job['request']): string | undefined =>
  ({ 'training-job': notRunnableTraining, 'processing-job': notRunnableProcessing, 'transform-job': notRunnableTransform })[kind](request);

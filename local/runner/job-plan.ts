import type { S3Client } from '@aws-sdk/client-s3';
import type { ContainerFolder } from './container-folder.ts';
import type { Job, JobEnd, JobKind } from './job-interface.ts';
import type { MetricDefinition } from './metric-extraction.ts';
import type { Mount } from './sandbox.ts';
import { notRunnableProcessing, processingPlan } from './processing-plan.ts';
import { notRunnableTraining, trainingPlan } from './training-plan.ts';

/** What the runner remembers of a job between restarts of the gateway. */
export interface JobMemory {
  readonly logStream: string;
  readonly vpcId: string | undefined;
  /** The container has ended: what is left is uploading. */
  readonly end?: JobEnd;
}
export type JobFolder = ContainerFolder<JobMemory>;

/** One input of a job: S3 objects that the container finds in a folder. */
export interface JobInput {
  readonly uri: string;
  readonly folder: string;
}

/** What a job needs, whatever its kind: read from the request, before anything is done. */
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
  readonly inputs: readonly JobInput[];
  readonly mounts: readonly Mount[];
  /** Writes the configuration files of the container contract. */
  prepare(): void;
  /** FailureReason when the container ended with a code other than 0, without the code. */
  failure(): string;
  exitMessage(): string | undefined;
  /** Puts what the container made into S3. @returns the URI of the model, if there is one */
  upload(client: S3Client, end: JobEnd): Promise<string | undefined>;
}

export const planJob = (job: Job, folder: JobFolder): JobPlan =>
  job.kind === 'training-job' ? trainingPlan(job, folder) : processingPlan(job, folder);

/** What a request asks for that AWS would do and this machine does not; `undefined` when the job can run. */
export const notRunnable = (kind: JobKind, request: Job['request']): string | undefined =>
  kind === 'training-job' ? notRunnableTraining(request) : notRunnableProcessing(request);

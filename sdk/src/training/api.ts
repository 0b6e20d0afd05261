import type { CreateTrainingJobRequest, DescribeTrainingJobResponse } from '@aws-sdk/client-sagemaker';
import type { DataInput, UploadProgress } from '../inputs/api.ts';
import type { LogLine, LogOptions } from '../logs/api.ts';
import type { Seal } from '../posture/api.ts';
import type { FilledField } from '../secure/index.ts';

/** Code that runs in the job. */
export interface Source {
  /**
   * The program: a path, below `sourceDirectory` when that is given; or a file by content, as a form gives it.
   * Its top folder is the working directory.
   */
  readonly script: string | { readonly name: string; readonly text: string };
  /** Everything in this folder goes along; `requirements.txt` in it needs `network: 'connected'`. */
  readonly sourceDirectory?: string;
}

export type Hyperparameter = string | number | boolean | null;

/** What a training and a processing job are given alike. */
export interface JobOptions extends Source {
  /** Approved framework, a name in `images` of the environment; `scikit-learn` unless given. */
  readonly framework?: string;
  /** Own image instead of a framework, from an approved registry. */
  readonly image?: string;
  /** The first allowed type of the operation unless given. */
  readonly instanceType?: string;
  /** 1 unless given. */
  readonly instanceCount?: number;
  /** GB of disk per instance; 30 unless given. */
  readonly volumeSize?: number;
  /** `isolated` (the default): no network in the container. `connected`: the project VPC and the package mirror, where allowed. */
  readonly network?: 'isolated' | 'connected';
  /** Seconds; 3,600 unless given. */
  readonly maxRuntime?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** Unique in account and Region; made from the script's name and the time unless given. The name is the idempotency token. */
  readonly name?: string;
  readonly onProgress?: (progress: SubmitProgress) => void;
  readonly signal?: AbortSignal;
}

export interface TrainOptions extends JobOptions {
  /** The channel `training` (`SM_CHANNEL_TRAINING` in the container). */
  readonly data?: DataInput;
  /** Channels by name: `{ train, validation }`. */
  readonly inputs?: Readonly<Record<string, DataInput>>;
  readonly hyperparameters?: Readonly<Record<string, Hyperparameter>>;
  /** Name → regular expression with one group, matched against the log: `{ 'test:auc': 'test_auc=([0-9.]+)' }`. */
  readonly metrics?: Readonly<Record<string, string>>;
}

/** A step before the job exists. */
export type SubmitProgress =
  { readonly step: 'packing' } | ({ readonly step: 'uploading' } & UploadProgress) | { readonly step: 'submitting'; readonly name: string };

/** What would be sent, and where each security value comes from. */
export interface Plan {
  readonly operation: 'CreateTrainingJob';
  readonly input: CreateTrainingJobRequest;
  readonly fields: readonly FilledField[];
}

export interface JobProgress {
  readonly name: string;
  /** `InProgress`, `Completed`, `Failed`, `Stopping`, `Stopped`. */
  readonly status: string;
  /** `Starting`, `Downloading`, `Training`, `Uploading` … */
  readonly phase: string | undefined;
  readonly message: string | undefined;
  readonly elapsedSeconds: number;
}

export interface WaitOptions {
  readonly onProgress?: (progress: JobProgress) => void;
  readonly signal?: AbortSignal;
  /** Seconds; without one it waits as long as the job may run. */
  readonly timeout?: number;
}

/** A point of a metric. */
export interface MetricPoint {
  readonly name: string;
  readonly timestamp: Date;
  readonly value: number;
}

/** Metrics of a job: every point that its log shows, and the last value by name. */
export interface Metrics {
  readonly points: readonly MetricPoint[];
  readonly last: Readonly<Record<string, number>>;
}

/** What a training and a processing job have alike; `Answer` is what SageMaker says of it. */
export interface Job<Answer> {
  readonly name: string;
  /** Present where this object submitted the job: where each security value came from. */
  readonly fields: readonly FilledField[];
  describe(): Promise<Answer>;
  /** Lines of all instances in order of arrival; none is lost or repeated, also across `after`. */
  logs(options?: LogOptions): AsyncIterableIterator<LogLine>;
  /**
   * Waits for success. Throws `JobNotCompleted` with the container's message when it failed or was stopped, `WaitEnded` at the deadline or when aborted.
   */
  wait(options?: WaitOptions): Promise<Answer>;
  /** Asks the job to stop (SIGTERM, then SIGKILL after 120 s). */
  stop(): Promise<void>;
  seal(): Promise<Seal>;
}

/** A training job, running or ended. */
export interface TrainingJob extends Job<DescribeTrainingJobResponse> {
  readonly kind: 'training-jobs';
  metrics(): Promise<Metrics>;
}

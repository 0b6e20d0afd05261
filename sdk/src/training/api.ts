import type { DescribeTrainingJobResponse } from '@aws-sdk/client-sagemaker';
import type { DataInput, InputMode } from '../inputs/api.ts';
import type { Job, JobOptions } from '../jobs/api.ts';
import type { Source } from '../source/api.ts';

/** SageMaker takes text; numbers and booleans are written as JSON, as the training toolkit reads them. */
export type Hyperparameter = string | number | boolean | null;

/**
 * How one training runs on several processes, as the framework's image reads it (`sagemaker_mpi_…` and
 * `sagemaker_torch_distributed_enabled` among the hyperparameters).
 */
export type Distribution =
  | 'torch_distributed'
  | 'mpi'
  | {
      readonly mpi: {
        /** Processes on each instance; one a GPU, or one, unless given. */
        readonly processesPerHost?: number;
        /** Further options of `mpirun`: `-x NCCL_DEBUG=INFO`. */
        readonly options?: string;
      };
    };

/** What `lab.train` runs, on what. Security fields are not among it: the contract fills them. */
export interface TrainOptions extends Omit<JobOptions, keyof Source>, Partial<Source> {
  /** The channel `training` (`SM_CHANNEL_TRAINING` in the container). */
  readonly data?: DataInput;
  /** Channels by name: `{ train, validation }`. */
  readonly inputs?: Readonly<Record<string, DataInput>>;
  /** How the container sees the channels; `File` unless given. A channel may have a mode of its own. */
  readonly inputMode?: InputMode;
  /** In script mode each is encoded as JSON; an own image without a script gets strings as they are. */
  readonly hyperparameters?: Readonly<Record<string, Hyperparameter>>;
  /** Name → regular expression with one group, matched against the log: `{ 'test:auc': 'test_auc=([0-9.]+)' }`. */
  readonly metrics?: Readonly<Record<string, string>>;
  /** What an own image starts, where there is no `script`; the image's own entry point unless given. */
  readonly entrypoint?: readonly string[];
  /** Arguments of `entrypoint`. */
  readonly arguments?: readonly string[];
  /** Spot capacity: `maxWait` seconds for waiting and running together, at least `maxRuntime`. Give `checkpoints` too, to go on after an interruption. */
  readonly spot?: { readonly maxWait: number };
  /**
   * Keeps what the program writes to `localPath` (`/opt/ml/checkpoints` unless given) in the model bucket, and brings it back
   * when the job starts again. `s3Uri` goes on from an earlier job; `checkpoints/<job>` unless given.
   */
  readonly checkpoints?: boolean | { readonly s3Uri?: string; readonly localPath?: string };
  /** Attempts after an internal error of SageMaker, 1 to 30; none unless given. */
  readonly retries?: number;
  /** Seconds, 1 to 3,600, for which the instances wait for the next job of the same kind (a warm pool, which costs). Not with `spot`. */
  readonly keepAlive?: number;
  readonly distribution?: Distribution;
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

/** A training job, running or ended. */
export interface TrainingJob extends Job<DescribeTrainingJobResponse> {
  readonly kind: 'training-jobs';
  /** Points out of the log by the job's expressions, and last values. */
  metrics(): Promise<Metrics>;
}

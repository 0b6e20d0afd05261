import type { DescribeTrainingJobResponse } from '@aws-sdk/client-sagemaker';
import type { DataInput } from '../inputs/api.ts';
import type { Job, JobOptions } from '../jobs/api.ts';

export type Hyperparameter = string | number | boolean | null;

export interface TrainOptions extends JobOptions {
  /** The channel `training` (`SM_CHANNEL_TRAINING` in the container). */
  readonly data?: DataInput;
  /** Channels by name: `{ train, validation }`. */
  readonly inputs?: Readonly<Record<string, DataInput>>;
  readonly hyperparameters?: Readonly<Record<string, Hyperparameter>>;
  /** Name → regular expression with one group, matched against the log: `{ 'test:auc': 'test_auc=([0-9.]+)' }`. */
  readonly metrics?: Readonly<Record<string, string>>;
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
  metrics(): Promise<Metrics>;
}

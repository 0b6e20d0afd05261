import type { AutoMLCandidate, DescribeAutoMLJobV2Response } from '@aws-sdk/client-sagemaker';
import type { DataInput } from '../inputs/api.ts';
import type { Job, JobOptions } from '../jobs/api.ts';

/** What is predicted: one of two classes, one of several, or a number. Source: SageMaker, `ProblemType`. */
export type AutoMLProblem = 'BinaryClassification' | 'MulticlassClassification' | 'Regression';

/**
 * Metrics that a problem can be judged by. Source: SageMaker, `AutoMLJobObjective`.
 */
export type AutoMLMetric =
  | 'Accuracy'
  | 'AUC'
  | 'BalancedAccuracy'
  | 'F1'
  | 'F1macro'
  | 'MAE'
  | 'MSE'
  | 'Precision'
  | 'PrecisionMacro'
  | 'R2'
  | 'Recall'
  | 'RecallMacro'
  | 'RMSE';

/** SageMaker finds preprocessing, algorithm and hyperparameters for a table. Not run by the local environment. */
export interface AutoMLOptions extends Pick<JobOptions, 'tags' | 'name' | 'onProgress' | 'signal'> {
  /** A table with a header, as CSV or Parquet; at least 500 rows. */
  readonly data: DataInput;
  /** What candidates are judged by; a part of `data` unless given. */
  readonly validation?: DataInput;
  /** Share of `data` for judging, between 0 and 1, where there is no `validation`; 0.2 unless given. */
  readonly validationFraction?: number;
  /** Media type of data and validation; `text/csv;header=present` unless given. */
  readonly contentType?: 'text/csv;header=present' | 'x-application/vnd.amazon+parquet';
  /** Name of the column to predict. */
  readonly target: string;
  /** Together with `metric`; SageMaker finds both in the data where neither is given. */
  readonly problem?: AutoMLProblem;
  readonly metric?: AutoMLMetric;
  /** `AUTO`, by the size of the data, unless given. */
  readonly mode?: 'AUTO' | 'ENSEMBLING' | 'HYPERPARAMETER_TUNING';
  /** Column of weights that rows count with; `ENSEMBLING` alone. */
  readonly sampleWeights?: string;
  /** 1 to 750. */
  readonly maxCandidates?: number;
  /** Seconds for the job as a whole. */
  readonly maxRuntime?: number;
  /** Seconds for one candidate. */
  readonly maxRuntimePerCandidate?: number;
}

/** A model that AutoML has found: `lab.deploy(candidate)` hosts it. */
export interface AutoMLCandidateResult {
  readonly kind: 'automl-candidates';
  readonly name: string;
  /** Name of the AutoML job. */
  readonly job: string;
  readonly status: string;
  readonly metric: string | undefined;
  readonly value: number | undefined;
  /** Images, archives and variables that serve it, in the order in which they are called. */
  readonly containers: readonly {
    readonly image: string;
    readonly artifacts: string;
    readonly environment: Readonly<Record<string, string>>;
  }[];
  /** As SageMaker describes it. */
  readonly described: AutoMLCandidate;
}

/** An AutoML job, running or ended. `lab.deploy(job)` hosts its best candidate. */
export interface AutoMLJob extends Omit<Job<DescribeAutoMLJobV2Response>, 'logs'> {
  readonly kind: 'automl-jobs';
  /** Best first; those without a value last. */
  candidates(): Promise<readonly AutoMLCandidateResult[]>;
  /** Throws `JobNotCompleted` while there is none. */
  best(): Promise<AutoMLCandidateResult>;
}

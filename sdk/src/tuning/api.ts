import type { DescribeHyperParameterTuningJobResponse } from '@aws-sdk/client-sagemaker';
import type { Job, JobProgress, WaitOptions } from '../jobs/api.ts';
import type { Hyperparameter, TrainingJob, TrainOptions } from '../training/api.ts';

/** What is to become best: a name of `metrics`. */
export interface Objective {
  readonly metric: string;
  readonly goal: 'Maximize' | 'Minimize';
}

/** How values between `min` and `max` are spread. `Logarithmic` needs `min` > 0, `ReverseLogarithmic` 0 ≤ values < 1. */
export type Scaling = 'Auto' | 'Linear' | 'Logarithmic' | 'ReverseLogarithmic';

/**
 * What a hyperparameter may be: numbers between two ends, whole numbers between two ends, or one of at most 30 values.
 * `auto`: SageMaker finds the range around the value that `hyperparameters` gives for it.
 */
export type Range =
  | { readonly min: number; readonly max: number; readonly integer?: boolean; readonly scaling?: Scaling }
  | { readonly values: readonly Hyperparameter[] }
  | 'auto';

type OfTheJob = 'preflight' | 'name' | 'tags' | 'onProgress' | 'signal';
/** SageMaker has no place for these in a definition of a tuning job. */
type NotTuned = 'keepAlive' | 'entrypoint' | 'arguments';

/** One training that is tuned. `maxRuntime` is the time of each training job. */
export interface TuningDefinition extends Omit<TrainOptions, OfTheJob | NotTuned> {
  readonly objective?: Objective;
  /** Hyperparameter → what it may be; 1 to 30 of them. The others stay as `hyperparameters` says. */
  readonly ranges?: Readonly<Record<string, Range>>;
}

/** What `lab.tune` searches, how, and with how many training jobs. */
export interface TuneOptions extends TuningDefinition, Pick<TrainOptions, OfTheJob> {
  /** `Bayesian` unless given. `Grid` tries every combination of `values`; `Hyperband` stops trials that fall behind, epoch by epoch. */
  readonly strategy?: 'Bayesian' | 'Random' | 'Grid' | 'Hyperband';
  /** Training jobs in all; 10 unless given. `Grid` knows its number itself. */
  readonly maxJobs?: number;
  /** Training jobs at a time; 2 unless given. */
  readonly maxParallelJobs?: number;
  /** Seconds for the tuning as a whole, 120 to 15,768,000; no limit unless given. */
  readonly maxTuningRuntime?: number;
  /** SageMaker stops training jobs that will not become best. One definition alone, and not with `Hyperband`. */
  readonly earlyStopping?: boolean;
  /** Ends the tuning when one of these holds. */
  readonly completion?: {
    /** The objective has reached this value. */
    readonly target?: number;
    /** So many jobs in a row, at least 3, have not become best. */
    readonly notImproving?: number;
    /** SageMaker sees no more improvement coming. */
    readonly converged?: boolean;
  };
  /** Makes the choice of values repeatable; at least 0. */
  readonly seed?: number;
  /** Goes on from 1 to 5 earlier tuning jobs with the same objective. One definition alone, `Bayesian` or `Random`. */
  readonly warmStart?: {
    readonly parents: readonly (string | TuningJob)[];
    /** The same data and algorithm with other ranges, or other data as well. */
    readonly type: 'IdenticalDataAndAlgorithm' | 'TransferLearning';
  };
  /** Epochs of one training job. `maxResource`, at most 20,000, is found in a hyperparameter `epochs` unless given. */
  readonly hyperband?: { readonly minResource?: number; readonly maxResource?: number };
  /** Several trainings in one tuning job, 1 to 10 by name. What a definition does not say it takes from the options beside it. */
  readonly definitions?: Readonly<Record<string, TuningDefinition>>;
}

/** One training job of a tuning job. */
export interface Trial {
  readonly job: TrainingJob;
  readonly status: string;
  /** Values that this trial was given. */
  readonly hyperparameters: Readonly<Record<string, Hyperparameter>>;
  /** Value of the objective; `undefined` where there is none yet. */
  readonly objective: number | undefined;
  /** Where the tuning job has several. */
  readonly definition: string | undefined;
  /** Why it failed. */
  readonly failed: string | undefined;
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
}

/** How far a tuning job is. */
export interface TuningProgress extends JobProgress {
  /** Training jobs by state. */
  readonly counts: { readonly completed: number; readonly running: number; readonly failed: number; readonly stopped: number };
}

/** How long to wait for a tuning job, and who is told. */
export interface TuningWaitOptions extends Omit<WaitOptions, 'onProgress'> {
  /** Called after each time that SageMaker was asked. */
  readonly onProgress?: (progress: TuningProgress) => void;
}

/** A tuning job, running or ended. Its logs are those of its training jobs. */
export interface TuningJob extends Omit<Job<DescribeHyperParameterTuningJobResponse>, 'wait'> {
  readonly kind: 'tuning-jobs';
  /** Waits for success. Throws `JobNotCompleted` with the reason when it failed or was stopped, `WaitEnded` at the deadline or when aborted. */
  wait(options?: TuningWaitOptions): Promise<DescribeHyperParameterTuningJobResponse>;
  /** Every training job, best first; those without an objective last. */
  trials(): Promise<readonly Trial[]>;
  /** The best so far, also of the jobs that it was started from. Throws `JobNotCompleted` while there is none. */
  best(): Promise<Trial>;
}

import type { ProcessingJob } from '../processing/api.ts';
import type { TrainingJob } from '../training/api.ts';
import type { TransformJob } from '../transform/api.ts';

/** How a run is called, and the settings that it begins with. */
export interface RunOptions {
  /** Unique in the experiment; made from the time unless given. A run of this name that is there already is taken up. */
  readonly name?: string;
  readonly parameters?: Readonly<Record<string, string | number | boolean>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** One run of an experiment: a trial component of SageMaker. */
export interface Run {
  readonly kind: 'runs';
  readonly experiment: string;
  readonly name: string;
  /** Name of the trial component. */
  readonly component: string;
  /** Notes numbers and settings; a later value replaces an earlier one of the same name. */
  log(values: {
    readonly metrics?: Readonly<Record<string, number>>;
    readonly parameters?: Readonly<Record<string, string | number | boolean>>;
  }): Promise<void>;
  /** Puts a job into the run: its parameters, metrics and artefacts stand beside the run's in `compare`. Waits until SageMaker has noted the job (seconds). */
  attach(
    job: TrainingJob | ProcessingJob | TransformJob,
    options?: { readonly signal?: AbortSignal; readonly timeout?: number },
  ): Promise<void>;
  /** Ends the run: `Completed` unless given. */
  finish(status?: 'Completed' | 'Failed' | 'Stopped', message?: string): Promise<void>;
}

/** A line of a comparison. */
export interface ComparedRun {
  readonly name: string;
  /** `run`, or the kind of job: `SageMakerTrainingJob`. */
  readonly source: string;
  readonly status: string | undefined;
  readonly createdAt: Date | undefined;
  readonly parameters: Readonly<Record<string, string | number>>;
  /** Last values. */
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Experiments as SageMaker keeps them. MLflow is not offered: a tracking server needs a server that runs all the time and an endpoint for
 * it in the project network, which the administrator would have to open.
 */
export interface Experiments {
  /** Begins a run; the experiment is made where there is none. */
  run(experiment: string, options?: RunOptions): Promise<Run>;
  /** Runs and jobs of an experiment, newest first, with what they have in common and where they differ; 100 unless `limit` is given. */
  compare(experiment: string, options?: { readonly limit?: number; readonly signal?: AbortSignal }): Promise<ComparedRun[]>;
}

/** Between the SageMaker service, which keeps records and answers calls, and the runner, which runs jobs. */

export type JobKind = 'training-job' | 'processing-job' | 'transform-job';

/** A step of a job, as the runner goes through it; SageMaker's secondary statuses. */
export type JobPhase = 'Starting' | 'Downloading' | 'Training' | 'Uploading' | 'Restarting';

/** How a job ended. */
export interface JobEnd {
  readonly outcome: 'Completed' | 'Failed' | 'Stopped' | 'MaxRuntimeExceeded';
  /** `AlgorithmError: …, exit code: 1`, `ClientError: …`: FailureReason as SageMaker words it. */
  readonly reason?: string;
  /** Of the processing container. */
  readonly exitMessage?: string;
  /** URI of model.tar.gz; training jobs that completed (or were stopped after they had saved a model) alone. */
  readonly modelArtifacts?: string;
}

/** A point of a metric, found in the log by the job's metric definitions. */
export interface JobMetric {
  readonly name: string;
  readonly value: number;
  /** Seconds since the epoch. */
  readonly timestamp: number;
}

/** A job to run. `request` is the input of the Create operation, checked and with its defaults. */
export interface Job {
  readonly kind: JobKind;
  readonly name: string;
  readonly arn: string;
  readonly request: Readonly<Record<string, unknown>>;
  /** CreateModel input of a transform job's model. */
  readonly model?: Readonly<Record<string, unknown>>;
  /** Where it was when the gateway last wrote it down: `Starting` for a new one. */
  readonly phase: JobPhase;
}

/** What the runner tells while a job runs. Every call is written to disk before it returns. */
export interface JobListener {
  phase(phase: JobPhase, message: string): void;
  /** Points in the order of the log. */
  metrics(metrics: readonly JobMetric[]): void;
  ended(end: JobEnd): void;
}

export interface JobRunner {
  /** Starts a job, or goes on with one that was running when the gateway was killed. Never throws: failures end the job. */
  run(job: Job, listener: JobListener): void;
  /** SIGTERM, then SIGKILL after 120 s (`SEALAB_STOP_GRACE_SECONDS`). The listener's `ended` follows. */
  stop(job: Pick<Job, 'kind' | 'name'>): void;
  /** The environment ends: everything is stopped and ended with an honest reason. */
  shutDown(): Promise<void>;
}

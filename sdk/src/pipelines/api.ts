import type { DescribePipelineExecutionResponse, DescribePipelineResponse } from '@aws-sdk/client-sagemaker';
import type { SubmitProgress } from '../jobs/api.ts';
import type { LogLine, LogOptions } from '../logs/api.ts';
import type { FilledField } from '../secure/api.ts';
import type { PipelineBuilder } from './builder-api.ts';
import type { PipelineDefinition } from './definition.ts';

export type * from './builder-api.ts';
export type * from './step-api.ts';
export type { PipelineDefinition } from './definition.ts';

/** What a pipeline has beside its steps. */
export interface PipelineOptions {
  readonly displayName?: string;
  readonly description?: string;
  /** Steps that run at the same time at most. */
  readonly parallelSteps?: number;
  readonly tags?: Readonly<Record<string, string>>;
}
/** What `lab.plan` takes for a pipeline. */
export interface PipelineRequest extends PipelineOptions {
  readonly name: string;
  /** Describes the steps, as for `lab.pipeline`. */
  readonly build: (build: PipelineBuilder) => void;
}

/** One execution: values of parameters, and how it is called. */
export interface StartOptions {
  /** Values by parameter name; those without a default have to be given. */
  readonly parameters?: Readonly<Record<string, string | number | boolean>>;
  readonly displayName?: string;
  readonly description?: string;
  readonly parallelSteps?: number;
  readonly signal?: AbortSignal;
}

/** A pipeline by name, as it is in SageMaker. */
export interface Pipeline {
  readonly kind: 'pipelines';
  readonly name: string;
  /** What SageMaker says of the pipeline now. */
  describe(): Promise<DescribePipelineResponse>;
  /** The definition as SageMaker has it. */
  deployed(): Promise<PipelineDefinition>;
  /** Starts an execution; the repeat after a network error never starts a second one. */
  start(options?: StartOptions): Promise<PipelineExecution>;
  /** Executions, newest first; 20 unless `limit` is given. */
  executions(limit?: number): Promise<ExecutionSummary[]>;
  /** An execution by its ARN. Nothing is asked of AWS until it is used. */
  execution(arn: string): PipelineExecution;
  /** Removes the pipeline; executions that run go on. */
  delete(): Promise<void>;
}
/** A pipeline that was built here. */
export interface BuiltPipeline extends Pipeline {
  /** With the security fields in every step. */
  readonly definition: PipelineDefinition;
  readonly fields: readonly FilledField[];
  /** Uploads code and data, and creates the pipeline or brings it up to date. */
  upsert(options?: { readonly onProgress?: (progress: SubmitProgress) => void; readonly signal?: AbortSignal }): Promise<Pipeline>;
}

/** One execution in a list. */
export interface ExecutionSummary {
  readonly arn: string;
  readonly status: string | undefined;
  readonly startedAt: Date | undefined;
  readonly displayName: string | undefined;
}

/** How a step of an execution is. */
export interface StepState {
  readonly name: string;
  /** `Starting`, `Executing`, `Stopping`, `Stopped`, `Failed`, `Succeeded`. */
  readonly status: string;
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
  readonly failureReason: string | undefined;
  /** Taken from an earlier execution. */
  readonly cached: boolean;
  readonly attempts: number;
  /** What the step made: `{ kind: 'TrainingJob', name, arn }`. */
  readonly resource: { readonly kind: string; readonly name: string; readonly arn: string } | undefined;
  /** `true` or `false` for a condition that was decided. */
  readonly outcome: boolean | undefined;
}
/** How far an execution is. */
export interface ExecutionProgress {
  /** `Executing`, `Stopping`, `Stopped`, `Failed`, `Succeeded`. */
  readonly status: string;
  readonly steps: readonly StepState[];
  readonly elapsedSeconds: number;
}

/** One run of a pipeline. */
export interface PipelineExecution {
  readonly arn: string;
  /** What SageMaker says of the execution now. */
  describe(): Promise<DescribePipelineExecutionResponse>;
  /** In order of their start. */
  steps(): Promise<StepState[]>;
  /** Waits for success. Throws `JobNotCompleted` with the reason of the step that failed, `WaitEnded` at the deadline or when aborted. */
  wait(options?: {
    readonly onProgress?: (progress: ExecutionProgress) => void;
    readonly signal?: AbortSignal;
    /** Seconds. */
    readonly timeout?: number;
  }): Promise<DescribePipelineExecutionResponse>;
  /** Asks the execution to stop; steps that run are stopped with it. */
  stop(): Promise<void>;
  /** Runs again what failed or was stopped. */
  retry(): Promise<void>;
  /** Lines of the job behind a step. */
  logs(step: string, options?: LogOptions): AsyncIterableIterator<LogLine>;
}

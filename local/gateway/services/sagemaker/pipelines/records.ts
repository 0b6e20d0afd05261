import type { UserContext } from '../record-operations.ts';
import type { Request } from '../records.ts';
import type { Resource } from '../store.ts';
import type { StepTypeName } from './definition.ts';

export interface PipelineRecord extends Resource {
  readonly token: string;
  displayName: string;
  description?: string;
  definition: string;
  roleArn: string;
  parallelism?: Parallelism;
  lastRunTime?: number;
  readonly createdBy: UserContext;
  modifiedBy: UserContext;
}

export interface Parallelism {
  readonly MaxParallelExecutionSteps: number;
}

export interface StepRecord {
  readonly name: string;
  readonly type: StepTypeName;
  readonly displayName?: string;
  readonly description?: string;
  status: 'Starting' | 'Executing' | 'Stopping' | 'Stopped' | 'Failed' | 'Succeeded';
  readonly startTime: number;
  endTime?: number;
  /** Name or ARN that Describe takes: chosen before the job is started, so that a restarted gateway finds it. */
  subject?: string;
  arn?: string;
  /** Digest of what the step was started with, for later cache hits. */
  digest?: string;
  /** ARN of the execution whose result was taken. */
  cachedFrom?: string;
  /** … for a step that was not selected. */
  selectedFrom?: string;
  outcome?: boolean;
  failureReason?: string;
  errorMessage?: string;
  attempts: number;
  /** Seconds since the epoch: not tried again before. */
  retryAt?: number;
}

export interface ExecutionRecord extends Resource {
  readonly pipelineName: string;
  readonly pipelineArn: string;
  readonly token: string;
  displayName: string;
  description?: string;
  /** As it was when the execution started. */
  readonly definition: string;
  readonly roleArn: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  parallelism?: Parallelism;
  readonly selective?: Request;
  /** Steps that may run; all when it is not there. */
  readonly selected?: readonly string[];
  status: 'Executing' | 'Stopping' | 'Stopped' | 'Failed' | 'Succeeded';
  failureReason?: string;
  readonly startTime: number;
  readonly createdBy: UserContext;
  modifiedBy: UserContext;
  steps: Record<string, StepRecord>;
}

export const isRunning = ({ status }: ExecutionRecord): boolean => status === 'Executing' || status === 'Stopping';

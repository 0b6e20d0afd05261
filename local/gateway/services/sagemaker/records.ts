import type { JobEnd, JobMetric, JobPhase } from '../../../runner/job-interface.ts';
import type { Resource } from './store.ts';

export type Request = Readonly<Record<string, unknown>>;

/** One entry of a training job's SecondaryStatusTransitions. */
export interface Transition {
  readonly Status: string;
  readonly StartTime: number;
  EndTime?: number;
  readonly StatusMessage: string;
}

export interface JobRecord extends Resource {
  readonly request: Request;
  /** CreateModel input of a transform job's model, as it was when the job was created. */
  readonly model?: Request;
  /** The hyperparameter tuning job that made it. */
  readonly tuningJobArn?: string;
  /** Name of the metric whose every point is kept. */
  readonly objective?: string;
  points?: JobMetric[];
  status: 'InProgress' | 'Stopping' | JobEnd['outcome'];
  phase: JobPhase;
  readonly transitions: Transition[];
  /** The last point of each metric. */
  readonly metrics: Record<string, JobMetric>;
  containerStart?: number;
  end?: JobEnd;
  endTime?: number;
}

export interface ModelRecord extends Resource {
  readonly request: Request;
}

export interface EndpointConfigRecord extends Resource {
  readonly request: Request;
}

export interface NotebookRecord extends Resource {
  readonly request: Request;
  readonly vpcId: string;
  status: 'Pending' | 'InService' | 'Stopping' | 'Stopped' | 'Failed' | 'Deleting';
  failureReason?: string;
}

export interface LifecycleConfigRecord extends Resource {
  request: Request;
}

import type { UploadProgress } from '../inputs/api.ts';
import type { LogLine, LogOptions } from '../logs/api.ts';
import type { Seal } from '../posture/api.ts';
import type { FilledField } from '../secure/index.ts';
import type { Source } from '../source/api.ts';

/** What every job that runs a program is given. */
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
  /** `true`: asks first whether the job would fail (`lab.preflight`), and submits nothing where a check finds a problem. */
  readonly preflight?: boolean;
  /** Called at each step until the job exists. */
  readonly onProgress?: (progress: SubmitProgress) => void;
  readonly signal?: AbortSignal;
}

/** A step before the job exists. */
export type SubmitProgress =
  { readonly step: 'packing' } | ({ readonly step: 'uploading' } & UploadProgress) | { readonly step: 'submitting'; readonly name: string };

/** How far a job is, as SageMaker says. */
export interface JobProgress {
  readonly name: string;
  /** `InProgress`, `Completed`, `Failed`, `Stopping`, `Stopped`. */
  readonly status: string;
  /** `Starting`, `Downloading`, `Training`, `Uploading` … */
  readonly phase: string | undefined;
  readonly message: string | undefined;
  readonly elapsedSeconds: number;
}

/** How long to wait for a job, and who is told. */
export interface WaitOptions {
  /** A line that shows status and time; shown in a notebook without `onProgress` unless given. On a terminal with `true` alone. */
  readonly show?: boolean;
  /** Called after each time that SageMaker was asked. */
  readonly onProgress?: (progress: JobProgress) => void;
  readonly signal?: AbortSignal;
  /** Seconds; without one it waits as long as the job may run. */
  readonly timeout?: number;
}

/** What every job has; `Answer` is what SageMaker says of it. */
export interface Job<Answer> {
  readonly name: string;
  /** Present where this object submitted the job: where each security value came from. */
  readonly fields: readonly FilledField[];
  /** What SageMaker says of the job now. */
  describe(): Promise<Answer>;
  /** Lines of all instances in order of arrival; none is lost or repeated, also across `after`. */
  logs(options?: LogOptions): AsyncIterableIterator<LogLine>;
  /**
   * Waits for success. Throws `JobNotCompleted` with the container's message when it failed or was stopped, `WaitEnded` at the deadline or when aborted.
   */
  wait(options?: WaitOptions): Promise<Answer>;
  /** Asks the job to stop (SIGTERM, then SIGKILL after 120 s). */
  stop(): Promise<void>;
  /** The controls of the job against what SageMaker says of it. */
  seal(): Promise<Seal>;
}

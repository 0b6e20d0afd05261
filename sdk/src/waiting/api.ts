import type { JobProgress, WaitOptions } from '../jobs/api.ts';

/** Anything that can be waited for as a job can. */
export interface Waitable<Answer = unknown> {
  readonly name: string;
  /** Waits for success, as a job does. */
  wait(options?: WaitOptions): Promise<Answer>;
}

/** What the waits of a list of jobs answer, place by place. */
export type Answers<Jobs extends readonly Waitable[]> = {
  -readonly [Place in keyof Jobs]: Jobs[Place] extends Waitable<infer Answer> ? Answer : never;
};

/** When to end following before the jobs end. */
export interface FollowOptions {
  readonly signal?: AbortSignal;
  /** Seconds. */
  readonly timeout?: number;
}

/** How long to wait for many jobs, and who is told. */
export interface WaitAllOptions extends FollowOptions {
  /** Called when the status or the phase of one of the jobs has changed. */
  readonly onProgress?: (progress: JobProgress) => void;
  /** One line with a bar that shows how many are done; shown in a notebook without `onProgress` unless given. */
  readonly show?: boolean;
}

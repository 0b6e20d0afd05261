import type { CaptureOptions, DeployProgress, ModelOptions } from './api.ts';

/** How long to wait until an endpoint has come to rest, and who is told. */
export interface EndpointWaitOptions {
  /** `false`: returns as soon as SageMaker has begun. `true` unless given. */
  readonly wait?: boolean;
  /** Called as the status of the endpoint changes. */
  readonly onProgress?: (progress: DeployProgress) => void;
  readonly signal?: AbortSignal;
  /** Seconds; 1,800 unless given, and what the strategy takes. */
  readonly timeout?: number;
}

/**
 * How traffic moves to the new fleet. `wait`: seconds that it is watched after each step, 0 to 3,600; 300 unless given.
 * - `all-at-once`: watched for 300 s where alarms are given. - `canary`: this percentage of the capacity first, 1 to 50, then the rest. - `linear`: in steps of this percentage, 10 to 50.
 */
export type UpdateStrategy =
  'all-at-once' | { readonly canary: number; readonly wait?: number } | { readonly linear: number; readonly wait?: number };

/** What changes with an update beside the model, and how traffic moves. */
export interface UpdateOptions extends ModelOptions, EndpointWaitOptions {
  /** The variant that gets the new model; needed where there are several. */
  readonly variant?: string;
  readonly instanceType?: string;
  readonly instanceCount?: number;
  /** As before unless given. */
  readonly capture?: boolean | CaptureOptions;
  /** `all-at-once`, unwatched, unless given. */
  readonly strategy?: UpdateStrategy;
  /** Names of 1 to 10 CloudWatch alarms; SageMaker goes back when one of them is raised while traffic moves. */
  readonly alarms?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

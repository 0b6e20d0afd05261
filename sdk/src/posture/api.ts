/**
 * What is known about one control or check.
 * `sealed`: looked at and as wanted. `broken`: looked at and not as wanted. `not-verified`: could not be looked at.
 */
export type SealStatus = 'sealed' | 'broken' | 'not-verified';

/** One live check of the environment. */
export interface Check {
  /** Stable name, `keys.storage-enabled` say. */
  readonly id: string;
  readonly title: string;
  readonly status: SealStatus;
  /** One sentence: what was looked at and found, or why it could not be. */
  readonly detail: string;
  /** What to do when broken. */
  readonly remedy?: string;
}

/** The environment's seal: the worst status of its checks, with the numbers behind it. */
export interface Posture {
  readonly status: SealStatus;
  readonly sealed: number;
  readonly broken: number;
  readonly notVerified: number;
  readonly checks: readonly Check[];
  readonly checkedAt: Date;
}

/** One control of the contract on one resource: what was wanted and what is there. */
export interface ControlState {
  /** Control id: `CreateTrainingJob.VolumeKey`. */
  readonly control: string;
  readonly title: string;
  readonly because: string;
  /** Path in the Describe answer; in the request where Describe does not return it. */
  readonly location: string;
  readonly status: SealStatus;
  readonly wanted: string;
  /** What is there; `undefined` where nothing is. */
  readonly found: string | undefined;
  readonly remedy: string;
}

/** The seal of one job, model or endpoint: the worst status of its controls. */
export interface Seal {
  readonly resource: string;
  readonly status: SealStatus;
  readonly sealed: number;
  readonly broken: number;
  readonly notVerified: number;
  readonly controls: readonly ControlState[];
}

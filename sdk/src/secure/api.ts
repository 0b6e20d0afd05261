import type { Control } from '../contract/index.ts';

/** Where a value comes from. */
export type Origin = 'caller' | 'environment' | 'contract';

/** One security field of a request, as it will be sent. */
export interface FilledField {
  /** Control id, or `Tags` for tags of the environment. */
  readonly control: string;
  readonly title: string;
  readonly because: string;
  /** Path with indices: `ProductionVariants[0].InstanceType`. */
  readonly location: string;
  readonly value: unknown;
  readonly origin: Origin;
}

/** A value that is not what the contract wants. */
export interface Violation {
  readonly control: Control;
  readonly location: string;
  readonly wanted: unknown;
  /** `undefined` where the field is missing. */
  readonly found: unknown;
}

/** Who refused. */
export type Wall =
  | 'identity policy'
  | 'boundary'
  | 'endpoint policy'
  | 'bucket policy'
  | 'key policy'
  | 'resource policy'
  | 'trust policy'
  | 'session policy'
  | 'service control policy'
  /** Sealab's own rules refused, before anything was sent. */
  | 'contract'
  | 'unknown';

/** Why AWS refused, in terms of the contract. */
export interface Explanation {
  /** The IAM action that was refused: `sagemaker:CreateTrainingJob`. */
  readonly action: string | undefined;
  readonly resource: string | undefined;
  readonly wall: Wall;
  /** `true` when a Deny statement refused, `false` when no Allow was there, `undefined` when the message does not tell. */
  readonly explicit: boolean | undefined;
  readonly control: Control | undefined;
  /** Path of the field that is to blame. */
  readonly field: string | undefined;
  readonly wanted: unknown;
  /** One or two sentences for people. */
  readonly text: string;
  /** The line to write, or what to ask for. */
  readonly line: string;
}

/** A field of the contract with its value in this environment: for forms that show what is locked. */
export interface SecureField {
  readonly control: string;
  readonly title: string;
  readonly because: string;
  readonly path: string;
  readonly wanted: unknown;
  /** `true`: the value is fixed. `false`: the caller chooses among `wanted` (a list), or may choose otherwise where the environment allows it. */
  readonly locked: boolean;
  readonly conditionKey: string | null;
}

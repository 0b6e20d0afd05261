import type { AutoMLOptions } from '../automl/api.ts';
import type { OperationName, Operations } from '../contract/index.ts';
import type { Deployable, DeployOptions } from '../hosting/api.ts';
import type { PipelineRequest } from '../pipelines/api.ts';
import type { ProcessOptions } from '../processing/api.ts';
import type { FilledField, Origin } from '../secure/index.ts';
import type { TrainOptions } from '../training/api.ts';
import type { TransformOptions } from '../transform/api.ts';
import type { TuneOptions } from '../tuning/api.ts';

/** One call that creates something: as it was asked for, and as it goes out. */
export interface PlannedCall<Op extends OperationName = OperationName> {
  readonly operation: Op;
  /** Before the security fields were filled in. */
  readonly asked: Partial<Operations[Op]['input']>;
  readonly input: Operations[Op]['input'];
  /** Each security value in `input`, and whether caller, environment or contract gave it. */
  readonly fields: readonly FilledField[];
}

/** One value of a request as it would be sent. */
export interface PlannedValue {
  /** Path with indices: `ResourceConfig.VolumeKmsKeyId`, `Tags[0].Key`. */
  readonly path: string;
  readonly value: unknown;
  /** `caller`: from the options of the method, or what it chose where they say nothing. */
  readonly origin: Origin;
  /** Whether it was not in what was asked for. */
  readonly added: boolean;
}

/** What would be sent, in the order in which it would be; nothing is uploaded or created. */
export interface Plan {
  readonly calls: readonly PlannedCall[];
  /** By call: every value that would be sent. */
  readonly values: readonly (readonly PlannedValue[])[];
  /** By call: what the request has more than was asked for. */
  readonly difference: readonly (readonly PlannedValue[])[];
}

/**
 * What a check before the submission found.
 * `ok`: asked, and as it must be. `problem`: asked, and the job would fail. `unknown`: could not be asked, for the reason in `finding`.
 * Where IAM cannot be asked, as in a notebook, `ok` and `problem` follow from the rights that the deployment gives the project's roles, and `finding` says so.
 */
export interface PreflightFinding {
  /** Name of the check: `role`, `key`, `subnets`, `endpoints`, `image`, `quota`, `input`, `upload`, `output`, `name`, `packages`. */
  readonly check: string;
  readonly status: 'ok' | 'problem' | 'unknown';
  /** One sentence: what was looked at and found, or why it could not be. */
  readonly finding: string;
  /** What to do about a problem. */
  readonly remedy?: string;
  /** Path in the request: `InputDataConfig[0].DataSource.S3DataSource.S3Uri`. */
  readonly field?: string;
}

/** What all checks before a submission found. */
export interface Preflight {
  /** No check found a problem. What is `unknown` may still fail: `unknown` counts it. */
  readonly ok: boolean;
  readonly problems: number;
  readonly unknown: number;
  readonly findings: readonly PreflightFinding[];
}

/** How long the checks may take. */
export interface PreflightOptions {
  /** Seconds for each check, after which it is `unknown`; 4 unless given. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** What can be planned: the options of one of the lab's methods, and the method's name. */
export type LabRequest =
  | ({ readonly kind?: 'train' } & TrainOptions)
  | ({ readonly kind: 'process' } & ProcessOptions)
  | ({ readonly kind: 'transform' } & TransformOptions)
  | ({ readonly kind: 'tune' } & TuneOptions)
  | ({ readonly kind: 'autoML' } & AutoMLOptions)
  | ({ readonly kind: 'deploy'; readonly model: Deployable } & DeployOptions)
  | ({ readonly kind: 'pipeline' } & PipelineRequest);

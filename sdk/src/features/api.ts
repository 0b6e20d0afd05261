import type { DescribeFeatureGroupResponse } from '@aws-sdk/client-sagemaker';
import type { Cell } from '../inputs/api.ts';
import type { Seal } from '../posture/api.ts';

/** As SageMaker stores a feature: whole numbers, numbers, text. */
export type FeatureType = 'Integral' | 'Fractional' | 'String';
/** A record: cells by feature name. A cell that is missing or `null` is not written. */
export type FeatureRow = Readonly<Record<string, Cell>>;

/** What a feature group holds, and where it is kept. Both stores are encrypted with the storage key. */
export interface FeatureGroupOptions {
  /** 1 to 64 letters, digits, hyphens and underscores. */
  readonly name: string;
  /** Types by feature name; or `rows`, from which they are inferred. */
  readonly schema?: Readonly<Record<string, FeatureType>>;
  /** Rows that show the types. They are not written: that is what `put` is for. */
  readonly rows?: readonly FeatureRow[];
  /** The feature that tells records apart. */
  readonly recordIdentifier: string;
  /** The feature that says when a record was true; `EventTime`, ISO 8601 text, unless given. */
  readonly eventTime?: string;
  /** Latest record of each identifier, in milliseconds. `true` unless given. */
  readonly online?: boolean;
  /** All records as Parquet in the model bucket. `false` unless given. */
  readonly offline?: boolean;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** `false`: returns as soon as the group is being created. `true` unless given. */
  readonly wait?: boolean;
  readonly signal?: AbortSignal;
}

/** A row that was not written, and why. */
export interface FailedRow {
  /** Its number in what was given, from 0. */
  readonly row: number;
  /** As AWS names the error: `ValidationError`, `AccessDenied`, `ThrottlingException` … */
  readonly code: string;
  readonly message: string;
}
/** How many rows were written, and which were not. */
export interface PutResult {
  readonly written: number;
  readonly failed: readonly FailedRow[];
}

/** A group of features. */
export interface FeatureGroup {
  readonly kind: 'feature-groups';
  readonly name: string;
  /** What SageMaker says of the group now. */
  describe(): Promise<DescribeFeatureGroupResponse>;
  /** Waits until it is `Created`. Throws `JobNotCompleted` with the reason when that fails, `WaitEnded` at the deadline (seconds) or when aborted. */
  wait(options?: { readonly signal?: AbortSignal; readonly timeout?: number }): Promise<DescribeFeatureGroupResponse>;
  /**
   * Writes rows, 16 at a time unless `concurrency` is given. A row without event time gets the present. A row that AWS refuses is in `failed`;
   * the others are written. Throws `InvalidInput` for a row that does not fit the group, before anything is written.
   */
  put(rows: readonly FeatureRow[], options?: { readonly concurrency?: number; readonly signal?: AbortSignal }): Promise<PutResult>;
  /** Latest records, in the order of the identifiers; `undefined` where there is none. */
  get(
    identifiers: readonly (string | number)[],
    options?: { readonly features?: readonly string[]; readonly signal?: AbortSignal },
  ): Promise<(Readonly<Record<string, string | number>> | undefined)[]>;
  /** Deletes the record of an identifier from the online store; `hard` removes it there for good. The offline store keeps the history. */
  delete(identifier: string | number, options?: { readonly hard?: boolean }): Promise<void>;
  /** Where the offline store's Parquet files are, as an input of a job; `undefined` without one. */
  offlineUri(): Promise<string | undefined>;
  /** Controls of the group. */
  seal(): Promise<Seal>;
  /** Removes the group and its online records. What is in S3 stays. */
  remove(): Promise<void>;
}

/**
 * Feature groups. Queries of the offline store by Athena are not offered: they would need Glue and Athena in the project network, with an
 * output location and a key of their own. A processing job reads the same Parquet files, from `offlineUri()`.
 */
export interface Features {
  /** Makes a group. Throws `InvalidInput` for a schema that SageMaker would not take, before anything is sent. */
  create(options: FeatureGroupOptions): Promise<FeatureGroup>;
  /** A group by name. Nothing is asked of AWS until it is used. */
  group(name: string): Promise<FeatureGroup>;
}

/** What `lab.list` can list. */
export type ResourceKind =
  | 'training-jobs'
  | 'processing-jobs'
  | 'transform-jobs'
  | 'tuning-jobs'
  | 'automl-jobs'
  | 'models'
  | 'endpoints'
  | 'model-packages'
  | 'model-package-groups';

/** What a list is narrowed to, and its order. */
export interface ListFilters {
  readonly nameContains?: string;
  /** As SageMaker calls it: `InProgress`, `Completed`, `Failed`, `Stopping`, `Stopped`; for endpoints `InService`, `Creating` …; for model packages `Approved`, `Rejected`, `PendingManualApproval`. Models and groups have none. */
  readonly status?: string;
  readonly createdAfter?: Date;
  readonly createdBefore?: Date;
  readonly sortBy?: 'Name' | 'CreationTime' | 'Status';
  /** `Descending` unless given: newest first. */
  readonly sortOrder?: 'Ascending' | 'Descending';
  /** Items a page, 1 to 100; 100 unless given. */
  readonly pageSize?: number;
  readonly signal?: AbortSignal;
}

/** One line of a list. */
export interface ResourceSummary {
  readonly kind: ResourceKind;
  readonly name: string;
  readonly arn: string;
  /** `undefined` for models and groups. */
  readonly status: string | undefined;
  /** `Starting`, `Training` …, where the list says it. */
  readonly phase?: string | undefined;
  readonly createdAt: Date | undefined;
  readonly modifiedAt: Date | undefined;
  readonly endedAt: Date | undefined;
}

/** One answer of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Hand this to `page()` for the next one; `undefined` at the end. */
  readonly nextToken: string | undefined;
}

/** Every match by `for await`, or page by page. */
export interface Listing extends AsyncIterable<ResourceSummary> {
  /** The first page, or the one after. */
  page(nextToken?: string): Promise<Page<ResourceSummary>>;
  /** At most `limit` matches; all of them unless given. */
  all(limit?: number): Promise<ResourceSummary[]>;
}

import type { DescribeEndpointConfigOutput, DescribeNotebookInstanceOutput } from '@aws-sdk/client-sagemaker';
import type { Seal } from '../posture/api.ts';

/**
 * What `lab.list` can list. Monitoring schedules are none of it: `lab.monitor` works by processing jobs, and makes no schedule.
 */
export type ResourceKind =
  | 'training-jobs'
  | 'processing-jobs'
  | 'transform-jobs'
  | 'tuning-jobs'
  | 'automl-jobs'
  | 'models'
  | 'endpoints'
  | 'endpoint-configs'
  | 'model-packages'
  | 'model-package-groups'
  | 'pipelines'
  | 'pipeline-executions'
  | 'feature-groups'
  | 'experiments'
  | 'notebook-instances';

/**
 * What a list is narrowed to, and its order. SageMaker does not know every filter for every kind: one that it lacks is refused with
 * `InvalidInput`, which names those that there are.
 */
export interface ListFilters {
  /** Not for pipelines (see `namePrefix`), pipeline executions and experiments. */
  readonly nameContains?: string;
  /** What the name begins with; pipelines alone. */
  readonly namePrefix?: string;
  /** What the items belong to: the pipeline of `pipeline-executions`, which has to be given; the group of `model-packages`. */
  readonly of?: string;
  /** As SageMaker calls it: `InProgress`, `Completed`, `Failed`, `Stopping`, `Stopped`; for endpoints and notebook instances `InService`, `Creating` …; for model packages `Approved`, `Rejected`, `PendingManualApproval`; for feature groups `Created` …. Other kinds have none to filter by. */
  readonly status?: string;
  readonly createdAfter?: Date;
  readonly createdBefore?: Date;
  /** `CreationTime` unless given. `Status` where there is one to filter by (not for model packages); pipeline executions go by `CreationTime` alone. */
  readonly sortBy?: 'Name' | 'CreationTime' | 'Status';
  /** `Descending` unless given: newest first. */
  readonly sortOrder?: 'Ascending' | 'Descending';
  /** Items a page, 1 to 100; 100 unless given. */
  readonly pageSize?: number;
  readonly signal?: AbortSignal;
}

/** What `lab.search` finds by any of its properties. */
export type SearchableKind = Exclude<
  ResourceKind,
  'processing-jobs' | 'transform-jobs' | 'automl-jobs' | 'endpoint-configs' | 'notebook-instances'
>;

/** How a property is compared. Source: SageMaker, `Operator`. */
export type SearchOperator =
  | 'Equals'
  | 'NotEquals'
  | 'GreaterThan'
  | 'GreaterThanOrEqualTo'
  | 'LessThan'
  | 'LessThanOrEqualTo'
  | 'Contains'
  | 'Exists'
  | 'NotExists'
  | 'In';

/**
 * A property as SageMaker calls it (`Tags.team`, `HyperParameters.max-iter`, `Metrics.auc`, `TrainingJobStatus`, `CreationTime`), how it is
 * compared, and with what; `Exists` and `NotExists` take no value, `In` takes several. Source: SageMaker, `Filter`.
 */
export type SearchCondition = readonly [
  property: string,
  operator: SearchOperator,
  value?: string | number | boolean | Date | readonly string[],
];

/** What a search is narrowed to, and its order. */
export interface SearchFilters {
  /** At most 20; all of them hold. */
  readonly where?: readonly SearchCondition[];
  /** `true`: one of them is enough. */
  readonly any?: boolean;
  /** A property, `Metrics.auc` say; `CreationTime` unless given. */
  readonly sortBy?: string;
  /** `Descending` unless given. */
  readonly sortOrder?: 'Ascending' | 'Descending';
  /** Items a page, 1 to 100; 100 unless given. */
  readonly pageSize?: number;
  readonly signal?: AbortSignal;
}

/** One line of a list. */
export interface ResourceSummary {
  readonly kind: ResourceKind;
  /** What `lab.attach` takes. Of a model package `group/version`, of a pipeline execution `pipeline/id`. */
  readonly name: string;
  readonly arn: string;
  /** `undefined` for kinds that have none in their list: models, groups, endpoint configurations, pipelines, experiments. */
  readonly status: string | undefined;
  /** `Starting`, `Training` …, where the list says it. */
  readonly phase?: string | undefined;
  /** Of pipelines, their executions and experiments, where they have one. */
  readonly displayName?: string | undefined;
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

/** What endpoints are made by. Changed by `endpoint.update`, removed with its endpoint. */
export interface EndpointConfig {
  readonly kind: 'endpoint-configs';
  readonly name: string;
  /** What SageMaker says of the configuration. */
  describe(): Promise<DescribeEndpointConfigOutput>;
  /** Controls of the configuration. */
  seal(): Promise<Seal>;
}

/** A notebook instance; who opens, starts and stops it works in the panel or the console. */
export interface NotebookInstance {
  readonly kind: 'notebook-instances';
  readonly name: string;
  /** What SageMaker says of the instance now. */
  describe(): Promise<DescribeNotebookInstanceOutput>;
  /** Controls of the instance. */
  seal(): Promise<Seal>;
}

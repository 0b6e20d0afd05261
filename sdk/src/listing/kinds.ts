import {
  ListAutoMLJobsCommand,
  ListEndpointConfigsCommand,
  ListEndpointsCommand,
  ListExperimentsCommand,
  ListFeatureGroupsCommand,
  ListHyperParameterTuningJobsCommand,
  ListModelPackageGroupsCommand,
  ListModelPackagesCommand,
  ListModelsCommand,
  ListNotebookInstancesCommand,
  ListPipelineExecutionsCommand,
  ListPipelinesCommand,
  ListProcessingJobsCommand,
  ListTrainingJobsCommand,
  ListTransformJobsCommand,
} from '@aws-sdk/client-sagemaker';
import type { LabContext } from '../context.ts';
import type { ListFilters, Page, ResourceKind, ResourceSummary } from './api.ts';

/** What narrows a list, and what only a wait asks for. */
export type Filter = Exclude<keyof ListFilters, 'sortBy' | 'sortOrder' | 'pageSize' | 'signal'> | 'modifiedAfter';
/** Values of `sortBy`, and the operation's own word for each. */
type Orders = Partial<Record<NonNullable<ListFilters['sortBy']>, string>>;
/** Each operation has types of its own; a test holds what is sent against the service model. */
type Query = never;
type SageMaker = LabContext['clients']['sageMaker'];
type HttpOptions = Parameters<SageMaker['send']>[1] & { readonly abortSignal: AbortSignal };

/** How a kind is listed. What its operation does not filter or sort by stands in no row, and is refused. */
export interface KindOfList {
  /** For messages: `models have none`. */
  readonly title: string;
  /** The member of the request for each filter. */
  readonly filters: Partial<Readonly<Record<Filter, string>>>;
  /** … which has to be given. */
  readonly needs?: Filter | undefined;
  readonly orders: Orders;
  /** Sent with every request. */
  readonly always?: ((query: object) => object) | undefined;
  readonly ask: (sageMaker: SageMaker, query: object, abortSignal: AbortSignal) => Promise<Page<ResourceSummary>>;
  /** A resource as a list or a search tells of it. */
  readonly line: (listed: object) => ResourceSummary;
}

type Line = Partial<Omit<ResourceSummary, 'kind'>>;
interface Row<Answer, Item extends object> {
  readonly title?: string;
  readonly filters: KindOfList['filters'];
  readonly needs?: Filter;
  readonly orders: Orders;
  readonly always?: KindOfList['always'];
  readonly send: (sageMaker: SageMaker, query: Query, options: HttpOptions) => Promise<Answer>;
  readonly items: (answer: Answer) => readonly Item[] | undefined;
  /** Times are found by their usual names. */
  readonly line: (item: Item) => Line;
}

interface Times {
  readonly CreationTime?: Date | undefined;
  readonly LastModifiedTime?: Date | undefined;
}

function row<Answer extends { NextToken?: string | undefined }, Item extends object>(
  kind: ResourceKind,
  { send, items, line, ...rest }: Row<Answer, Item>,
): KindOfList {
  const summary = (item: Item): ResourceSummary => {
    const { CreationTime, LastModifiedTime } = item as Times;
    const base = { kind, name: '', arn: '', status: undefined, createdAt: CreationTime, modifiedAt: LastModifiedTime, endedAt: undefined };
    return { ...base, ...line(item) };
  };
  return {
    title: kind.replaceAll('-', ' '),
    ...rest,
    ask: async (sageMaker, query, abortSignal) => {
      const answer = await send(sageMaker, query as never, { abortSignal });
      return { nextToken: answer.NextToken, items: (items(answer) ?? []).map(summary) };
    },
    line: (listed) => summary(listed as Item),
  };
}

const NAME = { nameContains: 'NameContains' } as const;
const CREATED = { createdAfter: 'CreationTimeAfter', createdBefore: 'CreationTimeBefore' } as const;
/** Newer operations have names of their own. */
const CREATED_LATELY = { createdAfter: 'CreatedAfter', createdBefore: 'CreatedBefore' } as const;
const MODIFIED = { modifiedAfter: 'LastModifiedTimeAfter' } as const;
const STATUS = { status: 'StatusEquals' } as const;
const BY_NAME_OR_TIME = { Name: 'Name', CreationTime: 'CreationTime' } as const;

const JOBS = {
  filters: { ...NAME, ...CREATED, ...MODIFIED, ...STATUS },
  orders: { ...BY_NAME_OR_TIME, Status: 'Status' },
} as const;
const NAMED = { filters: { ...NAME, ...CREATED }, orders: BY_NAME_OR_TIME } as const;

/** One row per kind: the operation, what it filters and sorts by, and where its answer has what a summary says. */
export const KINDS: Readonly<Record<ResourceKind, KindOfList>> = {
  'training-jobs': row('training-jobs', {
    ...JOBS,
    send: (sageMaker, query, options) => sageMaker.send(new ListTrainingJobsCommand(query), options),
    items: ({ TrainingJobSummaries }) => TrainingJobSummaries,
    line: (job) => ({
      name: job.TrainingJobName ?? '',
      arn: job.TrainingJobArn ?? '',
      status: job.TrainingJobStatus,
      endedAt: job.TrainingEndTime,
      phase: job.SecondaryStatus,
    }),
  }),
  'processing-jobs': row('processing-jobs', {
    ...JOBS,
    send: (sageMaker, query, options) => sageMaker.send(new ListProcessingJobsCommand(query), options),
    items: ({ ProcessingJobSummaries }) => ProcessingJobSummaries,
    line: (job) => ({
      name: job.ProcessingJobName ?? '',
      arn: job.ProcessingJobArn ?? '',
      status: job.ProcessingJobStatus,
      endedAt: job.ProcessingEndTime,
    }),
  }),
  'transform-jobs': row('transform-jobs', {
    ...JOBS,
    send: (sageMaker, query, options) => sageMaker.send(new ListTransformJobsCommand(query), options),
    items: ({ TransformJobSummaries }) => TransformJobSummaries,
    line: (job) => ({
      name: job.TransformJobName ?? '',
      arn: job.TransformJobArn ?? '',
      status: job.TransformJobStatus,
      endedAt: job.TransformEndTime,
    }),
  }),
  'tuning-jobs': row('tuning-jobs', {
    ...JOBS,
    send: (sageMaker, query, options) => sageMaker.send(new ListHyperParameterTuningJobsCommand(query), options),
    items: ({ HyperParameterTuningJobSummaries }) => HyperParameterTuningJobSummaries,
    line: (job) => ({
      name: job.HyperParameterTuningJobName ?? '',
      arn: job.HyperParameterTuningJobArn ?? '',
      status: job.HyperParameterTuningJobStatus,
      endedAt: job.HyperParameterTuningEndTime,
    }),
  }),
  'automl-jobs': row('automl-jobs', {
    ...JOBS,
    title: 'AutoML jobs',
    send: (sageMaker, query, options) => sageMaker.send(new ListAutoMLJobsCommand(query), options),
    items: ({ AutoMLJobSummaries }) => AutoMLJobSummaries,
    line: (job) => ({
      name: job.AutoMLJobName ?? '',
      arn: job.AutoMLJobArn ?? '',
      status: job.AutoMLJobStatus,
      endedAt: job.EndTime,
      phase: job.AutoMLJobSecondaryStatus,
    }),
  }),
  models: row('models', {
    ...NAMED,
    send: (sageMaker, query, options) => sageMaker.send(new ListModelsCommand(query), options),
    items: ({ Models }) => Models,
    line: (model) => ({ name: model.ModelName ?? '', arn: model.ModelArn ?? '' }),
  }),
  endpoints: row('endpoints', {
    ...JOBS,
    send: (sageMaker, query, options) => sageMaker.send(new ListEndpointsCommand(query), options),
    items: ({ Endpoints }) => Endpoints,
    line: (endpoint) => ({ name: endpoint.EndpointName ?? '', arn: endpoint.EndpointArn ?? '', status: endpoint.EndpointStatus }),
  }),
  'endpoint-configs': row('endpoint-configs', {
    ...NAMED,
    title: 'endpoint configurations',
    send: (sageMaker, query, options) => sageMaker.send(new ListEndpointConfigsCommand(query), options),
    items: ({ EndpointConfigs }) => EndpointConfigs,
    line: (config) => ({ name: config.EndpointConfigName ?? '', arn: config.EndpointConfigArn ?? '' }),
  }),
  'model-packages': row('model-packages', {
    filters: { ...NAME, ...CREATED, status: 'ModelApprovalStatus', of: 'ModelPackageGroupName' },
    orders: BY_NAME_OR_TIME,
    // Without it, SageMaker lists those of no group alone.
    always: (query) => ('ModelPackageGroupName' in query ? {} : { ModelPackageType: 'Both' }),
    send: (sageMaker, query, options) => sageMaker.send(new ListModelPackagesCommand(query), options),
    items: ({ ModelPackageSummaryList }) => ModelPackageSummaryList,
    // A version is named by its group.
    line: ({ ModelPackageName = '', ModelPackageGroupName = '', ModelPackageVersion, ModelPackageArn = '', ModelApprovalStatus }) => ({
      name: ModelPackageVersion === undefined ? ModelPackageName : `${ModelPackageGroupName}/${ModelPackageVersion}`,
      arn: ModelPackageArn,
      status: ModelApprovalStatus,
    }),
  }),
  'model-package-groups': row('model-package-groups', {
    ...NAMED,
    send: (sageMaker, query, options) => sageMaker.send(new ListModelPackageGroupsCommand(query), options),
    items: ({ ModelPackageGroupSummaryList }) => ModelPackageGroupSummaryList,
    line: (group) => ({ name: group.ModelPackageGroupName ?? '', arn: group.ModelPackageGroupArn ?? '' }),
  }),
  pipelines: row('pipelines', {
    filters: { ...CREATED_LATELY, namePrefix: 'PipelineNamePrefix' },
    orders: BY_NAME_OR_TIME,
    send: (sageMaker, query, options) => sageMaker.send(new ListPipelinesCommand(query), options),
    items: ({ PipelineSummaries }) => PipelineSummaries,
    line: ({ PipelineName = '', PipelineArn = '', PipelineDisplayName }) => ({
      name: PipelineName,
      arn: PipelineArn,
      displayName: PipelineDisplayName,
    }),
  }),
  'pipeline-executions': row('pipeline-executions', {
    filters: { ...CREATED_LATELY, of: 'PipelineName' },
    needs: 'of',
    orders: { CreationTime: 'CreationTime' },
    send: (sageMaker, query, options) => sageMaker.send(new ListPipelineExecutionsCommand(query), options),
    items: ({ PipelineExecutionSummaries }) => PipelineExecutionSummaries,
    // An execution has an ARN alone: its name is what that says of it, the pipeline first.
    line: ({ PipelineExecutionArn = '', PipelineExecutionStatus, StartTime, PipelineExecutionDisplayName, ...more }) => ({
      name: PipelineExecutionArn.replace(/^.*:pipeline\/([^/]+)\/execution\//, '$1/'),
      arn: PipelineExecutionArn,
      status: PipelineExecutionStatus,
      // A list has the one, a search the other.
      createdAt: StartTime ?? (more as Times).CreationTime,
      displayName: PipelineExecutionDisplayName,
    }),
  }),
  'feature-groups': row('feature-groups', {
    filters: { ...NAME, ...CREATED, status: 'FeatureGroupStatusEquals' },
    orders: { ...BY_NAME_OR_TIME, Status: 'FeatureGroupStatus' },
    send: (sageMaker, query, options) => sageMaker.send(new ListFeatureGroupsCommand(query), options),
    items: ({ FeatureGroupSummaries }) => FeatureGroupSummaries,
    line: (group) => ({ name: group.FeatureGroupName ?? '', arn: group.FeatureGroupArn ?? '', status: group.FeatureGroupStatus }),
  }),
  experiments: row('experiments', {
    filters: CREATED_LATELY,
    orders: BY_NAME_OR_TIME,
    send: (sageMaker, query, options) => sageMaker.send(new ListExperimentsCommand(query), options),
    items: ({ ExperimentSummaries }) => ExperimentSummaries,
    line: ({ ExperimentName = '', ExperimentArn = '', DisplayName }) => ({
      name: ExperimentName,
      arn: ExperimentArn,
      displayName: DisplayName,
    }),
  }),
  'notebook-instances': row('notebook-instances', {
    ...JOBS,
    send: (sageMaker, query, options) => sageMaker.send(new ListNotebookInstancesCommand(query), options),
    items: ({ NotebookInstances }) => NotebookInstances,
    line: (notebook) => ({
      name: notebook.NotebookInstanceName ?? '',
      arn: notebook.NotebookInstanceArn ?? '',
      status: notebook.NotebookInstanceStatus,
    }),
  }),
};

/** Whether `lab.list` knows the kind. */
export const isListed = (kind: string): kind is ResourceKind => Object.hasOwn(KINDS, kind);

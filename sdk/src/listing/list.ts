import {
  ListAutoMLJobsCommand,
  ListEndpointsCommand,
  ListHyperParameterTuningJobsCommand,
  ListModelPackageGroupsCommand,
  ListModelPackagesCommand,
  ListModelsCommand,
  ListProcessingJobsCommand,
  ListTrainingJobsCommand,
  ListTransformJobsCommand,
} from '@aws-sdk/client-sagemaker';
import type { ModelApprovalStatus } from '@aws-sdk/client-sagemaker';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { refuseUnknown } from '../jobs/options.ts';
import type { Known } from '../jobs/options.ts';
import { SealabError } from '../contract/index.ts';
import { displayable, listView } from '../notebook/display.ts';
import { waitEnded } from '../waiting/sleep.ts';
import type { ListSightings } from '../waiting/watch.ts';
import type { ListFilters, Listing, Page, ResourceKind, ResourceSummary } from './api.ts';

interface Query {
  readonly NameContains?: string;
  readonly CreationTimeAfter?: Date;
  readonly CreationTimeBefore?: Date;
  readonly LastModifiedTimeAfter?: Date;
  /** Each operation has a union of its own: SageMaker refuses what is none of it. */
  readonly StatusEquals?: never;
  readonly SortBy: 'Name' | 'CreationTime' | 'Status';
  readonly SortOrder: 'Ascending' | 'Descending';
  readonly MaxResults: number;
  readonly NextToken?: string;
}
type Ask = (sageMaker: LabContext['clients']['sageMaker'], query: Query, abortSignal: AbortSignal) => Promise<Page<ResourceSummary>>;

interface Listed {
  readonly CreationTime?: Date | undefined;
  readonly LastModifiedTime?: Date | undefined;
}

function summary(kind: ResourceKind, listed: Listed, name = '', arn = '', status?: string, endedAt?: Date): ResourceSummary {
  return { kind, name, arn, status, createdAt: listed.CreationTime, modifiedAt: listed.LastModifiedTime, endedAt };
}

const byNameOrTime = (query: Query) => ({ ...query, SortBy: query.SortBy === 'Name' ? query.SortBy : ('CreationTime' as const) });

/** Versions of one group, or everything in the registry. A version is named by its group. */
const packagesOf =
  (group?: string): Ask =>
  async (sageMaker, all, abortSignal) => {
    const { StatusEquals, ...query } = all;
    const status = StatusEquals as ModelApprovalStatus | undefined;
    const { NextToken, ModelPackageSummaryList: packages = [] } = await sageMaker.send(
      new ListModelPackagesCommand({
        ...byNameOrTime(query),
        ...(status === undefined ? {} : { ModelApprovalStatus: status }),
        ...(group === undefined ? { ModelPackageType: 'Both' as const } : { ModelPackageGroupName: group }),
      }),
      { abortSignal },
    );
    return {
      nextToken: NextToken,
      items: packages.map((one) =>
        summary(
          'model-packages',
          { CreationTime: one.CreationTime },
          one.ModelPackageVersion === undefined ? one.ModelPackageName : `${one.ModelPackageGroupName ?? ''}/${one.ModelPackageVersion}`,
          one.ModelPackageArn,
          one.ModelApprovalStatus,
        ),
      ),
    };
  };

/** One row per kind: the operation, and where its answer has what a summary says. */
const KINDS: Readonly<Record<ResourceKind, Ask>> = {
  'training-jobs': async (sageMaker, query, abortSignal) => {
    const { NextToken, TrainingJobSummaries: jobs = [] } = await sageMaker.send(new ListTrainingJobsCommand(query), { abortSignal });
    return {
      nextToken: NextToken,
      items: jobs.map((job) => ({
        ...summary('training-jobs', job, job.TrainingJobName, job.TrainingJobArn, job.TrainingJobStatus, job.TrainingEndTime),
        phase: job.SecondaryStatus,
      })),
    };
  },
  'processing-jobs': async (sageMaker, query, abortSignal) => {
    const { NextToken, ProcessingJobSummaries: jobs = [] } = await sageMaker.send(new ListProcessingJobsCommand(query), { abortSignal });
    return {
      nextToken: NextToken,
      items: jobs.map((job) =>
        summary('processing-jobs', job, job.ProcessingJobName, job.ProcessingJobArn, job.ProcessingJobStatus, job.ProcessingEndTime),
      ),
    };
  },
  'transform-jobs': async (sageMaker, query, abortSignal) => {
    const { NextToken, TransformJobSummaries: jobs = [] } = await sageMaker.send(new ListTransformJobsCommand(query), { abortSignal });
    return {
      nextToken: NextToken,
      items: jobs.map((job) =>
        summary('transform-jobs', job, job.TransformJobName, job.TransformJobArn, job.TransformJobStatus, job.TransformEndTime),
      ),
    };
  },
  'tuning-jobs': async (sageMaker, query, abortSignal) => {
    const answer = await sageMaker.send(new ListHyperParameterTuningJobsCommand(query), { abortSignal });
    return {
      nextToken: answer.NextToken,
      items: (answer.HyperParameterTuningJobSummaries ?? []).map((job) =>
        summary(
          'tuning-jobs',
          job,
          job.HyperParameterTuningJobName,
          job.HyperParameterTuningJobArn,
          job.HyperParameterTuningJobStatus,
          job.HyperParameterTuningEndTime,
        ),
      ),
    };
  },
  'automl-jobs': async (sageMaker, query, abortSignal) => {
    const { NextToken, AutoMLJobSummaries: jobs = [] } = await sageMaker.send(new ListAutoMLJobsCommand(query), { abortSignal });
    return {
      nextToken: NextToken,
      items: jobs.map((job) => summary('automl-jobs', job, job.AutoMLJobName, job.AutoMLJobArn, job.AutoMLJobStatus, job.EndTime)),
    };
  },
  models: async (sageMaker, query, abortSignal) => {
    if ('StatusEquals' in query) throw new SealabError('InvalidInput', 'status: models have none.');
    const { NextToken, Models = [] } = await sageMaker.send(new ListModelsCommand(byNameOrTime(query)), { abortSignal });
    return { nextToken: NextToken, items: Models.map((model) => summary('models', model, model.ModelName, model.ModelArn)) };
  },
  endpoints: async (sageMaker, query, abortSignal) => {
    const { NextToken, Endpoints = [] } = await sageMaker.send(new ListEndpointsCommand(query), { abortSignal });
    return {
      nextToken: NextToken,
      items: Endpoints.map((endpoint) =>
        summary('endpoints', endpoint, endpoint.EndpointName, endpoint.EndpointArn, endpoint.EndpointStatus),
      ),
    };
  },
  'model-packages': packagesOf(),
  'model-package-groups': async (sageMaker, query, abortSignal) => {
    if ('StatusEquals' in query) throw new SealabError('InvalidInput', 'status: model package groups have none.');
    const { NextToken, ModelPackageGroupSummaryList: groups = [] } = await sageMaker.send(
      new ListModelPackageGroupsCommand(byNameOrTime(query)),
      { abortSignal },
    );
    return {
      nextToken: NextToken,
      items: groups.map((group) =>
        summary('model-package-groups', { CreationTime: group.CreationTime }, group.ModelPackageGroupName, group.ModelPackageGroupArn),
      ),
    };
  },
};

/** Whether `lab.list` knows the kind. */
export const isListed = (kind: string): kind is ResourceKind => Object.hasOwn(KINDS, kind);

/** What a wait needs: the newest of a kind, or those that have changed; a page at a time. */
export function sightings({ clients }: LabContext, kind: ResourceKind): ListSightings {
  return ({ modifiedAfter, nextToken }, signal) =>
    KINDS[kind](
      clients.sageMaker,
      {
        SortBy: 'CreationTime',
        SortOrder: 'Descending',
        MaxResults: 100,
        ...(modifiedAfter === undefined ? {} : { LastModifiedTimeAfter: modifiedAfter }),
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      },
      signal,
    );
}

const FILTERS: Known<ListFilters> = {
  nameContains: true,
  status: true,
  createdAfter: true,
  createdBefore: true,
  sortBy: true,
  sortOrder: true,
  pageSize: true,
  signal: true,
};

/** Every match by `for await`, or page by page; nothing is asked before. */
export const list = (context: LabContext, kind: ResourceKind, filters: ListFilters = {}): Listing =>
  listing(context, kind, KINDS[kind], filters);

/** Versions of one model package group. */
export const modelPackagesIn = (context: LabContext, group: string, filters: ListFilters = {}): Listing =>
  listing(context, 'model-packages', packagesOf(group), filters);

function listing(context: LabContext, kind: ResourceKind, ask: Ask, filters: ListFilters): Listing {
  refuseUnknown('lab.list', filters, FILTERS);
  const { nameContains, status, createdAfter, createdBefore, sortBy = 'CreationTime', sortOrder = 'Descending', pageSize = 100 } = filters;
  const page = (nextToken?: string) => {
    const signal = endSignal(context, filters.signal);
    if (signal.aborted) return Promise.reject(waitEnded(signal));
    return ask(
      context.clients.sageMaker,
      {
        SortBy: sortBy,
        SortOrder: sortOrder,
        MaxResults: pageSize,
        ...(nameContains === undefined ? {} : { NameContains: nameContains }),
        ...(status === undefined ? {} : { StatusEquals: status as never }),
        ...(createdAfter === undefined ? {} : { CreationTimeAfter: createdAfter }),
        ...(createdBefore === undefined ? {} : { CreationTimeBefore: createdBefore }),
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      },
      signal,
    );
  };
  async function* each(): AsyncGenerator<ResourceSummary, undefined> {
    let token: string | undefined;
    do {
      const { items, nextToken }: Page<ResourceSummary> = await page(token);
      yield* items;
      token = nextToken;
    } while (token !== undefined);
  }
  const result: Listing = {
    page,
    [Symbol.asyncIterator]: each,
    all: async (limit = Infinity) => {
      const items: ResourceSummary[] = [];
      if (limit < 1) return items;
      for await (const item of each()) if (items.push(item) >= limit) break;
      return displayable(items, () => listView(kind, items));
    },
  };
  return displayable(result, async () => {
    const { items, nextToken } = await page();
    return listView(
      sortBy === 'CreationTime' && sortOrder === 'Descending' ? `${kind} (newest)` : kind,
      items.slice(0, 20),
      items.length > 20 || nextToken !== undefined,
    );
  });
}

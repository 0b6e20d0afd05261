import { ListEndpointsCommand, ListModelsCommand, ListProcessingJobsCommand, ListTrainingJobsCommand } from '@aws-sdk/client-sagemaker';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { displayable, listView } from '../notebook/display.ts';
import { waitEnded } from '../waiting/sleep.ts';
import type { ListFilters, Listing, Page, ResourceKind, ResourceSummary } from './api.ts';

interface Query {
  readonly NameContains?: string;
  readonly CreationTimeAfter?: Date;
  readonly CreationTimeBefore?: Date;
  readonly SortOrder: 'Ascending' | 'Descending';
  readonly MaxResults: number;
  readonly NextToken?: string;
}
type Ask = (context: LabContext, query: Query, filters: ListFilters, abortSignal: AbortSignal) => Promise<Page<ResourceSummary>>;

interface Listed {
  readonly CreationTime?: Date | undefined;
  readonly LastModifiedTime?: Date | undefined;
}
const times = ({ CreationTime, LastModifiedTime }: Listed) => ({ createdAt: CreationTime, modifiedAt: LastModifiedTime });

/** One row per kind: the operation, and how its answer becomes a summary. */
const KINDS: Readonly<Record<ResourceKind, Ask>> = {
  'training-jobs': async ({ clients }, query, { status, sortBy }, abortSignal) => {
    const answer = await clients.sageMaker.send(
      new ListTrainingJobsCommand({
        ...query,
        SortBy: sortBy ?? 'CreationTime',
        ...(status === undefined ? {} : { StatusEquals: status as 'InProgress' }),
      }),
      { abortSignal },
    );
    return {
      nextToken: answer.NextToken,
      items: (answer.TrainingJobSummaries ?? []).map((job) => ({
        kind: 'training-jobs',
        name: job.TrainingJobName ?? '',
        arn: job.TrainingJobArn ?? '',
        status: job.TrainingJobStatus,
        ...times(job),
        endedAt: job.TrainingEndTime,
      })),
    };
  },
  'processing-jobs': async ({ clients }, query, { status, sortBy }, abortSignal) => {
    const answer = await clients.sageMaker.send(
      new ListProcessingJobsCommand({
        ...query,
        SortBy: sortBy ?? 'CreationTime',
        ...(status === undefined ? {} : { StatusEquals: status as 'InProgress' }),
      }),
      { abortSignal },
    );
    return {
      nextToken: answer.NextToken,
      items: (answer.ProcessingJobSummaries ?? []).map((job) => ({
        kind: 'processing-jobs',
        name: job.ProcessingJobName ?? '',
        arn: job.ProcessingJobArn ?? '',
        status: job.ProcessingJobStatus,
        ...times(job),
        endedAt: job.ProcessingEndTime,
      })),
    };
  },
  models: async ({ clients }, query, { status, sortBy }, abortSignal) => {
    if (status !== undefined) throw new SealabError('InvalidInput', 'status: models have none.');
    const answer = await clients.sageMaker.send(new ListModelsCommand({ ...query, SortBy: sortBy === 'Name' ? 'Name' : 'CreationTime' }), {
      abortSignal,
    });
    return {
      nextToken: answer.NextToken,
      items: (answer.Models ?? []).map((model) => ({
        kind: 'models',
        name: model.ModelName ?? '',
        arn: model.ModelArn ?? '',
        status: undefined,
        ...times(model),
        endedAt: undefined,
      })),
    };
  },
  endpoints: async ({ clients }, query, { status, sortBy }, abortSignal) => {
    const answer = await clients.sageMaker.send(
      new ListEndpointsCommand({
        ...query,
        SortBy: sortBy ?? 'CreationTime',
        ...(status === undefined ? {} : { StatusEquals: status as 'InService' }),
      }),
      { abortSignal },
    );
    return {
      nextToken: answer.NextToken,
      items: (answer.Endpoints ?? []).map((endpoint) => ({
        kind: 'endpoints',
        name: endpoint.EndpointName ?? '',
        arn: endpoint.EndpointArn ?? '',
        status: endpoint.EndpointStatus,
        ...times(endpoint),
        endedAt: undefined,
      })),
    };
  },
};

/** Every match by `for await`, or page by page; nothing is asked before. */
export function list(context: LabContext, kind: ResourceKind, filters: ListFilters = {}): Listing {
  const { nameContains, createdAfter, createdBefore, sortOrder = 'Descending', pageSize = 100 } = filters;
  const page = (nextToken?: string) => {
    const signal = endSignal(context, filters.signal);
    if (signal.aborted) return Promise.reject(waitEnded(signal));
    return KINDS[kind](
      context,
      {
        SortOrder: sortOrder,
        MaxResults: pageSize,
        ...(nameContains === undefined ? {} : { NameContains: nameContains }),
        ...(createdAfter === undefined ? {} : { CreationTimeAfter: createdAfter }),
        ...(createdBefore === undefined ? {} : { CreationTimeBefore: createdBefore }),
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      },
      filters,
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
  const listing: Listing = {
    page,
    [Symbol.asyncIterator]: each,
    all: async (limit = Infinity) => {
      const items: ResourceSummary[] = [];
      if (limit < 1) return items;
      for await (const item of each()) if (items.push(item) >= limit) break;
      return displayable(items, () => listView(kind, items));
    },
  };
  return displayable(listing, async () => listView(`${kind} (newest)`, (await page()).items.slice(0, 20)));
}

import { AwsError, type Call } from '../../call.ts';
import { listResources } from './listing.ts';
import { summariesOf } from './record-operations.ts';
import type { Request } from './records.ts';
import { matches, propertyOf, type Expression } from './search-expression.ts';
import type { Resource } from './store.ts';
import type { Tags } from './tags.ts';

type Handlers = Record<string, (call: Call) => unknown>;

/** How the resources of a kind are found: by the List and Describe operations that everybody has. */
interface Searchable {
  /** Member of a search result. */
  readonly record: string;
  readonly list: string;
  readonly describe: string;
  /** Member of a summary that Describe takes. */
  readonly by: string;
  /** … and how the request of Describe calls it, where that is another name. */
  readonly as?: string;
  readonly input?: Request;
  readonly arn: string;
}

const plain = (noun: string, record = noun): Searchable => ({
  record,
  list: `List${noun}s`,
  describe: `Describe${noun}`,
  by: `${noun}Name`,
  arn: `${noun}Arn`,
});

const SEARCHABLE: Readonly<Record<string, Searchable>> = {
  TrainingJob: plain('TrainingJob'),
  HyperParameterTuningJob: plain('HyperParameterTuningJob'),
  Endpoint: plain('Endpoint'),
  Model: plain('Model'),
  ModelPackage: {
    ...plain('ModelPackage'),
    by: 'ModelPackageArn',
    as: 'ModelPackageName',
    input: { ModelPackageType: 'Both' },
  },
  ModelPackageGroup: plain('ModelPackageGroup'),
  Pipeline: plain('Pipeline'),
  FeatureGroup: plain('FeatureGroup'),
  Experiment: plain('Experiment'),
  ExperimentTrial: plain('Trial'),
  ExperimentTrialComponent: plain('TrialComponent'),
};

/** Jobs that a trial component can be of, as they stand in ARNs. */
const JOBS: Readonly<Record<string, string>> = {
  'training-job': 'TrainingJob',
  'processing-job': 'ProcessingJob',
  'transform-job': 'TransformJob',
};

interface Found extends Resource {
  readonly record: Request;
}

/**
 * Search over what the other operations list and describe: what they do not tell cannot be found.
 * @param others all other operations of SageMaker
 * @param more members that a search finds a record by and Describe does not tell, by the record's kind
 */
export function searchOperations(others: Handlers, tags: Tags, more: Readonly<Record<string, (described: Request) => Request>>): Handlers {
  /** The job that a trial component is of, as a search shows jobs; only its ARN where the job was deleted. */
  const sourceDetail = async (call: Call, source: unknown): Promise<Request> => {
    const { SourceArn = '' } = (source ?? {}) as { readonly SourceArn?: string };
    const noun = JOBS[SourceArn.split(':')[5]?.split('/')[0] ?? ''];
    const describe = others[`Describe${noun ?? ''}`];
    if (noun === undefined || describe === undefined) return {};
    const input = { [`${noun}Name`]: SourceArn.split('/').at(-1) };
    try {
      const job = (await describe({ ...call, operation: `Describe${noun}`, input })) as Request;
      return { SourceDetail: { SourceArn, [noun]: { ...job, Tags: tags.list(SourceArn) } } };
    } catch (error) {
      if (error instanceof AwsError) return { SourceDetail: { SourceArn } };
      throw error;
    }
  };

  const all = async (call: Call, kind: Searchable): Promise<Found[]> => {
    const [list, describe] = [others[kind.list], others[kind.describe]];
    if (list === undefined || describe === undefined)
      throw new AwsError('OperationNotEmulated', `The local environment has nothing of the kind ${kind.record} to search.`);
    const found: Found[] = [];
    for (let NextToken: unknown; ;) {
      const input = { ...kind.input, MaxResults: 100, ...(NextToken === undefined ? {} : { NextToken }) };
      const page = (await list({ ...call, operation: kind.list, input })) as Request;
      for (const summary of page[summariesOf(kind.list)] as Request[]) {
        const asked = { [kind.as ?? kind.by]: summary[kind.by] };
        const record = (await describe({ ...call, operation: kind.describe, input: asked })) as Request;
        const arn = record[kind.arn] as string;
        found.push({
          name: arn,
          arn,
          creationTime: Number(record['CreationTime'] ?? 0),
          lastModifiedTime: Number(record['LastModifiedTime'] ?? record['CreationTime'] ?? 0),
          record: {
            ...record,
            ...more[kind.record]?.(record),
            ...(kind.record === 'TrialComponent' ? await sourceDetail(call, record['Source']) : {}),
            Tags: tags.list(arn),
          },
        });
      }
      NextToken = page['NextToken'];
      if (NextToken === undefined) return found;
    }
  };

  return {
    Search: async (call) => {
      const { Resource: resource, SearchExpression, SortBy, CrossAccountFilterOption, VisibilityConditions, ...paging } = call.input;
      const kind = SEARCHABLE[resource as string];
      if (kind === undefined) throw new AwsError('OperationNotEmulated', `The local environment does not search ${String(resource)}.`);
      if (VisibilityConditions !== undefined)
        throw new AwsError('OperationNotEmulated', 'The local environment knows no VisibilityConditions.');
      const found = CrossAccountFilterOption === 'CrossAccount' ? [] : await all(call, kind);
      const kept = found.filter(({ record }) => matches(record, (SearchExpression ?? {}) as Expression));
      const sortBy = (SortBy as string | undefined) ?? 'LastModifiedTime';
      const { page, ...rest } = listResources(
        kept,
        { ...paging, SortBy: sortBy },
        {
          keys: {
            [sortBy]: ({ record, lastModifiedTime }) =>
              sortBy === 'LastModifiedTime' ? lastModifiedTime : (propertyOf(record, sortBy) ?? ''),
          },
        },
      );
      const shown = (record: Request): Request => (resource === 'Model' ? { Model: record } : record);
      return {
        Results: page.map(({ record }) => ({ [kind.record]: shown(record) })),
        TotalHits: { Value: kept.length, Relation: 'EqualTo' },
        ...rest,
      };
    },
  };
}

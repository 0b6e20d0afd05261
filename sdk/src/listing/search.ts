import { SearchCommand } from '@aws-sdk/client-sagemaker';
import type { SearchCommandInput, SearchRecord } from '@aws-sdk/client-sagemaker';
import type { LabContext } from '../context.ts';
import { oneOf, refuse, refuseUnknown, wholeNumber } from '../jobs/options.ts';
import type { Page, ResourceSummary, SearchableKind, SearchCondition, SearchFilters, SearchOperator } from './api.ts';
import { KINDS } from './kinds.ts';

/** What SageMaker calls the kinds that it searches, and where a result has what was found. */
const SEARCHED: Readonly<Record<SearchableKind, readonly [NonNullable<SearchCommandInput['Resource']>, keyof SearchRecord]>> = {
  'training-jobs': ['TrainingJob', 'TrainingJob'],
  'tuning-jobs': ['HyperParameterTuningJob', 'HyperParameterTuningJob'],
  models: ['Model', 'Model'],
  endpoints: ['Endpoint', 'Endpoint'],
  'model-packages': ['ModelPackage', 'ModelPackage'],
  'model-package-groups': ['ModelPackageGroup', 'ModelPackageGroup'],
  pipelines: ['Pipeline', 'Pipeline'],
  'pipeline-executions': ['PipelineExecution', 'PipelineExecution'],
  'feature-groups': ['FeatureGroup', 'FeatureGroup'],
  experiments: ['Experiment', 'Experiment'],
};

const OPERATORS: readonly SearchOperator[] = [
  'Equals',
  'NotEquals',
  'GreaterThan',
  'GreaterThanOrEqualTo',
  'LessThan',
  'LessThanOrEqualTo',
  'Contains',
  'Exists',
  'NotExists',
  'In',
];
/** Of conditions in one expression. Source: SageMaker, `SearchExpression`. */
const MOST_CONDITIONS = 20;

/** One page of what matches. Throws `InvalidInput` before anything is asked. */
export async function searched(
  { clients }: LabContext,
  kind: SearchableKind,
  filters: SearchFilters,
  abortSignal: AbortSignal,
  NextToken: string | undefined,
): Promise<Page<ResourceSummary>> {
  refuseUnknown('lab.search', filters, { where: true, any: true, sortBy: true, sortOrder: true, pageSize: true, signal: true });
  const [Resource, member] = SEARCHED[oneOf('kind', kind, Object.keys(SEARCHED) as SearchableKind[])];
  const { where = [], any = false, sortBy, sortOrder = 'Descending', pageSize = 100 } = filters;
  if (!Array.isArray(where) || where.length > MOST_CONDITIONS)
    refuse(
      'where',
      `SageMaker takes a list of at most ${MOST_CONDITIONS} conditions.`,
      "Write `where: [['Tags.team', 'Equals', 'risk']]`.",
    );
  const { Results = [], NextToken: next } = await clients.sageMaker.send(
    new SearchCommand({
      Resource,
      ...(where.length === 0 ? {} : { SearchExpression: { Filters: where.map(filterOf), Operator: any ? 'Or' : 'And' } }),
      SortBy: sortBy ?? 'CreationTime',
      SortOrder: oneOf('sortOrder', sortOrder, ['Ascending', 'Descending']),
      MaxResults: wholeNumber('pageSize', pageSize, 1, 100),
      ...(NextToken === undefined ? {} : { NextToken }),
    }),
    { abortSignal },
  );
  return {
    nextToken: next,
    items: Results.flatMap((result) => {
      // A model comes with what else there is about it.
      const found = member === 'Model' ? result.Model?.Model : result[member];
      return found === undefined ? [] : [KINDS[kind].line(found)];
    }),
  };
}

function filterOf([Name, operator, value]: SearchCondition) {
  const Operator = oneOf(`where ${Name}`, operator, OPERATORS);
  const needsNone = Operator === 'Exists' || Operator === 'NotExists';
  if (needsNone !== (value === undefined))
    refuse(
      `where ${Name}`,
      needsNone ? `${Operator} takes no value.` : `${Operator} needs a value.`,
      "Write `['Metrics.auc', 'GreaterThan', 0.8]` or `['Tags.team', 'Exists']`.",
    );
  return { Name, Operator, ...(value === undefined ? {} : { Value: textOf(value) }) };
}

const textOf = (value: NonNullable<SearchCondition[2]>): string =>
  value instanceof Date ? value.toISOString() : Array.isArray(value) ? value.join(',') : String(value);

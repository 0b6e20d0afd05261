import * as rows from './shared-rows.ts';

/**
 * What the steps of a pipeline do is written in its definition, where no control sees it; they do it with this role,
 * which carries the Deny statements of all other operations.
 */
export const pipeline = {
  Role: rows.executionRole('RoleArn', 'roles.pipelineExecution'),
  DefinitionBucket: {
    path: 'PipelineDefinitionS3Location.Bucket',
    describePath: null,
    wanted: { environment: 'buckets.artifacts' },
    match: 'equals',
    fill: 'with-parent',
    conditionKey: null,
    noConditionKey: 'SageMaker has no condition key for S3 locations: the caller’s role may read the project’s buckets alone.',
    title: 'Definition bucket',
    because: 'The definition is read where access is logged and versions are kept.',
  },
} as const;

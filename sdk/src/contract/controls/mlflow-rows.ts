import * as rows from './shared-rows.ts';

/** Where MLflow keeps what is logged, and the role with which it does. */
export const mlflow = {
  ArtifactBucket: rows.inBuckets('ArtifactStoreUri', 'buckets.model', 'Artifact bucket'),
  Role: rows.executionRole('RoleArn', 'roles.jobExecution'),
} as const;

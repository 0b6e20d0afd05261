import { controlsFor } from '../control.ts';
import * as rows from './shared-rows.ts';

const noKey = 'CreateCompilationJob has no condition keys: no role of the project may call it, and detection compares what was asked for.';

export const createCompilationJob = controlsFor('CreateCompilationJob', {
  Subnets: rows.withoutKey(rows.privateSubnets(''), noKey),
  SecurityGroups: rows.withoutKey(rows.securityGroups(''), noKey),
  OutputKey: rows.withoutKey(rows.outputKey('OutputConfig.KmsKeyId'), noKey),
  OutputBucket: rows.inBuckets('OutputConfig.S3OutputLocation', 'buckets.model', 'Output bucket'),
  ModelBucket: rows.inBuckets('InputConfig.S3Uri', 'buckets.model', 'Model bucket'),
  Role: rows.executionRole('RoleArn', 'roles.jobExecution'),
});

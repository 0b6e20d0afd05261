import { controlsFor } from '../control.ts';
import * as rows from './shared-rows.ts';

const noKey =
  'CreateInferenceRecommendationsJob has no condition keys: no role of the project may call it, and detection compares what was asked for.';

export const createInferenceRecommendationsJob = controlsFor('CreateInferenceRecommendationsJob', {
  Subnets: rows.withoutKey(rows.privateSubnets('InputConfig.'), noKey),
  SecurityGroups: rows.withoutKey(rows.securityGroups('InputConfig.'), noKey),
  VolumeKey: rows.withoutKey(rows.volumeKey('InputConfig.VolumeKmsKeyId'), noKey),
  // Describe does not return what the request asked to be written.
  OutputKey: { ...rows.withoutKey(rows.outputKey('OutputConfig.KmsKeyId'), noKey), describePath: null },
  OutputBucket: {
    ...rows.inBuckets('OutputConfig.CompiledOutputConfig.S3OutputUri', 'buckets.model', 'Output bucket'),
    describePath: null,
  },
  InstanceType: rows.withoutKey(rows.instanceTypes('InputConfig.EndpointConfigurations[].InstanceType', 'instanceTypes.hosting[]'), noKey),
  Role: rows.executionRole('RoleArn', 'roles.jobExecution'),
});

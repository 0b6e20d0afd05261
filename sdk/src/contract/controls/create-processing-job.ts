import { controlsFor } from '../control.ts';
import * as rows from './shared-rows.ts';

const dataset = <const P extends string>(prefix: P) =>
  ({
    Key: rows.furtherOutputKey(`${prefix}KmsKeyId`, 'Query output key'),
    Bucket: rows.inBuckets(`${prefix}OutputS3Uri`, 'buckets.model', 'Query output bucket'),
  }) as const;

export const createProcessingJob = controlsFor('CreateProcessingJob', {
  ...rows.jobNetwork('NetworkConfig.'),
  VolumeKey: rows.volumeKey('ProcessingResources.ClusterConfig.VolumeKmsKeyId'),
  OutputKey: { ...rows.outputKey('ProcessingOutputConfig.KmsKeyId'), fill: 'with-parent' },
  Role: rows.executionRole('RoleArn', 'roles.jobExecution'),
  InstanceType: rows.instanceTypes('ProcessingResources.ClusterConfig.InstanceType', 'instanceTypes.processing[]'),
  PreferredInstanceType: rows.instanceTypes(
    'ProcessingResources.ClusterConfig.InstancePreferences[].InstanceType',
    'instanceTypes.processing[]',
  ),
  OutputBucket: rows.inBuckets('ProcessingOutputConfig.Outputs[].S3Output.S3Uri', 'buckets.model', 'Output bucket'),
  Image: rows.approvedImage('AppSpecification.ImageUri'),
  ...rows.named('Athena', dataset('ProcessingInputs[].DatasetDefinition.AthenaDatasetDefinition.')),
  ...rows.named('Redshift', dataset('ProcessingInputs[].DatasetDefinition.RedshiftDatasetDefinition.')),
  RedshiftRole: {
    ...rows.executionRole('ProcessingInputs[].DatasetDefinition.RedshiftDatasetDefinition.ClusterRoleArn', 'roles.jobExecution'),
    fill: 'with-parent',
  },
});

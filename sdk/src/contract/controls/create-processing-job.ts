import { controlsFor } from '../control.ts';
import * as rows from './shared-rows.ts';

export const createProcessingJob = controlsFor('CreateProcessingJob', {
  Subnets: rows.privateSubnets('NetworkConfig.'),
  SecurityGroups: rows.securityGroups('NetworkConfig.'),
  NetworkIsolation: rows.networkIsolation('NetworkConfig.'),
  TrafficEncryption: rows.trafficEncryption('NetworkConfig.'),
  VolumeKey: rows.volumeKey('ProcessingResources.ClusterConfig.VolumeKmsKeyId'),
  OutputKey: { ...rows.outputKey('ProcessingOutputConfig.KmsKeyId'), fill: 'with-parent' },
  Role: rows.executionRole('RoleArn', 'roles.jobExecution'),
  InstanceType: rows.instanceTypes('ProcessingResources.ClusterConfig.InstanceType', 'instanceTypes.processing[]'),
  OutputBucket: rows.inBuckets('ProcessingOutputConfig.Outputs[].S3Output.S3Uri', 'buckets.model', 'Output bucket'),
  Image: rows.approvedImage('AppSpecification.ImageUri'),
});

import { controlsFor } from '../control.ts';
import * as rows from './shared-rows.ts';

export const createTrainingJob = controlsFor('CreateTrainingJob', {
  Subnets: rows.privateSubnets(''),
  SecurityGroups: rows.securityGroups(''),
  NetworkIsolation: rows.networkIsolation(''),
  TrafficEncryption: rows.trafficEncryption(''),
  VolumeKey: rows.volumeKey('ResourceConfig.VolumeKmsKeyId'),
  OutputKey: rows.outputKey('OutputDataConfig.KmsKeyId'),
  Role: rows.executionRole('RoleArn', 'roles.jobExecution'),
  InstanceType: rows.instanceTypes('ResourceConfig.InstanceType', 'instanceTypes.training[]'),
  OutputBucket: rows.inBuckets('OutputDataConfig.S3OutputPath', 'buckets.model', 'Output bucket'),
  CheckpointBucket: rows.inBuckets('CheckpointConfig.S3Uri', 'buckets.model', 'Checkpoint bucket'),
  Image: rows.approvedImage('AlgorithmSpecification.TrainingImage'),
  RemoteDebug: {
    path: 'RemoteDebugConfig.EnableRemoteDebug',
    wanted: { constant: false },
    match: 'false',
    fill: 'with-parent',
    conditionKey: 'sagemaker:EnableRemoteDebug',
    title: 'No remote shell',
    because: 'A shell into the training container would be a way around every other control.',
    remedy: 'Leave RemoteDebugConfig out; read the job’s logs instead.',
  },
});

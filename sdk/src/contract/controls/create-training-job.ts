import { controlsFor } from '../control.ts';
import * as rows from './shared-rows.ts';
import { profiler, remoteDebug, trainingDefinition } from './training-rows.ts';

export const createTrainingJob = controlsFor('CreateTrainingJob', {
  ...trainingDefinition(''),
  VolumeKey: rows.volumeKey('ResourceConfig.VolumeKmsKeyId'),
  RemoteDebug: remoteDebug,
  NoRegistryCredentials: rows.noRegistryCredentials('AlgorithmSpecification.TrainingImageConfig.TrainingRepositoryAuthConfig'),
  DebuggerBucket: rows.inBuckets('DebugHookConfig.S3OutputPath', 'buckets.model', 'Debugger bucket'),
  ...rows.named('DebugRule', rows.ruleJobs('DebugRuleConfigurations')),
  ...profiler,
  TensorBoardBucket: rows.inBuckets('TensorBoardOutputConfig.S3OutputPath', 'buckets.model', 'TensorBoard bucket'),
  NoSessionChaining: {
    path: 'SessionChainingConfig.EnableSessionTagChaining',
    describePath: null,
    wanted: { constant: false },
    match: 'false',
    fill: 'never',
    conditionKey: null,
    noConditionKey: 'SageMaker has no condition key for it: the job role’s rights do not depend on tags of the session.',
    title: 'No session tags',
    because: 'Tags that a caller hands on to the job could open what policies tie to them.',
    remedy: 'Leave SessionChainingConfig out.',
  },
  NoServerlessJob: rows.absent(
    'ServerlessJobConfig',
    'No serverless job',
    'A serverless job runs on capacity that has neither the project’s network nor its disks.',
    'SageMaker has no condition key for it: such a job has no volume key, and a request without the project’s is denied.',
  ),
});

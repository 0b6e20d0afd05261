import { controlsFor } from '../control.ts';
import * as rows from './shared-rows.ts';

/** Online and offline store are each the caller's choice; these keys of IAM tell that one was chosen. */
const online = { within: 'OnlineStoreConfig', demanded: 'sagemaker:FeatureGroupEnableOnlineStore' } as const;
const offline = { within: 'OfflineStoreConfig', demanded: 'sagemaker:FeatureGroupOfflineStoreS3Uri' } as const;

export const createFeatureGroup = controlsFor('CreateFeatureGroup', {
  OnlineKey: {
    ...rows.outputKey('OnlineStoreConfig.SecurityConfig.KmsKeyId'),
    ...online,
    conditionKey: 'sagemaker:FeatureGroupOnlineStoreKmsKeyArn',
    title: 'Online store key',
    because: 'The features at rest are encrypted with the project’s own key.',
  },
  OfflineKey: {
    ...rows.outputKey('OfflineStoreConfig.S3StorageConfig.KmsKeyId'),
    ...offline,
    conditionKey: 'sagemaker:FeatureGroupOfflineStoreKmsKeyArn',
    title: 'Offline store key',
  },
  OfflineBucket: rows.withKey(
    rows.inBuckets('OfflineStoreConfig.S3StorageConfig.S3Uri', 'buckets.model', 'Offline store bucket'),
    'sagemaker:FeatureGroupOfflineStoreS3Uri',
  ),
  ResolvedBucket: rows.inBuckets('OfflineStoreConfig.S3StorageConfig.ResolvedOutputS3Uri', 'buckets.model', 'Offline store bucket'),
  Role: rows.executionRole('RoleArn', 'roles.jobExecution'),
});

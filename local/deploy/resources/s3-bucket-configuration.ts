import {
  DeleteBucketCorsCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketTaggingCommand,
  DeletePublicAccessBlockCommand,
  type LifecycleRule as ApiLifecycleRule,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { unlessAbsent } from '../absent.ts';
import type { ResourceContext } from '../resource-type.ts';
import { writable } from '../shapes.ts';
import type { BucketProperties, LifecycleRule } from './s3-bucket-properties.ts';

/** CloudFormation's lifecycle rule is flat, the API's has one filter, which needs `And` as soon as it says two things. */
function lifecycleRule(rule: LifecycleRule): ApiLifecycleRule {
  const { Id, Status, Prefix, TagFilters, ObjectSizeGreaterThan, ObjectSizeLessThan, AbortIncompleteMultipartUpload } = rule;
  const {
    ExpirationDate,
    ExpirationInDays,
    ExpiredObjectDeleteMarker,
    NoncurrentVersionExpiration,
    NoncurrentVersionTransitions,
    Transitions,
  } = rule;
  const tags = writable(TagFilters);
  const sizes = {
    ...(ObjectSizeGreaterThan === undefined ? {} : { ObjectSizeGreaterThan }),
    ...(ObjectSizeLessThan === undefined ? {} : { ObjectSizeLessThan }),
  };
  const several = tags.length + Object.keys(sizes).length + (Prefix === undefined ? 0 : 1) > 1;
  const Filter = several
    ? { And: { ...(Prefix === undefined ? {} : { Prefix }), ...(tags.length > 0 ? { Tags: tags } : {}), ...sizes } }
    : {
        ...(tags[0] === undefined ? {} : { Tag: tags[0] }),
        ...sizes,
        ...(tags.length === 0 && Object.keys(sizes).length === 0 ? { Prefix: Prefix ?? '' } : {}),
      };
  return {
    ...(Id === undefined ? {} : { ID: Id }),
    Status,
    Filter,
    ...(AbortIncompleteMultipartUpload === undefined
      ? {}
      : { AbortIncompleteMultipartUpload: { DaysAfterInitiation: AbortIncompleteMultipartUpload.DaysAfterInitiation } }),
    ...((ExpirationDate ?? ExpirationInDays ?? ExpiredObjectDeleteMarker)
      ? {
          Expiration: {
            ...(ExpirationDate === undefined ? {} : { Date: new Date(ExpirationDate) }),
            ...(ExpirationInDays === undefined ? {} : { Days: ExpirationInDays }),
            ...(ExpiredObjectDeleteMarker === undefined ? {} : { ExpiredObjectDeleteMarker }),
          },
        }
      : {}),
    ...(NoncurrentVersionExpiration === undefined ? {} : { NoncurrentVersionExpiration }),
    ...(NoncurrentVersionTransitions === undefined
      ? {}
      : {
          NoncurrentVersionTransitions: NoncurrentVersionTransitions.map(({ StorageClass, TransitionInDays, NewerNoncurrentVersions }) => ({
            StorageClass,
            NoncurrentDays: TransitionInDays,
            ...(NewerNoncurrentVersions === undefined ? {} : { NewerNoncurrentVersions }),
          })),
        }),
    ...(Transitions === undefined
      ? {}
      : {
          Transitions: Transitions.map(({ StorageClass, TransitionInDays, TransitionDate }) => ({
            StorageClass,
            ...(TransitionInDays === undefined ? {} : { Days: TransitionInDays }),
            ...(TransitionDate === undefined ? {} : { Date: new Date(TransitionDate) }),
          })),
        }),
  };
}

/** Puts every configuration that the template gives, and takes away what an earlier template gave and this one does not. */
export async function configureBucket(
  { aws: { s3 } }: ResourceContext,
  Bucket: string,
  next: BucketProperties,
  previous: BucketProperties | undefined,
): Promise<void> {
  const { PublicAccessBlockConfiguration, OwnershipControls, BucketEncryption, VersioningConfiguration } = next;
  const { LifecycleConfiguration, NotificationConfiguration, CorsConfiguration, Tags } = next;
  const dropped = (key: keyof BucketProperties): boolean => next[key] === undefined && previous?.[key] !== undefined;

  if (PublicAccessBlockConfiguration !== undefined)
    await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
  else if (dropped('PublicAccessBlockConfiguration')) await unlessAbsent(s3.send(new DeletePublicAccessBlockCommand({ Bucket })));

  if (OwnershipControls !== undefined) await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
  else if (dropped('OwnershipControls')) await unlessAbsent(s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket })));

  if (BucketEncryption !== undefined) {
    const Rules = BucketEncryption.ServerSideEncryptionConfiguration.map(({ BucketKeyEnabled, ServerSideEncryptionByDefault }) => ({
      ...(BucketKeyEnabled === undefined ? {} : { BucketKeyEnabled }),
      ...(ServerSideEncryptionByDefault === undefined
        ? {}
        : {
            ApplyServerSideEncryptionByDefault: {
              SSEAlgorithm: ServerSideEncryptionByDefault.SSEAlgorithm,
              KMSMasterKeyID: ServerSideEncryptionByDefault.KMSMasterKeyID,
            },
          }),
    }));
    await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
  } else if (dropped('BucketEncryption')) await unlessAbsent(s3.send(new DeleteBucketEncryptionCommand({ Bucket })));

  if (VersioningConfiguration !== undefined) await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  else if (dropped('VersioningConfiguration'))
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }));

  if (LifecycleConfiguration !== undefined)
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: { Rules: LifecycleConfiguration.Rules.map(lifecycleRule) },
      }),
    );
  else if (dropped('LifecycleConfiguration')) await unlessAbsent(s3.send(new DeleteBucketLifecycleCommand({ Bucket })));

  if (NotificationConfiguration !== undefined || dropped('NotificationConfiguration')) {
    const enabled = NotificationConfiguration?.EventBridgeConfiguration.EventBridgeEnabled === true;
    await s3.send(
      new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: enabled ? { EventBridgeConfiguration: {} } : {} }),
    );
  }

  if (CorsConfiguration !== undefined) {
    const CORSRules = CorsConfiguration.CorsRules.map(({ Id, MaxAge, ExposedHeaders, ...rest }) => ({
      ...rest,
      ...(Id === undefined ? {} : { ID: Id }),
      ...(MaxAge === undefined ? {} : { MaxAgeSeconds: MaxAge }),
      ...(ExposedHeaders === undefined ? {} : { ExposeHeaders: ExposedHeaders }),
    }));
    await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
  } else if (dropped('CorsConfiguration')) await unlessAbsent(s3.send(new DeleteBucketCorsCommand({ Bucket })));

  if ((Tags ?? []).length > 0) await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: writable(Tags) } }));
  else if ((previous?.Tags ?? []).length > 0) await unlessAbsent(s3.send(new DeleteBucketTaggingCommand({ Bucket })));
}

/** Access logs: the other bucket must allow their delivery, and its policy names this bucket, so it comes later. */
export async function configureLogging(
  { aws: { s3 } }: ResourceContext,
  Bucket: string,
  next: BucketProperties,
  previous: BucketProperties | undefined,
): Promise<void> {
  const { LoggingConfiguration } = next;
  if (LoggingConfiguration === undefined && previous?.LoggingConfiguration === undefined) return;
  const BucketLoggingStatus =
    LoggingConfiguration === undefined
      ? {}
      : {
          LoggingEnabled: {
            TargetBucket: LoggingConfiguration.DestinationBucketName ?? Bucket,
            TargetPrefix: LoggingConfiguration.LogFilePrefix ?? '',
          },
        };
  await s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus }));
}

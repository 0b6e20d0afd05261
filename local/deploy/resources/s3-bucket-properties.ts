import { z } from 'zod';
import { flag, tag, tags, text, texts, whole } from '../shapes.ts';

const storageClass = z.enum(['DEEP_ARCHIVE', 'GLACIER', 'GLACIER_IR', 'INTELLIGENT_TIERING', 'ONEZONE_IA', 'STANDARD_IA']);

const lifecycleRule = z.strictObject({
  Id: text.optional(),
  Status: z.enum(['Enabled', 'Disabled']),
  Prefix: text.optional(),
  TagFilters: z.array(tag).optional(),
  ObjectSizeGreaterThan: whole.optional(),
  ObjectSizeLessThan: whole.optional(),
  AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: whole }).optional(),
  ExpirationDate: text.optional(),
  ExpirationInDays: whole.optional(),
  ExpiredObjectDeleteMarker: flag.optional(),
  NoncurrentVersionExpiration: z.strictObject({ NoncurrentDays: whole, NewerNoncurrentVersions: whole.optional() }).optional(),
  NoncurrentVersionTransitions: z
    .array(z.strictObject({ StorageClass: storageClass, TransitionInDays: whole, NewerNoncurrentVersions: whole.optional() }))
    .optional(),
  Transitions: z
    .array(z.strictObject({ StorageClass: storageClass, TransitionInDays: whole.optional(), TransitionDate: text.optional() }))
    .optional(),
});
export type LifecycleRule = z.infer<typeof lifecycleRule>;

export const properties = z.strictObject({
  BucketName: text.optional(),
  BucketEncryption: z
    .strictObject({
      ServerSideEncryptionConfiguration: z.array(
        z.strictObject({
          BucketKeyEnabled: flag.optional(),
          ServerSideEncryptionByDefault: z
            .strictObject({ SSEAlgorithm: z.enum(['AES256', 'aws:kms', 'aws:kms:dsse']), KMSMasterKeyID: text.optional() })
            .optional(),
        }),
      ),
    })
    .optional(),
  LifecycleConfiguration: z.strictObject({ Rules: z.array(lifecycleRule) }).optional(),
  LoggingConfiguration: z.strictObject({ DestinationBucketName: text.optional(), LogFilePrefix: text.optional() }).optional(),
  NotificationConfiguration: z.strictObject({ EventBridgeConfiguration: z.strictObject({ EventBridgeEnabled: flag }) }).optional(),
  ObjectLockEnabled: flag.optional(),
  OwnershipControls: z
    .strictObject({
      Rules: z.array(z.strictObject({ ObjectOwnership: z.enum(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']) })),
    })
    .optional(),
  PublicAccessBlockConfiguration: z
    .strictObject({
      BlockPublicAcls: flag.optional(),
      BlockPublicPolicy: flag.optional(),
      IgnorePublicAcls: flag.optional(),
      RestrictPublicBuckets: flag.optional(),
    })
    .optional(),
  CorsConfiguration: z
    .strictObject({
      CorsRules: z.array(
        z.strictObject({
          Id: text.optional(),
          AllowedHeaders: texts.optional(),
          AllowedMethods: texts,
          AllowedOrigins: texts,
          ExposedHeaders: texts.optional(),
          MaxAge: whole.optional(),
        }),
      ),
    })
    .optional(),
  Tags: tags,
  VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }).optional(),
});
export type BucketProperties = z.infer<typeof properties>;

import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { onlyStorageKey } from '../policies/bucket-policy.ts';
import { tagPurpose } from './tag-purpose.ts';

/** Old versions are a safety net for mistakes, not an archive. */
const NONCURRENT = Duration.days(90);
const ABANDONED_UPLOAD = Duration.days(7);

/** What every bucket of a project is: private, owned by the account, versioned, reached over TLS 1.2 or newer. */
const sealed = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  versioned: true,
  removalPolicy: RemovalPolicy.RETAIN,
} as const;

export interface ProjectBucketProps {
  readonly purpose: 'data' | 'model' | 'artifacts';
  readonly key: IKey;
  readonly accessLogs: Bucket;
}

/** A bucket for the project's objects: encrypted with the storage key and with nothing else, every access logged. */
export class ProjectBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { purpose, key, accessLogs }: ProjectBucketProps) {
    super(scope, id);
    this.bucket = tagPurpose(
      new Bucket(this, 'Bucket', {
        ...sealed,
        encryption: BucketEncryption.KMS,
        encryptionKey: key,
        bucketKeyEnabled: true,
        serverAccessLogsBucket: accessLogs,
        serverAccessLogsPrefix: `${purpose}/`,
        lifecycleRules: [{ noncurrentVersionExpiration: NONCURRENT, abortIncompleteMultipartUploadAfter: ABANDONED_UPLOAD }],
      }),
      purpose,
    );
    for (const statement of onlyStorageKey(this.bucket.bucketArn, key.keyArn)) this.bucket.addToResourcePolicy(statement);
  }
}

export interface AccessLogBucketProps {
  readonly retention: Duration;
}

/** Access logs of the other buckets. S3 delivers them with its own key only (S3 guide, "Enabling server access logging"). */
export class AccessLogBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { retention }: AccessLogBucketProps) {
    super(scope, id);
    this.bucket = tagPurpose(
      new Bucket(this, 'Bucket', {
        ...sealed,
        encryption: BucketEncryption.S3_MANAGED,
        lifecycleRules: [
          { expiration: retention, noncurrentVersionExpiration: NONCURRENT, abortIncompleteMultipartUploadAfter: ABANDONED_UPLOAD },
        ],
      }),
      'logs',
    );
  }
}

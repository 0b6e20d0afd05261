import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { CodeartifactClient } from '@aws-sdk/client-codeartifact';
import type { ECRClient } from '@aws-sdk/client-ecr';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { SageMakerFeatureStoreRuntimeClient } from '@aws-sdk/client-sagemaker-featurestore-runtime';
import type { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import type { STSClient } from '@aws-sdk/client-sts';

/**
 * AWS SDK clients of the environment's Region and endpoints, with the secure middleware attached: raw commands get
 * the same fields filled in, the same conflicts refused and the same denials explained as `lab.train`.
 * The two that every submission needs are there at once; the others are loaded when first asked for.
 */
export interface Clients {
  readonly sageMaker: SageMakerClient;
  readonly s3: S3Client;
  /** Invokes endpoints. */
  sageMakerRuntime(): Promise<SageMakerRuntimeClient>;
  /** Writes and reads feature records. */
  featureStoreRuntime(): Promise<SageMakerFeatureStoreRuntimeClient>;
  /** Reads CloudWatch Logs. */
  logs(): Promise<CloudWatchLogsClient>;
  /** Describes keys. */
  kms(): Promise<KMSClient>;
  /** Describes the network. */
  ec2(): Promise<EC2Client>;
  /** Who calls, and takes a role of the project. */
  sts(): Promise<STSClient>;
  /** Reads the project's roles and asks what they may do. */
  iam(): Promise<IAMClient>;
  /** Describes images. */
  ecr(): Promise<ECRClient>;
  /** Reads the account's quotas. */
  serviceQuotas(): Promise<ServiceQuotasClient>;
  /** Reads which packages are approved. */
  codeArtifact(): Promise<CodeartifactClient>;
  /** Closes every connection. */
  destroy(): void;
}

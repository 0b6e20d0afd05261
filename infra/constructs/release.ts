import { existsSync } from 'node:fs';
import { FileSystem, Size, Stack, Validations } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, ServerSideEncryption, Source } from 'aws-cdk-lib/aws-s3-deployment';
import type { ISource } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';

import { ReleaseMissing } from './release-missing.ts';

export interface ArtifactDeployment {
  readonly bucket: IBucket;
  readonly key: IKey;
  /** Role of the function that copies. */
  readonly role: IRole;
  readonly logGroup: ILogGroup;
}

/** Copies files into the artifacts bucket with the storage key. Older releases stay: running notebooks may still use them. */
function deploy(
  scope: Construct,
  id: string,
  { bucket, key, role, logGroup }: ArtifactDeployment,
  sources: ISource[],
  prefix?: string,
): BucketDeployment {
  const deployment = new BucketDeployment(scope, id, {
    sources,
    destinationBucket: bucket,
    ...(prefix === undefined ? {} : { destinationKeyPrefix: prefix }),
    role,
    logGroup,
    prune: false,
    retainOnDelete: true,
    serverSideEncryption: ServerSideEncryption.AWS_KMS,
    serverSideEncryptionAwsKmsKeyId: key.keyArn,
    memoryLimit: 1024,
    ephemeralStorageSize: Size.gibibytes(2),
  });
  acknowledgeFunction(deployment);
  return deployment;
}

/** The function that copies is the CDK's own, one for the stack; how it is written is not ours to choose. */
function acknowledgeFunction(deployment: BucketDeployment): void {
  for (const copying of Stack.of(deployment)
    .node.findAll()
    .filter((node) => node instanceof CfnFunction)) {
    Validations.of(copying).acknowledge({
      id: 'AwsSolutions-L1',
      reason: 'The CDK sets the runtime of its own function and moves it with its releases.',
    });
    // cfn-lint: the CDK writes a DependsOn on the role that the reference to the role implies already.
    copying.addMetadata('cfn-lint', { config: { ignore_checks: ['W3005'] } });
  }
}

export interface ReleaseProps extends ArtifactDeployment {
  /** `dist/release`, as `npm run build` leaves it. */
  readonly folder: string;
}

/** What notebooks install, under the hash of its content: an address never changes what it means. */
export class Release extends Construct {
  readonly uri: string;

  constructor(scope: Construct, id: string, { folder, ...deployment }: ReleaseProps) {
    super(scope, id);
    if (!existsSync(folder)) throw new ReleaseMissing(folder);
    const prefix = `release/${FileSystem.fingerprint(folder)}`;
    deploy(this, 'Deployment', deployment, [Source.asset(folder)], prefix);
    this.uri = deployment.bucket.s3UrlForObject(prefix);
  }
}

export interface EnvironmentObjectProps extends ArtifactDeployment {
  readonly name: string;
  readonly document: object;
}

/** The environment document as an object, for readers that have S3 but no SSM. */
export class EnvironmentObject extends Construct {
  constructor(scope: Construct, id: string, { name, document, ...deployment }: EnvironmentObjectProps) {
    super(scope, id);
    deploy(this, 'Deployment', deployment, [Source.jsonData(name, document)]);
  }
}

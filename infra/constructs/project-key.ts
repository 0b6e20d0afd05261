import { RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { tagPurpose } from './tag-purpose.ts';

export interface ProjectKeyProps {
  readonly project: string;
  readonly purpose: 'storage' | 'volume';
  readonly statements: readonly PolicyStatement[];
}

/** A customer managed key for one purpose: rotated every year, kept when the stack goes, and no statement but the given ones. */
export class ProjectKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, { project, purpose, statements }: ProjectKeyProps) {
    super(scope, id);
    this.key = tagPurpose(
      new Key(this, 'Key', {
        description: `Sealab ${project}: ${purpose}`,
        alias: `alias/sealab/${project}/${purpose}`,
        enableKeyRotation: true,
        policy: new PolicyDocument({ statements: [...statements] }),
        removalPolicy: RemovalPolicy.RETAIN,
      }),
      purpose,
    );
  }
}

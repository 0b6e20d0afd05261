import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { tagPurpose } from './tag-purpose.ts';

export interface ProjectLogGroupProps {
  readonly project: string;
  /** Last part of the name: `/sealab/<project>/<purpose>`. */
  readonly purpose: string;
  readonly key: IKey;
  readonly retentionDays: number;
}

/** Logs of the project's own parts: encrypted with the storage key, kept as long as sealab.yaml says. */
export class ProjectLogGroup extends Construct {
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { project, purpose, key, retentionDays }: ProjectLogGroupProps) {
    super(scope, id);
    this.logGroup = tagPurpose(
      new LogGroup(this, 'LogGroup', {
        logGroupName: `/sealab/${project}/${purpose}`,
        encryptionKey: key,
        removalPolicy: RemovalPolicy.RETAIN,
      }),
      purpose,
    );
    (this.logGroup.node.defaultChild as CfnLogGroup).retentionInDays = retentionDays;
  }
}

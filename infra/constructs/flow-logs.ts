import { RemovalPolicy } from 'aws-cdk-lib';
import { FlowLog, FlowLogDestination, FlowLogMaxAggregationInterval, FlowLogResourceType, FlowLogTrafficType } from 'aws-cdk-lib/aws-ec2';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { tagPurpose } from './tag-purpose.ts';

export interface FlowLogsProps {
  readonly project: string;
  readonly vpc: IVpc;
  readonly key: IKey;
  readonly role: IRole;
  readonly retentionDays: number;
}

/** All traffic of the VPC, allowed and refused, minute by minute, encrypted with the storage key. */
export class FlowLogs extends Construct {
  constructor(scope: Construct, id: string, { project, vpc, key, role, retentionDays }: FlowLogsProps) {
    super(scope, id);
    const logGroup = tagPurpose(
      new LogGroup(this, 'LogGroup', {
        logGroupName: `/sealab/${project}/flow-logs`,
        encryptionKey: key,
        retention: retentionDays as RetentionDays,
        removalPolicy: RemovalPolicy.RETAIN,
      }),
      'flow-logs',
    );
    new FlowLog(this, 'FlowLog', {
      resourceType: FlowLogResourceType.fromVpc(vpc),
      trafficType: FlowLogTrafficType.ALL,
      destination: FlowLogDestination.toCloudWatchLogs(logGroup, role),
      maxAggregationInterval: FlowLogMaxAggregationInterval.ONE_MINUTE,
    });
  }
}

import { FlowLog, FlowLogDestination, FlowLogMaxAggregationInterval, FlowLogResourceType, FlowLogTrafficType } from 'aws-cdk-lib/aws-ec2';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ProjectLogGroup } from './project-log-group.ts';
import type { ProjectLogGroupProps } from './project-log-group.ts';

export interface FlowLogsProps extends Omit<ProjectLogGroupProps, 'purpose'> {
  readonly vpc: IVpc;
  /** Role that the delivery writes with. */
  readonly role: IRole;
}

/** All traffic of the VPC, allowed and refused, minute by minute. */
export class FlowLogs extends Construct {
  constructor(scope: Construct, id: string, { vpc, role, ...logGroup }: FlowLogsProps) {
    super(scope, id);
    const logs = new ProjectLogGroup(this, 'Logs', { ...logGroup, purpose: 'flow-logs' });
    new FlowLog(this, 'FlowLog', {
      resourceType: FlowLogResourceType.fromVpc(vpc),
      trafficType: FlowLogTrafficType.ALL,
      destination: FlowLogDestination.toCloudWatchLogs(logs.logGroup, role),
      maxAggregationInterval: FlowLogMaxAggregationInterval.ONE_MINUTE,
    });
  }
}

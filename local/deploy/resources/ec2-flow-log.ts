import { CreateFlowLogsCommand, DeleteFlowLogsCommand, DescribeFlowLogsCommand } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { resourceType } from '../resource-type.ts';
import { tags, text, whole } from '../shapes.ts';
import { tagsAtCreation, updateTags } from './ec2-tags.ts';

const properties = z.strictObject({
  ResourceId: text,
  ResourceType: z.enum(['NetworkInterface', 'Subnet', 'VPC']),
  TrafficType: z.enum(['ACCEPT', 'ALL', 'REJECT']).optional(),
  LogDestinationType: z.enum(['cloud-watch-logs', 's3']).optional(),
  LogDestination: text.optional(),
  LogGroupName: text.optional(),
  DeliverLogsPermissionArn: text.optional(),
  LogFormat: text.optional(),
  MaxAggregationInterval: whole.optional(),
  Tags: tags,
});

export const ec2FlowLog = resourceType({
  type: 'AWS::EC2::FlowLog',
  properties,
  attributeNames: ['Id'],
  tags: 'list',
  replaceOn: [
    'ResourceId',
    'ResourceType',
    'TrafficType',
    'LogDestinationType',
    'LogDestination',
    'LogGroupName',
    'DeliverLogsPermissionArn',
    'LogFormat',
    'MaxAggregationInterval',
  ],
  async create({ aws }, { ResourceId, Tags, ...rest }) {
    const answer = await aws.ec2.send(
      new CreateFlowLogsCommand({ ...rest, ResourceIds: [ResourceId], ...tagsAtCreation('vpc-flow-log', Tags) }),
    );
    const failure = answer.Unsuccessful?.[0]?.Error;
    if (failure !== undefined) throw Object.assign(new Error(failure.Message), { name: failure.Code });
    return answer.FlowLogIds?.[0] ?? '';
  },
  async update(context, id, next, previous) {
    await updateTags(context, id, next.Tags, previous.Tags);
  },
  async remove({ aws }, id) {
    await unlessAbsent(aws.ec2.send(new DeleteFlowLogsCommand({ FlowLogIds: [id] })));
  },
  async attributes({ aws }, id) {
    const answer = await unlessAbsent(aws.ec2.send(new DescribeFlowLogsCommand({ FlowLogIds: [id] })));
    return (answer?.FlowLogs ?? []).length === 0 ? undefined : { Id: id };
  },
});

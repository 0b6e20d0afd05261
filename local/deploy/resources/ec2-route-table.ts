import { CreateRouteTableCommand, DeleteRouteTableCommand, DescribeRouteTablesCommand } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { resourceType } from '../resource-type.ts';
import { tags, text } from '../shapes.ts';
import { tagsAtCreation, updateTags } from './ec2-tags.ts';

export const ec2RouteTable = resourceType({
  type: 'AWS::EC2::RouteTable',
  properties: z.strictObject({ VpcId: text, Tags: tags }),
  attributeNames: ['RouteTableId'],
  tags: 'list',
  replaceOn: ['VpcId'],
  async create({ aws }, { VpcId, Tags }) {
    const answer = await aws.ec2.send(new CreateRouteTableCommand({ VpcId, ...tagsAtCreation('route-table', Tags) }));
    return answer.RouteTable?.RouteTableId ?? '';
  },
  async update(context, id, next, previous) {
    await updateTags(context, id, next.Tags, previous.Tags);
  },
  async remove({ aws }, RouteTableId) {
    await unlessAbsent(aws.ec2.send(new DeleteRouteTableCommand({ RouteTableId })));
  },
  async attributes({ aws }, id) {
    const answer = await unlessAbsent(aws.ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [id] })));
    return (answer?.RouteTables ?? []).length === 0 ? undefined : { RouteTableId: id };
  },
});

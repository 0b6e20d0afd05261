import { AssociateRouteTableCommand, DescribeRouteTablesCommand, DisassociateRouteTableCommand } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { resourceType } from '../resource-type.ts';
import { text } from '../shapes.ts';

export const ec2SubnetRouteTableAssociation = resourceType({
  type: 'AWS::EC2::SubnetRouteTableAssociation',
  properties: z.strictObject({ SubnetId: text, RouteTableId: text }),
  attributeNames: ['Id'],
  async create({ aws }, { SubnetId, RouteTableId }) {
    const answer = await aws.ec2.send(new AssociateRouteTableCommand({ SubnetId, RouteTableId }));
    return answer.AssociationId ?? '';
  },
  async remove({ aws }, AssociationId) {
    await unlessAbsent(aws.ec2.send(new DisassociateRouteTableCommand({ AssociationId })));
  },
  async attributes({ aws }, id, { RouteTableId }) {
    const answer = await unlessAbsent(aws.ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] })));
    const there = answer?.RouteTables?.some(({ Associations }) =>
      Associations?.some(({ RouteTableAssociationId }) => RouteTableAssociationId === id),
    );
    return there === true ? { Id: id } : undefined;
  },
  async find({ aws }, { SubnetId, RouteTableId }) {
    const answer = await unlessAbsent(aws.ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] })));
    return answer?.RouteTables?.[0]?.Associations?.find((association) => association.SubnetId === SubnetId)?.RouteTableAssociationId;
  },
});

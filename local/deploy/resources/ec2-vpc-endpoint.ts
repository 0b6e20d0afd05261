import {
  CreateVpcEndpointCommand,
  DeleteVpcEndpointsCommand,
  DescribeVpcEndpointsCommand,
  ModifyVpcEndpointCommand,
} from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { resourceType } from '../resource-type.ts';
import { document, flag, tags, text, texts } from '../shapes.ts';
import { tagsAtCreation, updateTags } from './ec2-tags.ts';

const properties = z.strictObject({
  VpcId: text,
  ServiceName: text,
  VpcEndpointType: z.enum(['Interface', 'Gateway']).optional(),
  SubnetIds: texts.optional(),
  SecurityGroupIds: texts.optional(),
  RouteTableIds: texts.optional(),
  PrivateDnsEnabled: flag.optional(),
  PolicyDocument: document.optional(),
  Tags: tags,
});

const added = (next: string[] = [], previous: string[] = []): string[] => next.filter((id) => !previous.includes(id));

export const ec2VpcEndpoint = resourceType({
  type: 'AWS::EC2::VPCEndpoint',
  properties,
  attributeNames: ['Id', 'CreationTimestamp', 'DnsEntries', 'NetworkInterfaceIds'],
  tags: 'list',
  replaceOn: ['VpcId', 'ServiceName', 'VpcEndpointType'],
  async create({ aws }, { PolicyDocument, Tags, ...rest }) {
    const answer = await aws.ec2.send(
      new CreateVpcEndpointCommand({
        ...rest,
        ...(PolicyDocument === undefined ? {} : { PolicyDocument: JSON.stringify(PolicyDocument) }),
        ...tagsAtCreation('vpc-endpoint', Tags),
      }),
    );
    return answer.VpcEndpoint?.VpcEndpointId ?? '';
  },
  async update(context, VpcEndpointId, next, previous) {
    await context.aws.ec2.send(
      new ModifyVpcEndpointCommand({
        VpcEndpointId,
        ...(next.PolicyDocument === undefined ? { ResetPolicy: true } : { PolicyDocument: JSON.stringify(next.PolicyDocument) }),
        AddSubnetIds: added(next.SubnetIds, previous.SubnetIds),
        RemoveSubnetIds: added(previous.SubnetIds, next.SubnetIds),
        AddSecurityGroupIds: added(next.SecurityGroupIds, previous.SecurityGroupIds),
        RemoveSecurityGroupIds: added(previous.SecurityGroupIds, next.SecurityGroupIds),
        AddRouteTableIds: added(next.RouteTableIds, previous.RouteTableIds),
        RemoveRouteTableIds: added(previous.RouteTableIds, next.RouteTableIds),
        PrivateDnsEnabled: next.PrivateDnsEnabled,
      }),
    );
    await updateTags(context, VpcEndpointId, next.Tags, previous.Tags);
  },
  async remove({ aws }, id) {
    await unlessAbsent(aws.ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id] })));
  },
  async attributes({ aws }, id) {
    const answer = await unlessAbsent(aws.ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id] })));
    const endpoint = answer?.VpcEndpoints?.[0];
    if (endpoint === undefined || endpoint.State?.toLowerCase() === 'deleted') return undefined;
    return {
      Id: id,
      CreationTimestamp: endpoint.CreationTimestamp?.toISOString() ?? '',
      DnsEntries: (endpoint.DnsEntries ?? []).map(({ HostedZoneId, DnsName }) => `${HostedZoneId ?? ''}:${DnsName ?? ''}`),
      NetworkInterfaceIds: endpoint.NetworkInterfaceIds ?? [],
    };
  },
});

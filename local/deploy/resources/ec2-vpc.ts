import {
  CreateVpcCommand,
  DeleteVpcCommand,
  DescribeNetworkAclsCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcsCommand,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { type ResourceContext, resourceType } from '../resource-type.ts';
import { flag, tags, text } from '../shapes.ts';
import { tagsAtCreation, updateTags } from './ec2-tags.ts';

const properties = z.strictObject({
  CidrBlock: text,
  EnableDnsHostnames: flag.optional(),
  EnableDnsSupport: flag.optional(),
  InstanceTenancy: z.enum(['default', 'dedicated']).optional(),
  Tags: tags,
});
type Properties = z.infer<typeof properties>;

async function setDns({ aws }: ResourceContext, VpcId: string, { EnableDnsSupport, EnableDnsHostnames }: Properties): Promise<void> {
  // Support first: hostnames need it.
  await aws.ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsSupport: { Value: EnableDnsSupport ?? true } }));
  await aws.ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: EnableDnsHostnames ?? false } }));
}

export const ec2Vpc = resourceType({
  type: 'AWS::EC2::VPC',
  properties,
  attributeNames: ['VpcId', 'CidrBlock', 'CidrBlockAssociations', 'DefaultSecurityGroup', 'DefaultNetworkAcl', 'Ipv6CidrBlocks'],
  tags: 'list',
  replaceOn: ['CidrBlock', 'InstanceTenancy'],
  async create(context, properties) {
    const { CidrBlock, InstanceTenancy, Tags } = properties;
    const answer = await context.aws.ec2.send(new CreateVpcCommand({ CidrBlock, InstanceTenancy, ...tagsAtCreation('vpc', Tags) }));
    const id = answer.Vpc?.VpcId ?? '';
    context.created(id);
    await setDns(context, id, properties);
    return id;
  },
  async update(context, id, next, previous) {
    await setDns(context, id, next);
    await updateTags(context, id, next.Tags, previous.Tags);
  },
  async remove({ aws }, VpcId) {
    await unlessAbsent(aws.ec2.send(new DeleteVpcCommand({ VpcId })));
  },
  async attributes({ aws }, id) {
    const Filters = [{ Name: 'vpc-id', Values: [id] }];
    const answer = await unlessAbsent(aws.ec2.send(new DescribeVpcsCommand({ VpcIds: [id] })));
    const vpc = answer?.Vpcs?.[0];
    if (vpc === undefined) return undefined;
    const [groups, acls] = await Promise.all([
      aws.ec2.send(new DescribeSecurityGroupsCommand({ Filters: [...Filters, { Name: 'group-name', Values: ['default'] }] })),
      aws.ec2.send(new DescribeNetworkAclsCommand({ Filters: [...Filters, { Name: 'default', Values: ['true'] }] })),
    ]);
    return {
      VpcId: id,
      CidrBlock: vpc.CidrBlock ?? '',
      CidrBlockAssociations: (vpc.CidrBlockAssociationSet ?? []).flatMap(({ AssociationId }) => AssociationId ?? []),
      DefaultSecurityGroup: groups.SecurityGroups?.[0]?.GroupId ?? '',
      DefaultNetworkAcl: acls.NetworkAcls?.[0]?.NetworkAclId ?? '',
      Ipv6CidrBlocks: (vpc.Ipv6CidrBlockAssociationSet ?? []).flatMap(({ Ipv6CidrBlock }) => Ipv6CidrBlock ?? []),
    };
  },
});

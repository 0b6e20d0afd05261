import { CreateSubnetCommand, DeleteSubnetCommand, DescribeSubnetsCommand, ModifySubnetAttributeCommand } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { resourceType } from '../resource-type.ts';
import { flag, tags, text } from '../shapes.ts';
import { tagsAtCreation, updateTags } from './ec2-tags.ts';

const properties = z.strictObject({
  VpcId: text,
  CidrBlock: text,
  AvailabilityZone: text.optional(),
  MapPublicIpOnLaunch: flag.optional(),
  Tags: tags,
});

export const ec2Subnet = resourceType({
  type: 'AWS::EC2::Subnet',
  properties,
  attributeNames: ['SubnetId', 'VpcId', 'CidrBlock', 'AvailabilityZone', 'AvailabilityZoneId'],
  tags: 'list',
  replaceOn: ['VpcId', 'CidrBlock', 'AvailabilityZone'],
  async create(context, { VpcId, CidrBlock, AvailabilityZone, MapPublicIpOnLaunch, Tags }) {
    const answer = await context.aws.ec2.send(
      new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone, ...tagsAtCreation('subnet', Tags) }),
    );
    const id = answer.Subnet?.SubnetId ?? '';
    context.created(id);
    await context.aws.ec2.send(
      new ModifySubnetAttributeCommand({ SubnetId: id, MapPublicIpOnLaunch: { Value: MapPublicIpOnLaunch ?? false } }),
    );
    return id;
  },
  async update(context, SubnetId, next, previous) {
    await context.aws.ec2.send(
      new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: next.MapPublicIpOnLaunch ?? false } }),
    );
    await updateTags(context, SubnetId, next.Tags, previous.Tags);
  },
  async remove({ aws }, SubnetId) {
    await unlessAbsent(aws.ec2.send(new DeleteSubnetCommand({ SubnetId })));
  },
  async attributes({ aws }, id) {
    const answer = await unlessAbsent(aws.ec2.send(new DescribeSubnetsCommand({ SubnetIds: [id] })));
    const subnet = answer?.Subnets?.[0];
    if (subnet === undefined) return undefined;
    const { VpcId = '', CidrBlock = '', AvailabilityZone = '', AvailabilityZoneId = '' } = subnet;
    return { SubnetId: id, VpcId, CidrBlock, AvailabilityZone, AvailabilityZoneId };
  },
  /** A block can be given only once inside a network, so it tells the subnet. */
  async find({ aws }, { VpcId, CidrBlock }) {
    const answer = await aws.ec2.send(
      new DescribeSubnetsCommand({
        Filters: [
          { Name: 'vpc-id', Values: [VpcId] },
          { Name: 'cidr-block', Values: [CidrBlock] },
        ],
      }),
    );
    return answer.Subnets?.[0]?.SubnetId;
  },
});

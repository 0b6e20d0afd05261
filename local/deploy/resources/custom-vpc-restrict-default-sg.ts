import { DescribeSecurityGroupsCommand, RevokeSecurityGroupEgressCommand, RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { knows, type ResourceContext, resourceType } from '../resource-type.ts';
import { text } from '../shapes.ts';

async function restrict({ aws }: ResourceContext, GroupId: string): Promise<void> {
  const answer = await aws.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
  const { IpPermissions = [], IpPermissionsEgress = [] } = answer.SecurityGroups?.[0] ?? {};
  if (IpPermissions.length > 0) await aws.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  if (IpPermissionsEgress.length > 0)
    await aws.ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: IpPermissionsEgress }));
}

/** Takes every rule out of a network's default security group: what CDK's function does. */
export const customVpcRestrictDefaultSg = resourceType({
  type: 'Custom::VpcRestrictDefaultSG',
  properties: z.strictObject({ ServiceToken: text, DefaultSecurityGroupId: text, Account: text.optional() }),
  attributeNames: [],
  async create(context, { ServiceToken, DefaultSecurityGroupId, Account }) {
    knows(ServiceToken, Account);
    await restrict(context, DefaultSecurityGroupId);
    return `${DefaultSecurityGroupId}-restricted`;
  },
  async update(context, _id, { DefaultSecurityGroupId }) {
    await restrict(context, DefaultSecurityGroupId);
  },
  /** The group goes with its network. CDK's function would put the open rules back first; nothing could use them. */
  remove() {
    return Promise.resolve();
  },
  async attributes({ aws }, _id, { DefaultSecurityGroupId }) {
    const answer = await unlessAbsent(aws.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [DefaultSecurityGroupId] })));
    return (answer?.SecurityGroups ?? []).length === 0 ? undefined : {};
  },
});

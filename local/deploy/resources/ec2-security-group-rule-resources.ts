import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { unlessAbsent } from '../absent.ts';
import { type ResourceContext, type ResourceType, resourceType } from '../resource-type.ts';
import { text } from '../shapes.ts';
import { egressRule, ingressRule, permission, type Rule } from './ec2-security-group-rules.ts';

/** A rule of a group as a resource of its own; every change is a new rule. */
function ruleResource<P extends Rule & { GroupId: string }>(
  definition: Pick<ResourceType<P>, 'type' | 'properties'>,
  authorize: (
    context: ResourceContext,
    GroupId: string,
    rule: Rule,
  ) => Promise<{ SecurityGroupRules?: { SecurityGroupRuleId?: string | undefined }[] | undefined }>,
  revoke: (context: ResourceContext, GroupId: string, rule: Rule) => Promise<unknown>,
): ResourceType {
  return resourceType<P>({
    ...definition,
    attributeNames: ['Id'],
    async create(context, { GroupId, ...rule }) {
      const answer = await authorize(context, GroupId, rule);
      return answer.SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? '';
    },
    async remove(context, _id, { GroupId, ...rule }) {
      await unlessAbsent(revoke(context, GroupId, rule as unknown as Rule));
    },
    async attributes({ aws }, id) {
      const answer = await unlessAbsent(aws.ec2.send(new DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds: [id] })));
      return (answer?.SecurityGroupRules ?? []).some(({ SecurityGroupRuleId }) => SecurityGroupRuleId === id) ? { Id: id } : undefined;
    },
  });
}

export const ec2SecurityGroupIngress = ruleResource(
  { type: 'AWS::EC2::SecurityGroupIngress', properties: ingressRule.extend({ GroupId: text }) },
  async ({ aws }, GroupId, rule) =>
    await aws.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [permission(rule)] })),
  async ({ aws }, GroupId, rule) =>
    await aws.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [permission(rule)] })),
);

export const ec2SecurityGroupEgress = ruleResource(
  { type: 'AWS::EC2::SecurityGroupEgress', properties: egressRule.extend({ GroupId: text }) },
  async ({ aws }, GroupId, rule) =>
    await aws.ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: [permission(rule)] })),
  async ({ aws }, GroupId, rule) =>
    await aws.ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: [permission(rule)] })),
);

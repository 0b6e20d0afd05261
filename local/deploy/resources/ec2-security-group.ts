import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { type ResourceContext, resourceType } from '../resource-type.ts';
import { stableJson } from '../stable-json.ts';
import { tags, text } from '../shapes.ts';
import { egressRule, EVERYTHING_OUT, ingressRule, permission, type Rule } from './ec2-security-group-rules.ts';
import { tagsAtCreation, updateTags } from './ec2-tags.ts';

const properties = z.strictObject({
  GroupDescription: text,
  GroupName: text.optional(),
  VpcId: text,
  SecurityGroupIngress: z.array(ingressRule).optional(),
  SecurityGroupEgress: z.array(egressRule).optional(),
  Tags: tags,
});

/** The egress rules of a group whose template lists none are EC2's own. */
const egressOf = (rules: readonly Rule[] | undefined): readonly Rule[] =>
  rules === undefined || rules.length === 0 ? [EVERYTHING_OUT] : rules;
const missingFrom = (others: readonly Rule[], rules: readonly Rule[]): Rule[] => {
  const known = new Set(others.map(stableJson));
  return rules.filter((candidate) => !known.has(stableJson(candidate)));
};

async function tolerating(code: string, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if ((error as Error).name !== code) throw error;
  }
}

/** Rules one by one: one that an earlier, cut off run has made already must not hide the others. */
async function changeRules(
  { aws: { ec2 } }: ResourceContext,
  GroupId: string,
  side: 'ingress' | 'egress',
  previous: readonly Rule[],
  next: readonly Rule[],
): Promise<void> {
  for (const gone of missingFrom(next, previous)) {
    const input = { GroupId, IpPermissions: [permission(gone)] };
    const call =
      side === 'ingress' ? ec2.send(new RevokeSecurityGroupIngressCommand(input)) : ec2.send(new RevokeSecurityGroupEgressCommand(input));
    await tolerating('InvalidPermission.NotFound', call);
  }
  for (const added of missingFrom(previous, next)) {
    const input = { GroupId, IpPermissions: [permission(added)] };
    const call =
      side === 'ingress'
        ? ec2.send(new AuthorizeSecurityGroupIngressCommand(input))
        : ec2.send(new AuthorizeSecurityGroupEgressCommand(input));
    await tolerating('InvalidPermission.Duplicate', call);
  }
}

export const ec2SecurityGroup = resourceType({
  type: 'AWS::EC2::SecurityGroup',
  properties,
  attributeNames: ['GroupId', 'Id', 'VpcId'],
  tags: 'list',
  replaceOn: ['GroupDescription', 'GroupName', 'VpcId'],
  nameProperty: 'GroupName',
  nameWithin: 'VpcId',
  async create(context, { GroupDescription, GroupName, VpcId, SecurityGroupIngress, SecurityGroupEgress, Tags }) {
    const answer = await context.aws.ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: GroupName ?? context.name(255),
        Description: GroupDescription,
        VpcId,
        ...tagsAtCreation('security-group', Tags),
      }),
    );
    const id = answer.GroupId ?? '';
    context.created(id);
    await changeRules(context, id, 'egress', [EVERYTHING_OUT], egressOf(SecurityGroupEgress));
    await changeRules(context, id, 'ingress', [], SecurityGroupIngress ?? []);
    return id;
  },
  async update(context, id, next, previous) {
    // Right after a cut off creation nothing is known to be there: EC2's own rule may still be, and must not stay.
    await changeRules(
      context,
      id,
      'egress',
      [EVERYTHING_OUT, ...missingFrom([EVERYTHING_OUT], egressOf(previous.SecurityGroupEgress))],
      egressOf(next.SecurityGroupEgress),
    );
    await changeRules(context, id, 'egress', [], egressOf(next.SecurityGroupEgress));
    await changeRules(context, id, 'ingress', previous.SecurityGroupIngress ?? [], next.SecurityGroupIngress ?? []);
    await changeRules(context, id, 'ingress', [], next.SecurityGroupIngress ?? []);
    await updateTags(context, id, next.Tags, previous.Tags);
  },
  async remove({ aws }, GroupId) {
    await unlessAbsent(aws.ec2.send(new DeleteSecurityGroupCommand({ GroupId })));
  },
  async attributes({ aws }, id) {
    const answer = await unlessAbsent(aws.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] })));
    const group = answer?.SecurityGroups?.[0];
    return group === undefined ? undefined : { GroupId: id, Id: id, VpcId: group.VpcId ?? '' };
  },
  async find(context, { GroupName, VpcId }) {
    const Filters = [
      { Name: 'vpc-id', Values: [VpcId] },
      { Name: 'group-name', Values: [GroupName ?? context.name(255)] },
    ];
    const answer = await context.aws.ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
    return answer.SecurityGroups?.[0]?.GroupId;
  },
});

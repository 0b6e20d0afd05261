import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { resourceType } from '../resource-type.ts';
import { document, goneKeys, tags, text, texts, whole, writable } from '../shapes.ts';
import { changeInlinePolicies, changeManagedPolicies, inlinePolicy } from './iam-policies.ts';

const properties = z.strictObject({
  AssumeRolePolicyDocument: document,
  Description: text.optional(),
  ManagedPolicyArns: texts.optional(),
  MaxSessionDuration: whole.optional(),
  Path: text.optional(),
  PermissionsBoundary: text.optional(),
  Policies: z.array(inlinePolicy).optional(),
  RoleName: text.optional(),
  Tags: tags,
});

export const iamRole = resourceType({
  type: 'AWS::IAM::Role',
  properties,
  attributeNames: ['Arn', 'RoleId'],
  tags: 'list',
  replaceOn: ['Path', 'RoleName'],
  nameProperty: 'RoleName',
  async create(context, { AssumeRolePolicyDocument, ManagedPolicyArns, Policies, RoleName, Tags, ...rest }) {
    const name = RoleName ?? context.name(64);
    await context.aws.iam.send(
      new CreateRoleCommand({
        ...rest,
        RoleName: name,
        AssumeRolePolicyDocument: JSON.stringify(AssumeRolePolicyDocument),
        Tags: writable(Tags),
      }),
    );
    context.created(name);
    await changeManagedPolicies(context, name, [], ManagedPolicyArns);
    await changeInlinePolicies(context, name, [], Policies);
    return name;
  },
  async update(context, RoleName, next, previous) {
    const { iam } = context.aws;
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(next.AssumeRolePolicyDocument) }));
    await iam.send(
      new UpdateRoleCommand({ RoleName, Description: next.Description ?? '', MaxSessionDuration: next.MaxSessionDuration ?? 3600 }),
    );
    if (next.PermissionsBoundary !== undefined)
      await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: next.PermissionsBoundary }));
    else if (previous.PermissionsBoundary !== undefined)
      await unlessAbsent(iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName })));
    await changeManagedPolicies(context, RoleName, previous.ManagedPolicyArns, next.ManagedPolicyArns);
    await changeInlinePolicies(context, RoleName, previous.Policies, next.Policies);
    const gone = goneKeys(previous.Tags, next.Tags);
    if (gone.length > 0) await iam.send(new UntagRoleCommand({ RoleName, TagKeys: gone }));
    if ((next.Tags ?? []).length > 0) await iam.send(new TagRoleCommand({ RoleName, Tags: writable(next.Tags) }));
  },
  async remove({ aws: { iam } }, RoleName) {
    const attached = await unlessAbsent(iam.send(new ListAttachedRolePoliciesCommand({ RoleName })));
    if (attached === undefined) return;
    for (const { PolicyArn } of attached.AttachedPolicies ?? [])
      await unlessAbsent(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })));
    const inline = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    for (const PolicyName of inline.PolicyNames ?? []) await unlessAbsent(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
    await unlessAbsent(iam.send(new DeleteRoleCommand({ RoleName })));
  },
  async attributes({ aws }, RoleName) {
    const role = (await unlessAbsent(aws.iam.send(new GetRoleCommand({ RoleName }))))?.Role;
    return role === undefined ? undefined : { Arn: role.Arn ?? '', RoleId: role.RoleId ?? '' };
  },
  async find(context, { RoleName }) {
    const answer = await unlessAbsent(context.aws.iam.send(new GetRoleCommand({ RoleName: RoleName ?? context.name(64) })));
    return answer?.Role?.RoleName;
  },
});

import {
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DetachGroupPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetPolicyCommand,
  ListEntitiesForPolicyCommand,
  ListPolicyVersionsCommand,
} from '@aws-sdk/client-iam';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { type ResourceContext, resourceType } from '../resource-type.ts';
import { document, text, texts } from '../shapes.ts';
import { type Holders, without } from './iam-policies.ts';

const properties = z.strictObject({
  ManagedPolicyName: text.optional(),
  Description: text.optional(),
  Path: text.optional(),
  PolicyDocument: document,
  Roles: texts.optional(),
  Users: texts.optional(),
  Groups: texts.optional(),
});
type Properties = z.infer<typeof properties>;

async function attach(
  { aws: { iam } }: ResourceContext,
  PolicyArn: string,
  { Roles = [], Users = [], Groups = [] }: Holders,
): Promise<void> {
  for (const RoleName of Roles) await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  for (const UserName of Users) await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
  for (const GroupName of Groups) await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }));
}

async function detach(
  { aws: { iam } }: ResourceContext,
  PolicyArn: string,
  { Roles = [], Users = [], Groups = [] }: Holders,
): Promise<void> {
  for (const RoleName of Roles) await unlessAbsent(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })));
  for (const UserName of Users) await unlessAbsent(iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn })));
  for (const GroupName of Groups) await unlessAbsent(iam.send(new DetachGroupPolicyCommand({ GroupName, PolicyArn })));
}

/** IAM keeps at most five versions; the default one cannot go. */
async function deleteOtherVersions({ aws: { iam } }: ResourceContext, PolicyArn: string): Promise<void> {
  const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
  for (const { VersionId, IsDefaultVersion } of Versions ?? [])
    if (IsDefaultVersion !== true) await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
}

const arnOf = (context: ResourceContext, { ManagedPolicyName, Path }: Properties): string =>
  `arn:${context.partition}:iam::${context.accountId}:policy${Path ?? '/'}${ManagedPolicyName ?? context.name(128)}`;

export const iamManagedPolicy = resourceType({
  type: 'AWS::IAM::ManagedPolicy',
  properties,
  attributeNames: ['PolicyArn', 'PolicyId'],
  replaceOn: ['ManagedPolicyName', 'Description', 'Path'],
  nameProperty: 'ManagedPolicyName',
  async create(context, properties) {
    const { ManagedPolicyName, Description, Path, PolicyDocument, ...holders } = properties;
    const answer = await context.aws.iam.send(
      new CreatePolicyCommand({
        PolicyName: ManagedPolicyName ?? context.name(128),
        Description,
        Path,
        PolicyDocument: JSON.stringify(PolicyDocument),
      }),
    );
    const arn = answer.Policy?.Arn ?? '';
    context.created(arn);
    await attach(context, arn, holders);
    return arn;
  },
  async update(context, PolicyArn, next, previous) {
    if (JSON.stringify(next.PolicyDocument) !== JSON.stringify(previous.PolicyDocument)) {
      await deleteOtherVersions(context, PolicyArn);
      await context.aws.iam.send(
        new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: JSON.stringify(next.PolicyDocument), SetAsDefault: true }),
      );
    }
    await attach(context, PolicyArn, next);
    await detach(context, PolicyArn, without(previous, next));
  },
  async remove(context, PolicyArn) {
    const holders = await unlessAbsent(context.aws.iam.send(new ListEntitiesForPolicyCommand({ PolicyArn })));
    if (holders === undefined) return;
    await detach(context, PolicyArn, {
      Roles: (holders.PolicyRoles ?? []).flatMap(({ RoleName }) => RoleName ?? []),
      Users: (holders.PolicyUsers ?? []).flatMap(({ UserName }) => UserName ?? []),
      Groups: (holders.PolicyGroups ?? []).flatMap(({ GroupName }) => GroupName ?? []),
    });
    await deleteOtherVersions(context, PolicyArn);
    await unlessAbsent(context.aws.iam.send(new DeletePolicyCommand({ PolicyArn })));
  },
  async attributes({ aws }, PolicyArn) {
    const policy = (await unlessAbsent(aws.iam.send(new GetPolicyCommand({ PolicyArn }))))?.Policy;
    return policy === undefined ? undefined : { PolicyArn, PolicyId: policy.PolicyId ?? '' };
  },
  async find(context, properties) {
    const answer = await unlessAbsent(context.aws.iam.send(new GetPolicyCommand({ PolicyArn: arnOf(context, properties) })));
    return answer?.Policy?.Arn;
  },
});

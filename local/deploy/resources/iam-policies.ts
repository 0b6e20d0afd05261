import {
  AttachRolePolicyCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  DeleteGroupPolicyCommand,
  DetachRolePolicyCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import type { ResourceContext } from '../resource-type.ts';
import { document, text } from '../shapes.ts';

export const inlinePolicy = z.strictObject({ PolicyName: text, PolicyDocument: document });
export type InlinePolicy = z.infer<typeof inlinePolicy>;

/** Brings the inline policies of a role from one list to another. */
export async function changeInlinePolicies(
  { aws }: ResourceContext,
  RoleName: string,
  previous: readonly InlinePolicy[] = [],
  next: readonly InlinePolicy[] = [],
): Promise<void> {
  const kept = new Set(next.map(({ PolicyName }) => PolicyName));
  for (const { PolicyName } of previous)
    if (!kept.has(PolicyName)) await unlessAbsent(aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
  for (const { PolicyName, PolicyDocument } of next)
    await aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(PolicyDocument) }));
}

/** Brings the attached managed policies of a role from one list to another. */
export async function changeManagedPolicies(
  { aws }: ResourceContext,
  RoleName: string,
  previous: readonly string[] = [],
  next: readonly string[] = [],
): Promise<void> {
  for (const PolicyArn of previous)
    if (!next.includes(PolicyArn)) await unlessAbsent(aws.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })));
  for (const PolicyArn of next) await aws.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
}

/** The principals that a policy resource names. */
export interface Holders {
  readonly Roles?: readonly string[] | undefined;
  readonly Users?: readonly string[] | undefined;
  readonly Groups?: readonly string[] | undefined;
}

export async function putInline(
  { aws }: ResourceContext,
  PolicyName: string,
  policy: object,
  { Roles = [], Users = [], Groups = [] }: Holders,
): Promise<void> {
  const PolicyDocument = JSON.stringify(policy);
  for (const RoleName of Roles) await aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  for (const UserName of Users) await aws.iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
  for (const GroupName of Groups) await aws.iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName, PolicyDocument }));
}

export async function deleteInline(
  { aws }: ResourceContext,
  PolicyName: string,
  { Roles = [], Users = [], Groups = [] }: Holders,
): Promise<void> {
  for (const RoleName of Roles) await unlessAbsent(aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
  for (const UserName of Users) await unlessAbsent(aws.iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })));
  for (const GroupName of Groups) await unlessAbsent(aws.iam.send(new DeleteGroupPolicyCommand({ GroupName, PolicyName })));
}

/** Those of `holders` that are not among `others`. */
export const without = (holders: Holders, others: Holders): Holders => ({
  Roles: (holders.Roles ?? []).filter((name) => others.Roles?.includes(name) !== true),
  Users: (holders.Users ?? []).filter((name) => others.Users?.includes(name) !== true),
  Groups: (holders.Groups ?? []).filter((name) => others.Groups?.includes(name) !== true),
});

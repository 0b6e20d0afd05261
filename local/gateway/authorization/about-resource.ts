import type { IamView } from './iam-snapshot.ts';
import type { ResourceView } from './resource-view.ts';
import type { Question } from './simulate.ts';

export interface ResourceSources {
  readonly iam: IamView;
  readonly resources: ResourceView;
  /** Tags of a resource that an emulated service keeps. */
  readonly tagsOf: (arn: string) => Promise<Readonly<Record<string, string>> | undefined>;
}

type Tags = Readonly<Record<string, string>>;

/** The policy that a resource itself carries: a bucket's, a key's, a role's trust. */
export async function resourcePolicyOf(
  { iam, resources }: ResourceSources,
  action: string,
  resource: string,
): Promise<Question['resourcePolicy']> {
  const [service] = action.split(':');
  let document: string | undefined;
  if (service === 's3' && resource.includes(':s3:::'))
    document = await resources.bucketPolicy(resource.split(':::')[1]?.split('/')[0] ?? '');
  else if (service === 'kms' && resource.includes(':key/')) document = (await resources.key(resource))?.policy;
  else if (service === 'sts' && resource.includes(':role/')) {
    document = (await iam.roleByArn(resource))?.trust;
    return document === undefined ? undefined : { document, kind: 'trust' };
  }
  return document === undefined ? undefined : { document, kind: 'resource' };
}

/**
 * Condition keys for the tags of a resource.
 * @param documents the policies that will be evaluated: an object's tags cost a request and are read only where one asks for them
 */
export async function tagContextOf(
  sources: ResourceSources,
  action: string,
  resource: string,
  documents: readonly string[],
): Promise<Record<string, string>> {
  if (action.startsWith('s3:')) {
    const wanted = /^s3:(Get|Delete|Put)Object/.test(action) && documents.some((document) => document.includes('ExistingObjectTag'));
    if (!wanted) return {};
    const [bucket = '', ...key] = (resource.split(':::')[1] ?? '').split('/');
    return prefixed('s3:ExistingObjectTag/', await sources.resources.objectTags(bucket, key.join('/')));
  }
  return prefixed('aws:ResourceTag/', await tagsOf(sources, action, resource));
}

async function tagsOf({ iam, resources, tagsOf: emulated }: ResourceSources, action: string, resource: string): Promise<Tags | undefined> {
  if (resource === '*') return undefined;
  if (resource.includes(':role/')) return (await iam.roleByArn(resource))?.tags;
  if (action.startsWith('kms:') && resource.includes(':key/')) return (await resources.key(resource))?.tags;
  return emulated(resource);
}

const prefixed = (prefix: string, tags: Tags | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(tags ?? {}).map(([name, value]) => [`${prefix}${name}`, value]));

import type { Origin, Principal } from '../call.ts';
import type { Identity } from '../identity/credentials.ts';
import type { Settings } from '../settings.ts';
import type { IamEntity } from './iam-snapshot.ts';
import type { ContextValues, Requirement } from './requirement.ts';
import type { VpcEndpoint } from './vpc-endpoints.ts';

/** Who and how, apart from what is asked. */
export interface Circumstances {
  readonly principal: Principal;
  readonly entity: IamEntity | undefined;
  readonly identity: Identity | undefined;
  readonly origin: Origin;
  readonly tlsVersion: string;
  readonly userAgent: string | undefined;
  readonly authType: 'REST-HEADER' | 'REST-QUERY-STRING';
}

/** Condition keys that hold for every service. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
export function requestContext(
  by: Circumstances,
  settings: Settings,
  requirement: Requirement,
  endpoint: VpcEndpoint | undefined,
): ContextValues {
  const { principal, entity, identity } = by;
  const now = new Date();
  const context: Record<string, string | string[]> = {
    'aws:PrincipalArn': principal.roleArn ?? principal.arn,
    'aws:PrincipalAccount': principal.accountId,
    'aws:PrincipalType': principal.roleArn === undefined ? 'User' : 'AssumedRole',
    'aws:PrincipalIsAWSService': 'false',
    'aws:userid': principal.userId,
    'aws:CurrentTime': now.toISOString(),
    'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
    'aws:SecureTransport': 'true',
    'aws:RequestedRegion': settings.region,
    'aws:ResourceAccount': settings.account,
    'aws:ViaAWSService': String(requirement.via !== undefined),
  };
  if (principal.roleArn === undefined) context['aws:username'] = principal.arn.split('/').at(-1) ?? '';
  if (by.userAgent !== undefined) context['aws:UserAgent'] = by.userAgent;
  if (identity?.expires !== undefined) context['aws:TokenIssueTime'] = new Date(identity.issued).toISOString();
  // A session's tag overrides the role's of the same name.
  for (const [name, value] of Object.entries({ ...entity?.tags, ...identity?.sessionTags })) context[`aws:PrincipalTag/${name}`] = value;
  if (requirement.action.startsWith('s3:')) {
    context['s3:TlsVersion'] = by.tlsVersion;
    context['s3:authType'] = by.authType;
    context['s3:signatureversion'] = 'AWS4-HMAC-SHA256';
  }
  if (requirement.action.startsWith('kms:')) context['kms:CallerAccount'] = principal.accountId;
  if (requirement.via !== undefined) {
    // What a service asks for does not come through the caller's network.
    context['aws:CalledVia'] = [`${requirement.via}.amazonaws.com`];
    context['aws:CalledViaFirst'] = `${requirement.via}.amazonaws.com`;
    context['aws:CalledViaLast'] = `${requirement.via}.amazonaws.com`;
    if (requirement.action.startsWith('kms:')) context['kms:ViaService'] = `${requirement.via}.${settings.region}.amazonaws.com`;
  } else if (by.origin.kind === 'vpc') {
    context['aws:SourceVpc'] = by.origin.vpcId;
    if (endpoint !== undefined) context['aws:SourceVpce'] = endpoint.id;
  } else context['aws:SourceIp'] = '127.0.0.1';
  return context;
}

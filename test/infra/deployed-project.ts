import { EnvironmentDescription } from '@sealab/sdk/contract';
import type { Settings } from '../../infra/settings/settings.ts';
import { ofType } from './synthesized.ts';
import type { Template, TemplateResource } from './synthesized.ts';

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly [element: string]: unknown;
}
export interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

/** The policies of one project as they stand in the account after a deployment, with every reference filled in. */
export interface DeployedProject {
  readonly environment: EnvironmentDescription;
  /** Every policy document of the template by a readable name: `secure-values`, `role/data-scientist`, `bucket/model` … */
  readonly documents: ReadonlyMap<string, PolicyDocument>;
  /** Names of the managed policies of each role, by its purpose. */
  readonly attached: ReadonlyMap<string, readonly string[]>;
  /** Identifiers that cases mention: `${bucket/data}`, `${endpoint/s3}`. */
  readonly names: ReadonlyMap<string, string>;
}

/** Ids as AWS would give them: of the right form, and different for every resource. */
function physicalId(
  logicalId: string,
  { Type, Properties }: TemplateResource,
  { account, region }: Settings,
): { ref: string; attributes: Readonly<Record<string, string>> } {
  const hash = Buffer.from(logicalId)
    .reduce((sum, byte) => (Math.imul(sum, 31) + byte) >>> 0, 7)
    .toString(16)
    .padStart(8, '0');
  const id = (prefix: string) => `${prefix}-0${hash}${hash}`;
  const arn = (service: string, resource: string, where = `${region}:${account}`) => `arn:aws:${service}:${where}:${resource}`;
  const name = (property: string) => String(Properties[property]);
  switch (Type) {
    case 'AWS::EC2::VPC':
      return { ref: id('vpc'), attributes: { CidrBlock: name('CidrBlock') } };
    case 'AWS::EC2::Subnet':
      return { ref: id('subnet'), attributes: {} };
    case 'AWS::EC2::SecurityGroup':
      return { ref: id('sg'), attributes: { GroupId: id('sg') } };
    case 'AWS::EC2::VPCEndpoint':
      return { ref: id('vpce'), attributes: { Id: id('vpce') } };
    case 'AWS::KMS::Key': {
      const key = `${hash}-1111-4222-8333-${hash}0000`;
      return { ref: key, attributes: { Arn: arn('kms', `key/${key}`) } };
    }
    case 'AWS::S3::Bucket': {
      const bucket = `sealab-${logicalId.toLowerCase().slice(0, 30)}-${hash}`;
      return { ref: bucket, attributes: { Arn: arn('s3', bucket, ':') } };
    }
    case 'AWS::IAM::Role':
      return { ref: name('RoleName'), attributes: { Arn: arn('iam', `role${name('Path')}${name('RoleName')}`, `:${account}`) } };
    case 'AWS::IAM::ManagedPolicy':
      return { ref: arn('iam', `policy${name('Path')}${name('ManagedPolicyName')}`, `:${account}`), attributes: {} };
    default:
      return { ref: id(logicalId), attributes: { Arn: arn('unknown', id(logicalId)), Id: id(logicalId) } };
  }
}

/** Fills in what CloudFormation would: references, attributes, joins. */
function resolver(template: Template, settings: Settings): (value: unknown) => unknown {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::Region': settings.region,
    'AWS::AccountId': settings.account,
    'AWS::Partition': 'aws',
  };
  const physical = (logicalId: string) => {
    const resource = template.Resources[logicalId];
    if (resource === undefined) throw new Error(`There is no resource ${logicalId}`);
    return physicalId(logicalId, resource, settings);
  };
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const [[key, argument] = ['', ''], ...others] = Object.entries(value) as [string, string][];
    if (others.length > 0 || (key !== 'Ref' && !key.startsWith('Fn::')))
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolve(item)]));
    switch (key) {
      case 'Ref':
        return pseudo[argument] ?? physical(argument).ref;
      case 'Fn::GetAtt': {
        const [logicalId, attribute] = argument as unknown as [string, string];
        const found = physical(logicalId).attributes[attribute];
        if (found === undefined) throw new Error(`${logicalId} has no ${attribute} here`);
        return found;
      }
      case 'Fn::Join': {
        const [separator, items] = argument as unknown as [string, unknown[]];
        return items.map(resolve).join(separator);
      }
      case 'Fn::Select': {
        const [index, items] = argument as unknown as [number, unknown];
        return (resolve(items) as unknown[])[index];
      }
      case 'Fn::GetAZs':
        return ['a', 'b', 'c'].map((letter) => settings.region + letter);
      case 'Fn::Base64':
        return Buffer.from(String(resolve(argument))).toString('base64');
      default:
        throw new Error(`${key} is not resolved here`);
    }
  };
  return resolve;
}

const tagsOf = (resource: TemplateResource): Readonly<Record<string, string>> => {
  const tags = resource.Properties['Tags'];
  return Array.isArray(tags)
    ? Object.fromEntries((tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]))
    : ((tags ?? {}) as Record<string, string>);
};
export const purposeOf = (resource: TemplateResource): string => tagsOf(resource)['sealab:purpose'] ?? '';

/** Reads a synthesized template as if it were deployed. */
export function deployed(template: Template, settings: Settings): DeployedProject {
  const resolve = resolver(template, settings);
  const documents = new Map<string, PolicyDocument>();
  const attached = new Map<string, readonly string[]>();
  const names = new Map<string, string>();
  const policyName = (logicalId: string) =>
    String(template.Resources[logicalId]?.Properties['ManagedPolicyName']).replace(`sealab-${settings.project}-`, '');
  const document = (value: unknown) => resolve(value) as PolicyDocument;
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    const { Type, Properties } = resource;
    const purpose = purposeOf(resource);
    const { ref, attributes } = physicalId(logicalId, resource, settings);
    switch (Type) {
      case 'AWS::IAM::ManagedPolicy':
        documents.set(policyName(logicalId), document(Properties['PolicyDocument']));
        break;
      case 'AWS::IAM::Role': {
        const [inline, ...more] = Properties['Policies'] as { PolicyDocument: unknown }[];
        if (inline === undefined || more.length > 0) throw new Error(`${logicalId} has not one inline policy`);
        documents.set(`role/${purpose}`, document(inline.PolicyDocument));
        attached.set(
          purpose,
          (Properties['ManagedPolicyArns'] as { Ref: string }[]).map(({ Ref }) => policyName(Ref)),
        );
        documents.set(`trust/${purpose}`, document(Properties['AssumeRolePolicyDocument']));
        names.set(`role/${purpose}`, attributes['Arn'] ?? '');
        break;
      }
      case 'AWS::KMS::Key':
        documents.set(`key/${purpose}`, document(Properties['KeyPolicy']));
        names.set(`key/${purpose}`, attributes['Arn'] ?? '');
        break;
      case 'AWS::EC2::VPCEndpoint':
        documents.set(`endpoint/${purpose}`, document(Properties['PolicyDocument']));
        names.set(`endpoint/${purpose}`, ref);
        break;
      case 'AWS::S3::Bucket':
        names.set(`bucket/${purpose}`, ref);
        break;
      case 'AWS::S3::BucketPolicy': {
        const [, owner] =
          ofType(template, 'AWS::S3::Bucket').find(([id]) => JSON.stringify(Properties['Bucket']) === JSON.stringify({ Ref: id })) ?? [];
        if (owner === undefined) throw new Error(`${logicalId} belongs to no bucket of the template`);
        documents.set(`bucket/${purposeOf(owner)}`, document(Properties['PolicyDocument']));
        break;
      }
      case 'AWS::EC2::Subnet':
        names.set(`subnet/${[...names.keys()].filter((name) => name.startsWith('subnet/')).length + 1}`, ref);
        break;
      case 'AWS::EC2::SecurityGroup':
        names.set(`group/${purpose}`, ref);
        break;
    }
  }
  const [, parameter] = ofType(template, 'AWS::SSM::Parameter')[0] ?? [];
  const environment = EnvironmentDescription.parse(JSON.parse(String(resolve(parameter?.Properties['Value']))));
  return { environment, documents, attached, names };
}

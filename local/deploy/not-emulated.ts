import type { TemplateResource } from './template.ts';

export interface NotEmulated {
  /** Why a deployment without it is still the truth about this machine. */
  readonly reason: string;
  /** Only these resources of the type; others fail the deployment. */
  readonly when?: (logicalId: string, resource: TemplateResource) => boolean;
  /** What Ref gives where other resources mention it. */
  readonly ref?: (logicalId: string) => string;
  /** What Fn::GetAtt gives; `arn` makes ARNs of the account and region. */
  readonly attributes?: (logicalId: string, arn: (service: string, resource: string) => string) => Readonly<Record<string, string>>;
}

/** The functions that CDK itself adds behind the custom resources which the deployer performs. */
const CDK_PROVIDERS = /^(CustomCDKBucketDeployment|CustomVpcRestrictDefaultSG|CustomS3AutoDeleteObjects|AWSCDK)/;
const ofCdkProvider = (logicalId: string): boolean => CDK_PROVIDERS.test(logicalId);

const noResolver =
  'Sandboxes have no DNS resolver at all: no query leaves them, so there is nothing for a firewall to filter. The access proof reads these resources from the template.';

/** Types that a template may contain and that are not created here. Everything else without a file fails the deployment. */
export const NOT_EMULATED: Readonly<Record<string, NotEmulated>> = {
  'AWS::CDK::Metadata': { reason: 'Usage statistics of the CDK; no resource stands behind it.' },
  'AWS::Lambda::Function': {
    reason: 'Function behind a custom resource of the CDK: the deployer performs exactly what it does (resources/custom-*.ts).',
    when: ofCdkProvider,
    ref: (logicalId) => logicalId,
    attributes: (logicalId, arn) => ({ Arn: arn('lambda', `function:${logicalId}`) }),
  },
  'AWS::Lambda::LayerVersion': {
    reason: 'The AWS CLI for the function behind Custom::CDKBucketDeployment, whose work the deployer does itself.',
    when: (_logicalId, resource) =>
      JSON.stringify(resource.Properties['Description'] ?? '').includes('aws-cli') ||
      JSON.stringify(resource.Properties['Content'] ?? '').includes('assets'),
    ref: (logicalId) => logicalId,
  },
  'AWS::Route53Resolver::FirewallDomainList': { reason: noResolver, ref: (logicalId) => logicalId },
  'AWS::Route53Resolver::FirewallRuleGroup': { reason: noResolver, ref: (logicalId) => logicalId },
  'AWS::Route53Resolver::FirewallRuleGroupAssociation': { reason: noResolver, ref: (logicalId) => logicalId },
};

/** The entry that covers this resource, or `undefined`. */
export function notEmulated(logicalId: string, resource: TemplateResource): NotEmulated | undefined {
  const entry = NOT_EMULATED[resource.Type];
  return entry !== undefined && (entry.when?.(logicalId, resource) ?? true) ? entry : undefined;
}

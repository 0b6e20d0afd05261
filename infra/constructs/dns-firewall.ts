import { Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnFirewallDomainList, CfnFirewallRuleGroup, CfnFirewallRuleGroupAssociation } from 'aws-cdk-lib/aws-route53resolver';
import { Construct } from 'constructs';
import { tagPurpose } from './tag-purpose.ts';

export interface DnsFirewallProps {
  readonly project: string;
  readonly region: string;
  readonly vpc: IVpc;
}

/**
 * Closes the channel that a VPC without a gateway still leaves open: its resolver answers queries for any name in the
 * world, so data could leave as names. Only names of AWS's own services are answered.
 */
export class DnsFirewall extends Construct {
  constructor(scope: Construct, id: string, { project, region, vpc }: DnsFirewallProps) {
    super(scope, id);
    const suffix = Stack.of(this).urlSuffix;
    const list = (name: string, domains: string[]) =>
      tagPurpose(
        new CfnFirewallDomainList(this, name, { name: `sealab-${project}-${name.toLowerCase()}`, domains }),
        `dns-${name.toLowerCase()}`,
      );

    const services = list('Services', [
      // VPC endpoints, S3 buckets and CodeArtifact repositories of this Region.
      `*.${region}.${suffix}`,
      // Global names that the SDKs ask for: sts, and the endpoints of services without a Region.
      `sts.${suffix}`,
      `s3.${suffix}`,
      // Notebooks in the browser, and the names of machines inside the VPC.
      `*.notebook.${region}.sagemaker.aws`,
      `*.${region}.compute.internal`,
      '*.ec2.internal',
      '*.in-addr.arpa',
    ]);
    const everything = list('Everything', ['*']);

    const group = tagPurpose(
      new CfnFirewallRuleGroup(this, 'Rules', {
        name: `sealab-${project}`,
        firewallRules: [
          { action: 'ALLOW', priority: 100, firewallDomainListId: services.attrId },
          { action: 'BLOCK', blockResponse: 'NXDOMAIN', priority: 200, firewallDomainListId: everything.attrId },
        ],
      }),
      'dns',
    );
    tagPurpose(
      new CfnFirewallRuleGroupAssociation(this, 'Association', {
        name: `sealab-${project}`,
        firewallRuleGroupId: group.attrId,
        vpcId: vpc.vpcId,
        priority: 101,
      }),
      'dns',
    );
  }
}

import { IpAddresses, Port, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { CfnSecurityGroup, ISubnet } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { tagPurpose } from './tag-purpose.ts';

export interface NetworkProps {
  readonly cidr: string;
  readonly availabilityZones: number;
  /** Managed prefix list of S3 in this Region. */
  readonly s3PrefixList: string;
}

/**
 * A VPC without a way out: isolated subnets, no internet gateway, no NAT. What runs in it talks to the VPC endpoints on
 * port 443 and to nothing else.
 *
 * The VPC's default security group stays as AWS makes it, because a template cannot take its rules away. It opens
 * nothing: nothing is in it, the endpoints admit the workload group alone, and the contract's Deny statements refuse it
 * for jobs, models and notebooks.
 */
export class Network extends Construct {
  readonly vpc: Vpc;
  readonly subnets: readonly ISubnet[];
  /** Jobs, models and notebooks. */
  readonly workload: SecurityGroup;
  /** Interface endpoints. */
  readonly endpoints: SecurityGroup;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    this.vpc = tagPurpose(
      new Vpc(this, 'Vpc', {
        ipAddresses: IpAddresses.cidr(props.cidr),
        maxAzs: props.availabilityZones,
        natGateways: 0,
        createInternetGateway: false,
        enableDnsHostnames: true,
        enableDnsSupport: true,
        // Would need a Lambda function as a custom resource; see above for what closes the group instead.
        restrictDefaultSecurityGroup: false,
        subnetConfiguration: [{ name: 'workload', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 20 }],
      }),
      'network',
    );
    this.subnets = this.vpc.isolatedSubnets;
    for (const subnet of this.subnets) tagPurpose(subnet, 'workload');

    const group = (name: string, description: string) =>
      new SecurityGroup(this, name, { vpc: this.vpc, description, allowAllOutbound: false });
    this.workload = tagPurpose(group('Workload', 'Jobs, models and notebooks: out to the VPC endpoints, nothing in'), 'workload');
    this.endpoints = tagPurpose(group('Endpoints', 'VPC endpoints: in from jobs, models and notebooks'), 'endpoints');

    this.workload.addEgressRule(this.endpoints, Port.HTTPS, 'To the VPC endpoints');
    // Within the group itself: EC2 gives a group that is created without any egress rule one for everywhere.
    (this.workload.node.defaultChild as CfnSecurityGroup).securityGroupEgress = [
      {
        ipProtocol: 'tcp',
        fromPort: 443,
        toPort: 443,
        destinationPrefixListId: props.s3PrefixList,
        description: 'To S3 through the gateway endpoint',
      },
    ];
    this.endpoints.addIngressRule(this.workload, Port.HTTPS, 'From jobs, models and notebooks');
  }
}

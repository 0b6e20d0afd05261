import {
  GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { ENDPOINT_POLICIES, INTERFACE_ENDPOINTS, s3EndpointPolicy } from '../policies/endpoint-policies.ts';
import type { InterfaceEndpointName } from '../policies/endpoint-policies.ts';
import type { ProjectScope } from '../policies/project-scope.ts';
import type { Network } from './network.ts';
import { tagPurpose } from './tag-purpose.ts';

const SERVICES: { readonly [Name in InterfaceEndpointName]: InterfaceVpcEndpointAwsService } = {
  'sagemaker.api': InterfaceVpcEndpointAwsService.SAGEMAKER_API,
  'sagemaker.runtime': InterfaceVpcEndpointAwsService.SAGEMAKER_RUNTIME,
  'sagemaker.featurestore-runtime': InterfaceVpcEndpointAwsService.SAGEMAKER_FEATURESTORE_RUNTIME,
  notebook: InterfaceVpcEndpointAwsService.SAGEMAKER_NOTEBOOK,
  sts: InterfaceVpcEndpointAwsService.STS,
  kms: InterfaceVpcEndpointAwsService.KMS,
  logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  monitoring: InterfaceVpcEndpointAwsService.CLOUDWATCH_MONITORING,
  ssm: InterfaceVpcEndpointAwsService.SSM,
  ec2: InterfaceVpcEndpointAwsService.EC2,
  'ecr.api': InterfaceVpcEndpointAwsService.ECR,
  'ecr.dkr': InterfaceVpcEndpointAwsService.ECR_DOCKER,
  'codeartifact.api': InterfaceVpcEndpointAwsService.CODEARTIFACT_API,
  'codeartifact.repositories': InterfaceVpcEndpointAwsService.CODEARTIFACT_REPOSITORIES,
  servicecatalog: InterfaceVpcEndpointAwsService.SERVICE_CATALOG,
};

/** The doors of the VPC. Their policies are set once everything that they name exists: {@link VpcEndpoints.limit}. */
export class VpcEndpoints extends Construct {
  readonly s3: GatewayVpcEndpoint;
  private readonly interfaces: ReadonlyMap<InterfaceEndpointName, InterfaceVpcEndpoint>;

  constructor(scope: Construct, id: string, network: Network) {
    super(scope, id);
    this.s3 = tagPurpose(
      new GatewayVpcEndpoint(this, 'S3', {
        vpc: network.vpc,
        service: GatewayVpcEndpointAwsService.S3,
        subnets: [{ subnets: [...network.subnets] }],
      }),
      's3',
    );
    this.interfaces = new Map(
      INTERFACE_ENDPOINTS.map((name) => [
        name,
        tagPurpose(
          new InterfaceVpcEndpoint(this, name.replace('.', '-'), {
            vpc: network.vpc,
            service: SERVICES[name],
            subnets: { subnets: [...network.subnets] },
            securityGroups: [network.endpoints],
            open: false,
            privateDnsEnabled: true,
          }),
          name,
        ),
      ]),
    );
  }

  idOf(name: InterfaceEndpointName): string {
    const endpoint = this.interfaces.get(name);
    if (endpoint === undefined) throw new RangeError(`There is no endpoint ${name}.`);
    return endpoint.vpcEndpointId;
  }

  /** Gives every endpoint the policy of what may pass it. */
  limit(project: ProjectScope): void {
    for (const statement of s3EndpointPolicy(project)) this.s3.addToPolicy(statement);
    for (const [name, endpoint] of this.interfaces)
      for (const statement of ENDPOINT_POLICIES[name](project)) endpoint.addToPolicy(statement);
  }
}

import { NOT_EMULATED } from './not-emulated.ts';
import type { ResourceType } from './resource-type.ts';
import { codeartifactDomain } from './resources/codeartifact-domain.ts';
import { codeartifactRepository } from './resources/codeartifact-repository.ts';
import { customCdkBucketDeployment } from './resources/custom-cdk-bucket-deployment.ts';
import { customS3AutoDeleteObjects } from './resources/custom-s3-auto-delete-objects.ts';
import { customVpcRestrictDefaultSg } from './resources/custom-vpc-restrict-default-sg.ts';
import { ec2FlowLog } from './resources/ec2-flow-log.ts';
import { ec2RouteTable } from './resources/ec2-route-table.ts';
import { ec2SecurityGroupEgress, ec2SecurityGroupIngress } from './resources/ec2-security-group-rule-resources.ts';
import { ec2SecurityGroup } from './resources/ec2-security-group.ts';
import { ec2SubnetRouteTableAssociation } from './resources/ec2-subnet-route-table-association.ts';
import { ec2Subnet } from './resources/ec2-subnet.ts';
import { ec2VpcEndpoint } from './resources/ec2-vpc-endpoint.ts';
import { ec2Vpc } from './resources/ec2-vpc.ts';
import { iamManagedPolicy } from './resources/iam-managed-policy.ts';
import { iamPolicy } from './resources/iam-policy.ts';
import { iamRole } from './resources/iam-role.ts';
import { kmsAlias } from './resources/kms-alias.ts';
import { kmsKey } from './resources/kms-key.ts';
import { logsLogGroup } from './resources/logs-log-group.ts';
import { s3BucketPolicy } from './resources/s3-bucket-policy.ts';
import { s3Bucket } from './resources/s3-bucket.ts';
import { sagemakerCodeRepository } from './resources/sagemaker-code-repository.ts';
import { sagemakerNotebookInstanceLifecycleConfig } from './resources/sagemaker-notebook-instance-lifecycle-config.ts';
import { sagemakerNotebookInstance } from './resources/sagemaker-notebook-instance.ts';
import {
  servicecatalogPortfolioPrincipalAssociation,
  servicecatalogPortfolioProductAssociation,
  servicecatalogTagOptionAssociation,
} from './resources/servicecatalog-associations.ts';
import { servicecatalogCloudformationProduct } from './resources/servicecatalog-cloudformation-product.ts';
import { servicecatalogLaunchRoleConstraint, servicecatalogResourceUpdateConstraint } from './resources/servicecatalog-constraints.ts';
import { servicecatalogPortfolio } from './resources/servicecatalog-portfolio.ts';
import { servicecatalogTagOption } from './resources/servicecatalog-tag-option.ts';
import { ssmParameter } from './resources/ssm-parameter.ts';

const ALL: readonly ResourceType[] = [
  codeartifactDomain,
  codeartifactRepository,
  customCdkBucketDeployment,
  customS3AutoDeleteObjects,
  customVpcRestrictDefaultSg,
  ec2FlowLog,
  ec2RouteTable,
  ec2SecurityGroup,
  ec2SecurityGroupEgress,
  ec2SecurityGroupIngress,
  ec2Subnet,
  ec2SubnetRouteTableAssociation,
  ec2Vpc,
  ec2VpcEndpoint,
  iamManagedPolicy,
  iamPolicy,
  iamRole,
  kmsAlias,
  kmsKey,
  logsLogGroup,
  s3Bucket,
  s3BucketPolicy,
  sagemakerCodeRepository,
  sagemakerNotebookInstance,
  sagemakerNotebookInstanceLifecycleConfig,
  servicecatalogCloudformationProduct,
  servicecatalogLaunchRoleConstraint,
  servicecatalogPortfolio,
  servicecatalogPortfolioPrincipalAssociation,
  servicecatalogPortfolioProductAssociation,
  servicecatalogResourceUpdateConstraint,
  servicecatalogTagOption,
  servicecatalogTagOptionAssociation,
  ssmParameter,
];

/** Every type that can be deployed here, by its CloudFormation name. */
export const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = Object.fromEntries(ALL.map((type) => [type.type, type]));

export interface CoverageRow {
  readonly type: string;
  readonly local: 'created' | 'not emulated';
  /** Properties that are applied. */
  readonly properties: readonly string[];
  /** Properties without an effect, and types that are left out: why. */
  readonly notes: readonly string[];
}

/** What the local deployment does with each resource type; the documentation's table is made from this. */
export function coverage(): CoverageRow[] {
  const created = ALL.map((type): CoverageRow => ({
    type: type.type,
    local: 'created',
    properties: Object.keys((type.properties as unknown as { shape?: object }).shape ?? {}).sort(),
    notes: Object.entries(type.ignored ?? {}).map(([name, reason]) => `${name}: ${reason}`),
  }));
  const left = Object.entries(NOT_EMULATED).map(([type, { reason }]): CoverageRow => ({
    type,
    local: 'not emulated',
    properties: [],
    notes: [reason],
  }));
  return [...created, ...left].sort((a, b) => (a.type < b.type ? -1 : 1));
}

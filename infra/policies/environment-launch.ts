import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as actions from './actions.ts';
import type { ProjectScope } from './project-scope.ts';

/** Creating, reading, changing and removing the resource types of the template; nothing that reads data. */
const BY_SERVICE = {
  codeartifact: [
    'CreateDomain', 'DeleteDomain', 'DescribeDomain', 'CreateRepository', 'DeleteRepository', 'DescribeRepository', 'UpdateRepository',
    'ListTagsForResource', 'TagResource', 'UntagResource',
  ],
  ec2: [
    'AssociateRouteTable', 'AuthorizeSecurityGroupEgress', 'AuthorizeSecurityGroupIngress', 'CreateFlowLogs', 'CreateRouteTable',
    'CreateSecurityGroup', 'CreateSubnet', 'CreateTags', 'CreateVpc', 'CreateVpcEndpoint', 'DeleteFlowLogs', 'DeleteRouteTable',
    'DeleteSecurityGroup', 'DeleteSubnet', 'DeleteTags', 'DeleteVpc', 'DeleteVpcEndpoints', 'DescribeAvailabilityZones',
    'DescribeFlowLogs', 'DescribeRouteTables', 'DescribeSecurityGroups', 'DescribeSubnets', 'DescribeVpcAttribute',
    'DescribeVpcEndpoints', 'DescribeVpcs', 'DisassociateRouteTable', 'ModifyVpcAttribute', 'ModifyVpcEndpoint',
    'RevokeSecurityGroupEgress', 'RevokeSecurityGroupIngress',
  ],
  kms: [
    'CreateAlias', 'CreateKey', 'DeleteAlias', 'DescribeKey', 'EnableKeyRotation', 'GetKeyPolicy', 'PutKeyPolicy', 'TagResource',
    'UpdateAlias',
  ],
  lambda: [
    'CreateFunction', 'DeleteFunction', 'GetFunction', 'InvokeFunction', 'PublishLayerVersion', 'DeleteLayerVersion', 'GetLayerVersion',
    'TagResource', 'UpdateFunctionCode', 'UpdateFunctionConfiguration',
  ],
  logs: [
    'AssociateKmsKey', 'CreateLogGroup', 'DeleteLogGroup', 'DescribeLogGroups', 'ListTagsForResource', 'PutRetentionPolicy',
    'TagResource',
  ],
  route53resolver: [
    'AssociateFirewallRuleGroup', 'CreateFirewallDomainList', 'CreateFirewallRule', 'CreateFirewallRuleGroup',
    'DeleteFirewallDomainList', 'DeleteFirewallRule', 'DeleteFirewallRuleGroup', 'DisassociateFirewallRuleGroup',
    'GetFirewallDomainList', 'GetFirewallRuleGroup', 'GetFirewallRuleGroupAssociation', 'ListFirewallDomains', 'ListFirewallRules',
    'ListTagsForResource', 'TagResource', 'UpdateFirewallDomains',
  ],
  s3: [
    'CreateBucket', 'DeleteBucketPolicy', 'GetBucketLogging', 'GetBucketOwnershipControls', 'GetBucketPolicy',
    'GetBucketPublicAccessBlock', 'GetBucketTagging', 'GetBucketVersioning', 'GetEncryptionConfiguration', 'GetLifecycleConfiguration',
    'PutBucketLogging', 'PutBucketOwnershipControls', 'PutBucketPolicy', 'PutBucketPublicAccessBlock', 'PutBucketTagging',
    'PutBucketVersioning', 'PutEncryptionConfiguration', 'PutLifecycleConfiguration',
  ],
  sagemaker: [
    'CreateNotebookInstanceLifecycleConfig', 'DeleteNotebookInstanceLifecycleConfig', 'DescribeNotebookInstanceLifecycleConfig',
    'UpdateNotebookInstanceLifecycleConfig',
  ],
  servicecatalog: [
    'AssociatePrincipalWithPortfolio', 'AssociateProductWithPortfolio', 'AssociateTagOptionWithResource', 'CreateConstraint',
    'CreatePortfolio', 'CreateProduct', 'CreateProvisioningArtifact', 'CreateTagOption', 'DeleteConstraint', 'DeletePortfolio',
    'DeleteProduct', 'DeleteProvisioningArtifact', 'DeleteTagOption', 'DescribeConstraint', 'DescribePortfolio',
    'DescribeProductAsAdmin', 'DescribeProvisioningArtifact', 'DescribeTagOption', 'DisassociatePrincipalFromPortfolio',
    'DisassociateProductFromPortfolio', 'DisassociateTagOptionFromResource', 'ListPrincipalsForPortfolio', 'UpdateConstraint',
    'UpdatePortfolio', 'UpdateProduct', 'UpdateProvisioningArtifact', 'UpdateTagOption',
  ],
  ssm: [
    'AddTagsToResource', 'DeleteParameter', 'GetParameters', 'ListTagsForResource', 'PutParameter',
  ],
} as const;
export const ENVIRONMENT_ACTIONS: readonly string[] = Object.entries(BY_SERVICE).flatMap(([service, names]) => names.map((name) => `${service}:${name}`));

export const CHANGE_STACKS = [
  ...actions.LAUNCH_STACKS,
  'cloudformation:CreateChangeSet',
  'cloudformation:DeleteChangeSet',
  'cloudformation:DescribeChangeSet',
  'cloudformation:ExecuteChangeSet',
  'cloudformation:GetTemplate',
] as const;

/** What a role can be given or lose: IAM lets these be limited to roles that have a certain boundary. */
export const CHANGE_ROLES = ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:AttachRolePolicy', 'iam:DetachRolePolicy', 'iam:DeleteRolePolicy'] as const;
export const READ_ROLES = [
  'iam:GetRole',
  'iam:GetRolePolicy',
  'iam:ListRolePolicies',
  'iam:ListAttachedRolePolicies',
  'iam:DeleteRole',
  'iam:TagRole',
  'iam:UntagRole',
  'iam:UpdateAssumeRolePolicy',
] as const;

/**
 * For the role that Service Catalog makes and changes environments with. It makes roles below the project's path and
 * within the project's boundary only. The boundary itself and the contract's Deny statements are not its to write: they
 * come with the administrator's own deployment.
 */
export const environmentLaunch = (scope: ProjectScope): PolicyStatement[] => [
  new PolicyStatement({
    sid: 'Stacks',
    actions: [...CHANGE_STACKS],
    resources: [scope.arn('cloudformation', 'stack/SC-*'), scope.arn('cloudformation', `stack/sealab-${scope.environment.project}/*`)],
  }),
  new PolicyStatement({
    sid: 'Templates',
    actions: ['s3:GetObject'],
    resources: ['*'],
    conditions: { StringEquals: { 's3:ExistingObjectTag/servicecatalog:provisioning': 'true' } },
  }),
  new PolicyStatement({ sid: 'Resources', actions: [...ENVIRONMENT_ACTIONS], resources: ['*'] }),
  new PolicyStatement({
    sid: 'RolesWithBoundary',
    actions: [...CHANGE_ROLES],
    resources: [scope.projectRoles],
    conditions: { StringEquals: { 'iam:PermissionsBoundary': scope.boundaryArn } },
  }),
  new PolicyStatement({ sid: 'Roles', actions: [...READ_ROLES], resources: [scope.projectRoles] }),
  new PolicyStatement({
    sid: 'PassRoles',
    actions: ['iam:PassRole'],
    resources: [scope.projectRoles],
    conditions: { StringEquals: { 'iam:PassedToService': ['lambda.amazonaws.com', 'servicecatalog.amazonaws.com', 'vpc-flow-logs.amazonaws.com'] } },
  }),
];

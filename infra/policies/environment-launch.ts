import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as actions from './actions.ts';
import type { ProjectScope } from './project-scope.ts';

/**
 * What a project environment is made of, for the role that Service Catalog creates and updates one with. Services are
 * named with their whole verbs here, because CloudFormation reads and tags with calls of its own; identity is the
 * exception: only roles below the project's path, and only with the project's boundary.
 */
export const environmentLaunch = (scope: ProjectScope): PolicyStatement[] => {
  const { project } = scope.environment;
  const own = (kind: string) => scope.arn('iam', `${kind}/sealab/${project}/*`, { region: '' });
  return [
    new PolicyStatement({
      sid: 'Stacks',
      actions: [...actions.LAUNCH_STACKS, 'cloudformation:*ChangeSet', 'cloudformation:GetTemplate'],
      resources: [scope.arn('cloudformation', 'stack/SC-*'), scope.arn('cloudformation', `stack/sealab-${project}/*`)],
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
      actions: ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:AttachRolePolicy', 'iam:DetachRolePolicy', 'iam:DeleteRolePolicy'],
      resources: [own('role')],
      conditions: { StringEquals: { 'iam:PermissionsBoundary': scope.arn('iam', `policy/sealab/${project}/sealab-${project}-boundary`, { region: '' }) } },
    }),
    new PolicyStatement({
      sid: 'Roles',
      actions: ['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListRolePolicies', 'iam:ListAttachedRolePolicies', 'iam:DeleteRole', 'iam:TagRole', 'iam:UpdateAssumeRolePolicy', 'iam:PassRole'],
      resources: [own('role')],
    }),
  ];
};

/** Creating, reading, changing and removing the resource types of the template; nothing that reads data or lets anybody in. */
export const ENVIRONMENT_ACTIONS = [
  'codeartifact:*Domain',
  'codeartifact:*Repository',
  'codeartifact:TagResource',
  'ec2:AssociateRouteTable',
  'ec2:AuthorizeSecurityGroup*',
  'ec2:CreateFlowLogs',
  'ec2:CreateRouteTable',
  'ec2:CreateSecurityGroup',
  'ec2:CreateSubnet',
  'ec2:CreateTags',
  'ec2:CreateVpc',
  'ec2:CreateVpcEndpoint',
  'ec2:DeleteFlowLogs',
  'ec2:DeleteRouteTable',
  'ec2:DeleteSecurityGroup',
  'ec2:DeleteSubnet',
  'ec2:DeleteVpc',
  'ec2:DeleteVpcEndpoints',
  'ec2:Describe*',
  'ec2:DisassociateRouteTable',
  'ec2:ModifyVpc*',
  'ec2:RevokeSecurityGroup*',
  'kms:CreateAlias',
  'kms:CreateKey',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:EnableKeyRotation',
  'kms:PutKeyPolicy',
  'kms:TagResource',
  'logs:*LogGroup',
  'logs:*RetentionPolicy',
  'logs:DescribeLogGroups',
  'logs:TagResource',
  'route53resolver:*Firewall*',
  'route53resolver:TagResource',
  's3:*BucketPolicy',
  's3:*BucketTagging',
  's3:*EncryptionConfiguration',
  's3:*LifecycleConfiguration',
  's3:CreateBucket',
  's3:GetBucket*',
  's3:PutBucket*',
  'sagemaker:*NotebookInstanceLifecycleConfig',
  'servicecatalog:*Constraint',
  'servicecatalog:*Portfolio',
  'servicecatalog:*Product',
  'servicecatalog:*TagOption*',
  'ssm:*Parameter',
  'ssm:AddTagsToResource',
] as const;

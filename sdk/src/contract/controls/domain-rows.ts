import * as rows from './shared-rows.ts';
import { spaceDefaults, userSettings } from './studio-rows.ts';

const vpcOnly =
  'The key VpcSecurityGroupIds is about the users’ security groups: the project has no other group, and detection compares this one.';

/** What a domain is given when it is made and can be given anew. `settings` names the domain's own settings. */
export const domain = <const P extends 'DomainSettings' | 'DomainSettingsForUpdate'>(settings: P) =>
  ({
    Subnets: { ...rows.privateSubnets(''), path: 'SubnetIds' },
    Vpc: {
      path: 'VpcId',
      wanted: { environment: 'network.vpcId' },
      match: 'equals',
      conditionKey: null,
      noConditionKey: 'SageMaker has no condition key for the VPC: subnets belong to one, and those have a key.',
      title: 'Project VPC',
      because: 'Studio’s applications and their file system stand in the project network.',
    },
    NoInternet: {
      path: 'AppNetworkAccessType',
      wanted: { constant: 'VpcOnly' },
      match: 'equals',
      conditionKey: 'sagemaker:AppNetworkAccessType',
      title: 'No direct internet',
      because: 'SageMaker’s own network interface would bypass the project network.',
    },
    OwnSecurityGroups: {
      ...rows.absent(
        'AppSecurityGroupManagement',
        'Own security groups',
        'SageMaker would make security groups that nobody in the project has looked at.',
        'SageMaker has no condition key for it: detection finds a domain with such groups.',
      ),
    },
    ...rows.named('User', userSettings('DefaultUserSettings.')),
    ...rows.named('Space', rows.each(spaceDefaults('DefaultSpaceSettings.'), { within: 'DefaultSpaceSettings' as const })),
    DomainSecurityGroups: {
      ...rows.withoutKey(rows.securityGroups(''), vpcOnly),
      path: `${settings}.SecurityGroupIds`,
      describePath: 'DomainSettings.SecurityGroupIds',
      fill: 'never',
    },
    NoDocker: {
      path: `${settings}.DockerSettings.EnableDockerAccess`,
      describePath: 'DomainSettings.DockerSettings.EnableDockerAccess',
      wanted: { constant: 'DISABLED' },
      match: 'equals',
      fill: 'with-parent',
      conditionKey: null,
      noConditionKey: 'SageMaker has no condition key for it: images could still come from approved registries only.',
      title: 'No Docker in Studio',
      because: 'Containers started by hand would run outside what the contract says about jobs.',
    },
    NoTrustedAccounts: {
      ...rows.absent(
        `${settings}.DockerSettings.VpcOnlyTrustedAccounts`,
        'No foreign registry',
        'Images from other accounts’ registries have not been approved.',
        'SageMaker has no condition key for it: the endpoint policy of the registry lets approved accounts through alone.',
      ),
      describePath: 'DomainSettings.DockerSettings.VpcOnlyTrustedAccounts',
    },
    NoIpv6: { ...rows.noIpv6(`${settings}.IpAddressType`), describePath: 'DomainSettings.IpAddressType' },
  }) as const;

/** RStudio under the name that the operation gives it. */
export const noRStudio = <const P extends string>(path: P) =>
  ({
    ...rows.absent(
      path,
      'No RStudio',
      'RStudio needs security groups that SageMaker makes by itself.',
      'SageMaker has no condition key for it: its role could not be passed, because iam:PassRole names the project’s roles alone.',
    ),
    describePath: 'DomainSettings.RStudioServerProDomainSettings',
  }) as const;

import * as rows from './shared-rows.ts';

/** What a notebook instance is given when it is made and can be given anew while it stands still. */
export const notebook = {
  NoRoot: {
    path: 'RootAccess',
    wanted: { constant: 'Disabled' },
    match: 'equals',
    conditionKey: 'sagemaker:RootAccess',
    title: 'No root access',
    because: 'A user who is root can undo what the lifecycle script has set up.',
  },
  MetadataVersion: {
    path: 'InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion',
    wanted: { constant: '2' },
    match: 'equals',
    conditionKey: 'sagemaker:MinimumInstanceMetadataServiceVersion',
    title: 'Metadata service version 2',
    because: 'Version 1 hands the role’s credentials to any request that can be forged on the instance.',
  },
  InstanceType: rows.instanceTypes('InstanceType', 'instanceTypes.notebook[]'),
  Role: rows.executionRole('RoleArn', 'roles.notebookExecution'),
  Lifecycle: {
    path: 'LifecycleConfigName',
    describePath: 'NotebookInstanceLifecycleConfigName',
    wanted: { environment: 'notebookLifecycleConfiguration' },
    match: 'equals',
    conditionKey: null,
    noConditionKey:
      'The key NotebookInstanceLifecycleConfigArns carries ARNs, the request a name: the launch role and the product template fix it.',
    title: 'Project lifecycle configuration',
    because: 'It installs the panel, the SDK and the mirror, so that secure defaults are there from the first start.',
  },
  NoIpv6: rows.noIpv6('IpAddressType'),
} as const;

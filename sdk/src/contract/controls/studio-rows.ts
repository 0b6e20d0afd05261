import { absent, executionRole, inBuckets, instanceTypes, outputKey, securityGroups } from './shared-rows.ts';

/** The key of a domain’s shared notebooks, and where they go. */
const sharedNotebooks = <const P extends string>(prefix: P) =>
  ({
    SharingKey: {
      ...outputKey(`${prefix}SharingSettings.S3KmsKeyId`),
      conditionKey: 'sagemaker:DomainSharingOutputKmsKeyArn',
      fill: 'with-parent',
      title: 'Sharing key',
    },
    SharingBucket: inBuckets(`${prefix}SharingSettings.S3OutputPath`, 'buckets.model', 'Sharing bucket'),
  }) as const;

/** Instance types of Studio’s applications. JupyterServer has only `system`, so there is nothing to choose. */
export const studioInstances = <const P extends string, const App extends string>(prefix: P, ...apps: readonly App[]) =>
  Object.fromEntries(
    apps.map((app) => [
      `${app}Instance`,
      instanceTypes(`${prefix}${app}AppSettings.DefaultResourceSpec.InstanceType`, 'instanceTypes.notebook[]'),
    ]),
  ) as { readonly [A in App as `${A}Instance`]: ReturnType<typeof instanceTypes<`${P}${A}AppSettings.DefaultResourceSpec.InstanceType`>> };

const studioSecurityGroups = <const P extends string>(prefix: P) => ({ ...securityGroups(''), path: `${prefix}SecurityGroups` }) as const;

/** What runs for a user of Studio. `prefix` names the settings. */
export const userSettings = <const P extends string>(prefix: P) => ({
  Role: executionRole(`${prefix}ExecutionRole`, 'roles.notebookExecution'),
  SecurityGroups: studioSecurityGroups(prefix),
  ...sharedNotebooks(prefix),
  ...studioInstances(prefix, 'KernelGateway', 'JupyterLab', 'CodeEditor', 'TensorBoard'),
  NoCanvas: absent(
    `${prefix}CanvasAppSettings`,
    'No Canvas',
    'Canvas reaches Forecast, Bedrock, EMR and other accounts with roles of its own.',
    'SageMaker has no condition key for it: those roles could not be passed, because iam:PassRole names the project’s roles alone.',
  ),
  NoRSession: absent(
    `${prefix}RSessionAppSettings`,
    'No RStudio',
    'RStudio needs security groups that SageMaker makes by itself.',
    'SageMaker has no condition key for it: the domain is refused RStudio, without which the settings do nothing.',
  ),
  FileSystemBucket: inBuckets(`${prefix}CustomFileSystemConfigs[].S3FileSystemConfig.S3Uri`, 'buckets.data', 'Mounted bucket'),
});

/** What runs in a shared space of Studio, as a domain’s default. */
export const spaceDefaults = <const P extends string>(prefix: P) => ({
  Role: executionRole(`${prefix}ExecutionRole`, 'roles.notebookExecution'),
  SecurityGroups: studioSecurityGroups(prefix),
  ...studioInstances(prefix, 'KernelGateway', 'JupyterLab'),
  FileSystemBucket: inBuckets(`${prefix}CustomFileSystemConfigs[].S3FileSystemConfig.S3Uri`, 'buckets.data', 'Mounted bucket'),
});

/** A space of one user or of several. Role and network come from the profile or the domain. */
export const space = {
  NoRemoteAccess: {
    path: 'SpaceSettings.RemoteAccess',
    wanted: { constant: 'DISABLED' },
    match: 'equals',
    fill: 'never',
    conditionKey: 'sagemaker:RemoteAccess',
    title: 'No remote access',
    because: 'An editor on somebody’s own machine would carry code and data out of the project network.',
    remedy: 'Leave RemoteAccess out, and work in the browser.',
  },
  ...studioInstances('SpaceSettings.', 'KernelGateway', 'JupyterLab', 'CodeEditor'),
  FileSystemBucket: inBuckets('SpaceSettings.CustomFileSystems[].S3FileSystem.S3Uri', 'buckets.data', 'Mounted bucket'),
} as const;

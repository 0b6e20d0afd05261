/**
 * Rows that several operations share: the same rule at another path. `prefix` is the path of the enclosing object with
 * its dot (`NetworkConfig.`), or the empty string.
 */

export const privateSubnets = <const P extends string>(prefix: P) =>
  ({
    path: `${prefix}VpcConfig.Subnets`,
    wanted: { environment: 'network.subnets[].id' },
    match: 'subset',
    conditionKey: 'sagemaker:VpcSubnets',
    title: 'Private subnets',
    because: 'Traffic stays inside the project network, which has no route to the internet.',
  }) as const;

export const securityGroups = <const P extends string>(prefix: P) =>
  ({
    path: `${prefix}VpcConfig.SecurityGroupIds`,
    wanted: { environment: 'network.securityGroupIds[]' },
    match: 'subset',
    conditionKey: 'sagemaker:VpcSecurityGroupIds',
    title: 'Security groups',
    because: 'The container may talk to the project’s VPC endpoints on port 443 and to nothing else.',
  }) as const;

export const networkIsolation = <const P extends string>(prefix: P) =>
  ({
    path: `${prefix}EnableNetworkIsolation`,
    wanted: { constant: true },
    match: 'true',
    relaxedBy: 'network.connectedAllowed',
    conditionKey: 'sagemaker:NetworkIsolation',
    title: 'No network in the container',
    because: 'Code that cannot reach any network cannot send data anywhere; data and code arrive by channels.',
    remedy: 'Leave it out, or ask your administrator to allow the connected profile (network.connectedAllowed in sealab.yaml).',
  }) as const;

export const trafficEncryption = <const P extends string>(prefix: P) =>
  ({
    path: `${prefix}EnableInterContainerTrafficEncryption`,
    wanted: { constant: true },
    match: 'true',
    conditionKey: 'sagemaker:InterContainerTrafficEncryption',
    title: 'Encrypted traffic between instances',
    because: 'Data that the instances of one job exchange is unreadable on the wire.',
  }) as const;

export const volumeKey = <const P extends string>(path: P) =>
  ({
    path,
    wanted: { environment: 'keys.volume' },
    match: 'equals',
    conditionKey: 'sagemaker:VolumeKmsKeyArn',
    title: 'Volume key',
    because: 'The disk is encrypted with the project’s own key, which its administrators can revoke.',
  }) as const;

export const outputKey = <const P extends string>(path: P) =>
  ({
    path,
    wanted: { environment: 'keys.storage' },
    match: 'equals',
    conditionKey: 'sagemaker:OutputKmsKeyArn',
    title: 'Output key',
    because: 'What the job writes to S3 is encrypted with the project’s own key.',
  }) as const;

const s3Reason =
  'SageMaker has no condition key for S3 locations: the execution role, bucket, key and endpoint policies refuse other buckets.';

export const inBuckets = <const P extends string>(
  path: P,
  buckets: 'buckets.data' | 'buckets.model' | 'buckets.artifacts',
  title: string,
) =>
  ({
    path,
    wanted: { environment: buckets },
    match: 'in-bucket',
    fill: 'never',
    conditionKey: null,
    noConditionKey: s3Reason,
    title,
    because: 'Results stay in the project’s bucket, where access is logged and the key is enforced.',
    remedy: `Write to the project’s bucket (${buckets} of the environment).`,
  }) as const;

export const approvedImage = <const P extends string>(path: P) =>
  ({
    path,
    wanted: { environment: 'imageRegistries[]' },
    match: 'in-registry',
    fill: 'never',
    conditionKey: null,
    noConditionKey: 'SageMaker has no condition key for images: the execution role may pull from approved registries only.',
    title: 'Approved image registry',
    because: 'Only images from registries that the administrator approved may run on project data.',
    remedy: 'Use an image from an approved registry (imageRegistries of the environment).',
  }) as const;

export const instanceTypes = <const P extends string>(
  path: P,
  allowed: 'instanceTypes.training[]' | 'instanceTypes.processing[]' | 'instanceTypes.hosting[]' | 'instanceTypes.notebook[]',
) =>
  ({
    path,
    wanted: { environment: allowed },
    match: 'one-of',
    fill: 'never',
    conditionKey: 'sagemaker:InstanceTypes',
    title: 'Allowed instance types',
    because: 'The administrator limits instance types to ones whose disks the volume key encrypts, and to the budget.',
    remedy: 'Choose one of the allowed instance types, or ask your administrator to add this one in sealab.yaml.',
  }) as const;

export const executionRole = <const P extends string>(
  path: P,
  role: 'roles.jobExecution' | 'roles.pipelineExecution' | 'roles.endpointHosting' | 'roles.notebookExecution',
) =>
  ({
    path,
    wanted: { environment: role },
    match: 'equals',
    conditionKey: null,
    noConditionKey:
      'Enforced by iam:PassRole, which is allowed for execution roles of the project alone and to SageMaker alone; which of these it is, the SDK and detection compare.',
    title: 'Execution role',
    because: 'It runs with the rights made for this purpose, never with a person’s or an administrator’s.',
  }) as const;

/** The same row where the action has no key for it. */
export const withoutKey = <R extends object>(
  row: R,
  noConditionKey: string,
): Omit<R, 'conditionKey'> & { conditionKey: null; noConditionKey: string } => ({
  ...row,
  conditionKey: null,
  noConditionKey,
});

/** The same row where the action has a key for it. */
export function withKey<
  R extends { readonly conditionKey: null; readonly noConditionKey: string },
  const Key extends `sagemaker:${string}`,
>(row: R, conditionKey: Key): Omit<R, 'conditionKey' | 'noConditionKey'> & { conditionKey: Key } {
  const keyed: Record<string, unknown> = { ...row, conditionKey };
  delete keyed['noConditionKey'];
  return keyed as ReturnType<typeof withKey<R, Key>>;
}

type Named<Name extends string, Rows> = { readonly [K in keyof Rows & string as `${Name}${K}`]: Rows[K] };

/** Puts a word before the names of rows, so that the same rows can stand at two places of one request. */
export const named = <const Name extends string, Rows extends Readonly<Record<string, object>>>(
  name: Name,
  rows: Rows,
): Named<Name, Rows> => Object.fromEntries(Object.entries(rows).map(([key, row]) => [`${name}${key}`, row])) as Named<Name, Rows>;

/** Changes every row in the same way. */
export const each = <Rows extends Readonly<Record<string, object>>, Change extends object>(rows: Rows, change: Change) =>
  Object.fromEntries(Object.entries(rows).map(([key, row]) => [key, { ...row, ...change }])) as {
    readonly [K in keyof Rows & string]: Omit<Rows[K], keyof Change> & Change;
  };

/** Network, isolation and encryption on the wire: what every job has. */
export const jobNetwork = <const P extends string>(prefix: P) => ({
  Subnets: privateSubnets(prefix),
  SecurityGroups: securityGroups(prefix),
  NetworkIsolation: networkIsolation(prefix),
  TrafficEncryption: trafficEncryption(prefix),
});

/** A field that may not be given at all. */
export const absent = <const P extends string>(path: P, title: string, because: string, noConditionKey: string) =>
  ({ path, wanted: { constant: 'nothing' }, match: 'absent', conditionKey: null, noConditionKey, title, because }) as const;

const bucketPolicy = 'SageMaker has no condition key for this key: the bucket policy enforces the project’s key on every object.';

/** The key of a further output: filled in where the caller asks for that output. */
export const furtherOutputKey = <const P extends string>(path: P, title: string) =>
  ({ ...withoutKey(outputKey(path), bucketPolicy), fill: 'with-parent', title }) as const;

/** A shell into a container, as a boolean without a key of its own. */
export const noShell = <const P extends string>(path: P, noConditionKey: string, remedy: string) =>
  ({
    path,
    wanted: { constant: false },
    match: 'false',
    fill: 'never',
    conditionKey: null,
    noConditionKey,
    title: 'No remote shell',
    because: 'A shell into the container would be a way around every other control.',
    remedy,
  }) as const;

/** Credentials of a registry outside AWS. */
export const noRegistryCredentials = <const P extends string>(path: P) =>
  absent(
    path,
    'No foreign registry',
    'Credentials for another registry would bring in images that nobody approved.',
    'SageMaker has no condition key for it: no role of the project may invoke the function that hands out such credentials.',
  );

/** The image and the model of a container that serves. */
export const servingContainer = <const P extends string>(prefix: P) => ({
  Image: approvedImage(`${prefix}Image`),
  ModelBucket: inBuckets(`${prefix}ModelDataUrl`, 'buckets.model', 'Model bucket'),
  ModelSourceBucket: inBuckets(`${prefix}ModelDataSource.S3DataSource.S3Uri`, 'buckets.model', 'Model bucket'),
  ModelManifestBucket: inBuckets(`${prefix}ModelDataSource.S3DataSource.ManifestS3Uri`, 'buckets.model', 'Model bucket'),
  FurtherModelBucket: inBuckets(`${prefix}AdditionalModelDataSources[].S3DataSource.S3Uri`, 'buckets.model', 'Model bucket'),
  FurtherManifestBucket: inBuckets(`${prefix}AdditionalModelDataSources[].S3DataSource.ManifestS3Uri`, 'buckets.model', 'Model bucket'),
});

/** Debugger's and Profiler's rules: further jobs with images, disks and outputs of their own. */
export const ruleJobs = <const P extends string>(path: P) => ({
  Bucket: inBuckets(`${path}[].S3OutputPath`, 'buckets.model', 'Rule output bucket'),
  Image: approvedImage(`${path}[].RuleEvaluatorImage`),
  InstanceType: withoutKey(
    instanceTypes(`${path}[].InstanceType`, 'instanceTypes.processing[]'),
    'Whether the key InstanceTypes holds the rules’ instances too is not documented: the SDK and detection compare them.',
  ),
});

/** The network that a notebook or a Studio domain speaks. */
export const noIpv6 = <const P extends string>(path: P) =>
  ({
    path,
    wanted: { constant: 'ipv4' },
    match: 'equals',
    fill: 'never',
    conditionKey: null,
    noConditionKey: 'SageMaker has no condition key for it: the project’s subnets have no IPv6 addresses and no route for them.',
    title: 'No IPv6',
    because: 'The rules of the project network are written for IPv4.',
  }) as const;

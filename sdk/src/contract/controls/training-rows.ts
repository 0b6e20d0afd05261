import * as rows from './shared-rows.ts';

/** An algorithm resource instead of an image. */
export const noAlgorithm = <const P extends string>(prefix: P) =>
  rows.absent(
    `${prefix}AlgorithmSpecification.AlgorithmName`,
    'No algorithm resource',
    'An algorithm resource brings an image of its own, from wherever its maker keeps it.',
    'SageMaker has no condition key for it: no role of the project may make an algorithm or subscribe to one.',
  );

/** What a definition of a tuning job has in common with a training job. `prefix` names the definition, with its dot. */
export const trainingDefinition = <const P extends string>(prefix: P) =>
  ({
    ...rows.jobNetwork(prefix),
    OutputKey: rows.outputKey(`${prefix}OutputDataConfig.KmsKeyId`),
    Role: rows.executionRole(`${prefix}RoleArn`, 'roles.jobExecution'),
    OutputBucket: rows.inBuckets(`${prefix}OutputDataConfig.S3OutputPath`, 'buckets.model', 'Output bucket'),
    CheckpointBucket: rows.inBuckets(`${prefix}CheckpointConfig.S3Uri`, 'buckets.model', 'Checkpoint bucket'),
    Image: rows.approvedImage(`${prefix}AlgorithmSpecification.TrainingImage`),
    NoAlgorithm: noAlgorithm(prefix),
    InstanceType: rows.instanceTypes(`${prefix}ResourceConfig.InstanceType`, 'instanceTypes.training[]'),
    GroupInstanceType: rows.instanceTypes(`${prefix}ResourceConfig.InstanceGroups[].InstanceType`, 'instanceTypes.training[]'),
    PreferredInstanceType: rows.instanceTypes(`${prefix}ResourceConfig.InstancePreferences[].InstanceType`, 'instanceTypes.training[]'),
  }) as const;

/** Where Debugger and Profiler write, and the jobs that they start. */
export const profiler = {
  ProfilerBucket: rows.inBuckets('ProfilerConfig.S3OutputPath', 'buckets.model', 'Profiler bucket'),
  ...rows.named('ProfilerRule', rows.ruleJobs('ProfilerRuleConfigurations')),
} as const;

/** A shell into a training container. */
export const remoteDebug = {
  path: 'RemoteDebugConfig.EnableRemoteDebug',
  wanted: { constant: false },
  match: 'false',
  fill: 'with-parent',
  conditionKey: 'sagemaker:EnableRemoteDebug',
  title: 'No remote shell',
  because: 'A shell into the training container would be a way around every other control.',
  remedy: 'Leave RemoteDebugConfig out; read the job’s logs instead.',
} as const;

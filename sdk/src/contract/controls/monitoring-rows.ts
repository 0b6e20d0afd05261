import * as rows from './shared-rows.ts';

/** Where one kind of monitoring job keeps its parts, each with its dot where something follows. */
interface Places<Prefix extends string, App extends string, Output extends string, Resources extends string, Input extends string> {
  readonly prefix: Prefix;
  readonly app: App;
  readonly output: Output;
  readonly resources: Resources;
  readonly input: Input;
}

/** A monitoring job: a processing job that SageMaker starts again and again. Four definitions and the schedule share the rows. */
export const monitoringJob = <
  const Prefix extends string,
  const App extends string,
  const Output extends string,
  const Resources extends string,
  const Input extends string,
>({
  prefix,
  app,
  output,
  resources,
  input,
}: Places<Prefix, App, Output, Resources, Input>) => ({
  ...rows.jobNetwork(`${prefix}NetworkConfig.`),
  VolumeKey: rows.volumeKey(`${prefix}${resources}.ClusterConfig.VolumeKmsKeyId`),
  OutputKey: rows.outputKey(`${prefix}${output}.KmsKeyId`),
  Role: rows.executionRole(`${prefix}RoleArn`, 'roles.jobExecution'),
  InstanceType: rows.instanceTypes(`${prefix}${resources}.ClusterConfig.InstanceType`, 'instanceTypes.processing[]'),
  OutputBucket: rows.inBuckets(`${prefix}${output}.MonitoringOutputs[].S3Output.S3Uri`, 'buckets.model', 'Output bucket'),
  CapturedBucket: rows.inBuckets(`${prefix}${input}.BatchTransformInput.DataCapturedDestinationS3Uri`, 'buckets.model', 'Captured data'),
  Image: rows.approvedImage(`${prefix}${app}.ImageUri`),
});

/** The job of one of the four definitions. */
export const jobDefinition = <const Kind extends string>(kind: Kind) =>
  monitoringJob({
    prefix: '',
    app: `${kind}AppSpecification`,
    output: `${kind}JobOutputConfig`,
    resources: 'JobResources',
    input: `${kind}JobInput`,
  });

const within = 'MonitoringScheduleConfig.MonitoringJobDefinition';
const brought = monitoringJob({
  prefix: `${within}.`,
  app: 'MonitoringAppSpecification',
  output: 'MonitoringOutputConfig',
  resources: 'MonitoringResources',
  input: 'MonitoringInputs[]',
});

/**
 * A schedule names a definition, which is guarded where it is made, or brings the job along. The job always has an
 * instance type, so that key tells IAM which of the two it is.
 */
export const schedule = {
  ...rows.each(brought, { within, demanded: 'sagemaker:InstanceTypes' } as const),
  InstanceType: { ...brought.InstanceType, within },
} as const;

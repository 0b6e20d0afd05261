import { writeFileSync } from 'node:fs';
import type { CreateTrainingJobRequest } from '@aws-sdk/client-sagemaker';
import type { Job } from './job-interface.ts';
import type { JobFolder, JobPlan } from './job-plan.ts';
import type { MetricDefinition } from './metric-extraction.ts';
import { joinS3 } from './s3-locations.ts';
import { uploadArchive } from './s3-transfer.ts';

/** A training job as its container sees it: SageMaker's "How Amazon SageMaker Provides Training Information". */
export function trainingPlan(job: Job, folder: JobFolder): JobPlan {
  const request = job.request as unknown as CreateTrainingJobRequest;
  const {
    AlgorithmSpecification: algorithm = { TrainingInputMode: 'File' },
    OutputDataConfig: output,
    ResourceConfig: resources,
    VpcConfig: vpc,
  } = request;
  const channels = (request.InputDataConfig ?? []).map((channel) => ({
    ...channel,
    name: channel.ChannelName ?? '',
    uri: channel.DataSource?.S3DataSource?.S3Uri ?? '',
  }));
  const instanceType: string = resources?.InstanceType ?? 'ml.m5.large';
  const [program = 'train', ...given] = algorithm.ContainerEntrypoint ?? [];
  const write = (name: string, value: unknown): void => writeFileSync(folder.ml('input/config', `${name}.json`), JSON.stringify(value));
  const outputUri = joinS3(output?.S3OutputPath ?? '', job.name, 'output');
  return {
    imageUri: algorithm.TrainingImage ?? '',
    command: [program, ...given, ...(algorithm.ContainerArguments ?? [])],
    env: request.Environment ?? {},
    platformEnv: { TRAINING_JOB_NAME: job.name, TRAINING_JOB_ARN: job.arn },
    roleArn: request.RoleArn ?? '',
    instanceType,
    volumeGb: resources?.VolumeSizeInGB ?? 1,
    maxRuntimeSeconds: request.StoppingCondition?.MaxRuntimeInSeconds ?? 86_400,
    isolated: request.EnableNetworkIsolation ?? false,
    subnetId: vpc?.Subnets?.[0],
    logGroup: '/aws/sagemaker/TrainingJobs',
    metrics: (algorithm.MetricDefinitions ?? []) as MetricDefinition[],
    inputs: channels.map(({ name, uri }) => ({ uri, folder: folder.ml('input/data', name) })),
    mounts: [],
    prepare() {
      folder.makeMl('input/config', 'input/data', 'model', 'output/data', 'code');
      write('hyperparameters', request.HyperParameters ?? {});
      write(
        'inputdataconfig',
        Object.fromEntries(
          channels.map((channel) => [
            channel.name,
            {
              TrainingInputMode: channel.InputMode ?? algorithm.TrainingInputMode,
              S3DistributionType: channel.DataSource?.S3DataSource?.S3DataDistributionType ?? 'FullyReplicated',
              RecordWrapperType: channel.RecordWrapperType ?? 'None',
              ...(channel.ContentType === undefined ? {} : { ContentType: channel.ContentType }),
            },
          ]),
        ),
      );
      const group = 'homogeneousCluster';
      write('resourceconfig', {
        current_host: 'algo-1',
        current_instance_type: instanceType,
        current_group_name: group,
        hosts: ['algo-1'],
        instance_groups: [{ instance_group_name: group, instance_type: instanceType, hosts: ['algo-1'] }],
        network_interface_name: 'lo',
      });
    },
    failure: () => folder.message('output', 'failure'),
    exitMessage: () => undefined,
    async upload(client, end) {
      const data = folder.ownFolder('output/data');
      if (data !== undefined) await uploadArchive(client, data, `${outputUri}/output.tar.gz`, output?.KmsKeyId);
      const model = folder.ownFolder('model');
      if (end.outcome === 'Failed' || model === undefined) return undefined;
      const uri = `${outputUri}/model.tar.gz`;
      return (await uploadArchive(client, model, uri, output?.KmsKeyId)) ? uri : undefined;
    },
  };
}

/** What a training job may ask for on AWS and this machine does not do; `undefined` when it can run. */
export function notRunnableTraining(input: Readonly<Record<string, unknown>>): string | undefined {
  const request = input as unknown as CreateTrainingJobRequest;
  for (const channel of request.InputDataConfig ?? []) {
    const where = `channel ${channel.ChannelName ?? ''}`;
    if ((channel.InputMode ?? request.AlgorithmSpecification?.TrainingInputMode) === 'Pipe') return `${where}: input mode Pipe`;
    if (channel.DataSource?.S3DataSource === undefined) return `${where}: a data source other than S3`;
    if (channel.DataSource.S3DataSource.S3DataType !== 'S3Prefix')
      return `${where}: the S3 data type ${channel.DataSource.S3DataSource.S3DataType ?? ''}`;
  }
  if (request.OutputDataConfig?.CompressionType === 'NONE') return 'output that is not compressed';
  if (request.CheckpointConfig !== undefined) return 'checkpoints in S3';
  // A hook writes where the image has the debugger's library; no image here has it, so it stays as quiet as on AWS.
  if ((request.DebugRuleConfigurations ?? []).length > 0) return 'rules of the debugger';
  if (request.TensorBoardOutputConfig !== undefined) return 'TensorBoard output';
  if (request.ResourceConfig?.InstanceGroups !== undefined) return 'instance groups';
  return undefined;
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CreateTrainingJobRequest } from '@aws-sdk/client-sagemaker';
import type { Job } from './job-interface.ts';
import type { JobFolder, JobHost, JobPlan } from './job-plan.ts';
import type { MetricDefinition } from './metric-extraction.ts';
import { joinS3 } from './s3-locations.ts';
import { mergeFolders } from './merge-folders.ts';
import { uploadArchive, uploadFolder } from './s3-transfer.ts';

/** Where a container has its checkpoints unless the request says otherwise. */
const CHECKPOINTS = '/opt/ml/checkpoints';

/** A training job as its container sees it: SageMaker's "How Amazon SageMaker Provides Training Information". */
export function trainingPlan(job: Job, { folder, name: currentHost, hosts }: JobHost): JobPlan {
  const request = job.request as unknown as CreateTrainingJobRequest;
  const {
    AlgorithmSpecification: algorithm = { TrainingInputMode: 'File' },
    OutputDataConfig: output,
    ResourceConfig: resources,
    VpcConfig: vpc,
    CheckpointConfig: checkpoints,
  } = request;
  const checkpointFolder = join(folder.path, 'checkpoints');
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
    retries: request.RetryStrategy?.MaximumRetryAttempts ?? 0,
    checkpoints:
      checkpoints?.S3Uri === undefined ? undefined : { uri: checkpoints.S3Uri, folder: checkpointFolder, kmsKeyId: output?.KmsKeyId },
    inputs: channels.map(({ name, uri, DataSource }) => ({
      uri,
      type: DataSource?.S3DataSource?.S3DataType === 'ManifestFile' ? 'ManifestFile' : 'S3Prefix',
      folder: folder.ml('input/data', name),
      sharded: DataSource?.S3DataSource?.S3DataDistributionType === 'ShardedByS3Key',
    })),
    mounts: checkpoints === undefined ? [] : [{ source: checkpointFolder, target: checkpoints.LocalPath ?? CHECKPOINTS, writable: true }],
    prepare() {
      if (checkpoints !== undefined) mkdirSync(checkpointFolder, { recursive: true });
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
        current_host: currentHost,
        current_instance_type: instanceType,
        current_group_name: group,
        hosts,
        instance_groups: [{ instance_group_name: group, instance_type: instanceType, hosts }],
        network_interface_name: 'lo',
      });
    },
    failure: () => folder.message('output', 'failure'),
    exitMessage: () => undefined,
    async upload(client, end, folders) {
      const data = await gathered(folders, 'output/data');
      if (data !== undefined) await uploadArchive(client, data, `${outputUri}/output.tar.gz`, output?.KmsKeyId);
      const model = end.outcome === 'Failed' ? undefined : await gathered(folders, 'model');
      if (model === undefined) return undefined;
      if (output?.CompressionType === 'NONE') {
        const uri = `${outputUri}/model/`;
        return (await uploadFolder(client, model, uri, output.KmsKeyId)) > 0 ? uri : undefined;
      }
      const uri = `${outputUri}/model.tar.gz`;
      return (await uploadArchive(client, model, uri, output?.KmsKeyId)) ? uri : undefined;
    },
  };
}

/** What all instances left in a folder below /opt/ml, as one folder: SageMaker makes one archive of it. */
async function gathered(folders: readonly JobFolder[], name: string): Promise<string | undefined> {
  const own = folders.flatMap((folder) => folder.ownFolder(name) ?? []);
  const [first] = folders;
  if (own.length < 2 || first === undefined) return own[0];
  const target = join(first.path, 'gathered', name);
  await mergeFolders(own, target);
  return target;
}

export const trainingInstances = (request: Readonly<Record<string, unknown>>): number =>
  (request as { ResourceConfig?: { InstanceCount?: number } }).ResourceConfig?.InstanceCount ?? 1;

/** What a training job may ask for on AWS and this machine does not do; `undefined` when it can run. */
export function notRunnableTraining(input: Readonly<Record<string, unknown>>): string | undefined {
  const request = input as unknown as CreateTrainingJobRequest;
  for (const channel of request.InputDataConfig ?? []) {
    const where = `channel ${channel.ChannelName ?? ''}`;
    if ((channel.InputMode ?? request.AlgorithmSpecification?.TrainingInputMode) === 'Pipe') return `${where}: input mode Pipe`;
    if (channel.DataSource?.S3DataSource === undefined) return `${where}: a data source other than S3`;
    const type = channel.DataSource.S3DataSource.S3DataType;
    if (type !== 'S3Prefix' && type !== 'ManifestFile') return `${where}: the S3 data type ${type ?? ''}`;
    if (channel.RecordWrapperType === 'RecordIO') return `${where}: the record wrapper RecordIO`;
    if (channel.ShuffleConfig !== undefined) return `${where}: shuffling`;
  }
  const checkpoints = request.CheckpointConfig?.LocalPath ?? CHECKPOINTS;
  if (request.CheckpointConfig !== undefined && !/^\/opt\/ml\/(?!(input|model|output|code)(\/|$))(?!.*\.\.)./.test(checkpoints))
    return `checkpoints in ${checkpoints}: give a folder of their own below /opt/ml`;
  // A hook writes where the image has the debugger's library; no image here has it, so it stays as quiet as on AWS.
  if ((request.DebugRuleConfigurations ?? []).length > 0) return 'rules of the debugger';
  if (request.TensorBoardOutputConfig !== undefined) return 'TensorBoard output';
  if (request.ResourceConfig?.InstanceGroups !== undefined) return 'instance groups';
  if (request.ResourceConfig?.TrainingPlanArn !== undefined) return 'training plans';
  if (request.ServerlessJobConfig !== undefined) return 'serverless jobs';
  return undefined;
}

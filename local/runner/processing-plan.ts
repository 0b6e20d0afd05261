import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CreateProcessingJobRequest } from '@aws-sdk/client-sagemaker';
import type { Job } from './job-interface.ts';
import type { JobHost, JobPlan } from './job-plan.ts';
import { uploadFolder } from './s3-transfer.ts';

/** A processing job as its container sees it: SageMaker's "How Amazon SageMaker Processing Configures Your Processing Container". */
export function processingPlan(job: Job, { folder, name: currentHost, hosts }: JobHost): JobPlan {
  const request = job.request as unknown as CreateProcessingJobRequest;
  const { AppSpecification: app, NetworkConfig: network, ProcessingOutputConfig: outputConfig } = request;
  const cluster = request.ProcessingResources?.ClusterConfig;
  const [program = '/bin/true', ...given] = app?.ContainerEntrypoint ?? [];
  const place = (kind: 'inputs' | 'outputs', name: string | undefined): string => join(folder.path, kind, name ?? '');
  const inputs = (request.ProcessingInputs ?? []).map(({ InputName, S3Input }) => ({
    uri: S3Input?.S3Uri ?? '',
    type: S3Input?.S3DataType === 'ManifestFile' ? ('ManifestFile' as const) : ('S3Prefix' as const),
    sharded: S3Input?.S3DataDistributionType === 'ShardedByS3Key',
    folder: place('inputs', InputName),
    target: S3Input?.LocalPath ?? '',
  }));
  const outputs = (outputConfig?.Outputs ?? []).map(({ OutputName, S3Output }) => ({
    uri: S3Output?.S3Uri ?? '',
    name: OutputName ?? '',
    folder: place('outputs', OutputName),
    target: S3Output?.LocalPath ?? '',
  }));
  return {
    imageUri: app?.ImageUri ?? '',
    command: [program, ...given, ...(app?.ContainerArguments ?? [])],
    env: request.Environment ?? {},
    platformEnv: { PROCESSING_JOB_NAME: job.name, PROCESSING_JOB_ARN: job.arn },
    roleArn: request.RoleArn ?? '',
    instanceType: cluster?.InstanceType ?? 'ml.m5.large',
    volumeGb: cluster?.VolumeSizeInGB ?? 1,
    maxRuntimeSeconds: request.StoppingCondition?.MaxRuntimeInSeconds ?? 86_400,
    isolated: network?.EnableNetworkIsolation ?? false,
    subnetId: network?.VpcConfig?.Subnets?.[0],
    logGroup: '/aws/sagemaker/ProcessingJobs',
    metrics: [],
    retries: 0,
    checkpoints: undefined,
    inputs,
    // Each output is a mount of its own, so that nothing the container does can put another folder in its place.
    mounts: [
      ...inputs.map(({ folder: source, target }) => ({ source, target, writable: true })),
      ...outputs.map(({ folder: source, target }) => ({ source, target, writable: true })),
    ],
    prepare() {
      folder.makeMl('config', 'output', 'processing');
      for (const { folder: path } of outputs) mkdirSync(path, { recursive: true });
      const write = (name: string, value: unknown): void => writeFileSync(folder.ml('config', name), JSON.stringify(value));
      write('processingjobconfig.json', { ProcessingJobArn: job.arn, ...request, ProcessingJobName: job.name });
      write('resourceconfig.json', { current_host: currentHost, hosts });
    },
    failure: () => 'See job logs for more information',
    exitMessage: () => folder.message('output', 'message') || undefined,
    async upload(client, end, folders) {
      if (end.outcome === 'Failed') return undefined;
      for (const { path } of folders) {
        for (const { name, uri } of outputs) await uploadFolder(client, join(path, 'outputs', name), uri, outputConfig?.KmsKeyId);
      }
      return undefined;
    },
  };
}

export const processingInstances = (request: Readonly<Record<string, unknown>>): number =>
  (request as { ProcessingResources?: { ClusterConfig?: { InstanceCount?: number } } }).ProcessingResources?.ClusterConfig?.InstanceCount ??
  1;

/** What a processing job may ask for on AWS and this machine does not do; `undefined` when it can run. */
export function notRunnableProcessing(input: Readonly<Record<string, unknown>>): string | undefined {
  const request = input as unknown as CreateProcessingJobRequest;
  for (const { InputName, S3Input, DatasetDefinition } of request.ProcessingInputs ?? []) {
    const where = `input ${InputName ?? ''}`;
    if (S3Input === undefined || DatasetDefinition !== undefined) return `${where}: a source other than S3`;
    if (S3Input.S3DataType !== 'S3Prefix' && S3Input.S3DataType !== 'ManifestFile')
      return `${where}: an S3 data type other than S3Prefix and ManifestFile`;
    if (S3Input.S3InputMode === 'Pipe') return `${where}: input mode Pipe`;
    if (!isPlaced(S3Input.LocalPath)) return `${where}: a LocalPath outside /opt/ml`;
  }
  for (const { OutputName, S3Output } of request.ProcessingOutputConfig?.Outputs ?? []) {
    const where = `output ${OutputName ?? ''}`;
    if (S3Output === undefined) return `${where}: a destination other than S3`;
    if (S3Output.S3UploadMode === 'Continuous') return `${where}: continuous upload`;
    if (!isPlaced(S3Output.LocalPath)) return `${where}: a LocalPath outside /opt/ml`;
  }
  if (request.AppSpecification?.ContainerEntrypoint === undefined) return 'an image without ContainerEntrypoint';
  return undefined;
}

const isPlaced = (path: string | undefined): boolean => path?.startsWith('/opt/ml/') === true && !path.split('/').includes('..');

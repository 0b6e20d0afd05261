import type { CreateModelInput, CreateTransformJobRequest } from '@aws-sdk/client-sagemaker';
import type { Job } from './job-interface.ts';
import { compileJsonPath } from './json-path.ts';
import type { S3Source } from './s3-objects.ts';
import { type DataProcessing, formatOf, processes, type RecordFormat, RecordProcessing } from './transform-records.ts';

const MB = 1024 * 1024;
const DEFAULT_PAYLOAD_MB = 6;
const DEFAULT_TIMEOUT_SECONDS = 600;
const DEFAULT_RETRIES = 3;

/** A transform job: read from the request and the model, before anything is done. */
export interface TransformPlan {
  readonly model: CreateModelInput;
  readonly imageUri: string;
  readonly env: Readonly<Record<string, string>>;
  readonly roleArn: string;
  readonly instanceType: string;
  readonly isolated: boolean;
  readonly subnetId: string | undefined;
  readonly source: S3Source;
  readonly gzip: boolean;
  readonly split: 'None' | 'Line';
  readonly contentType: string | undefined;
  readonly accept: string | undefined;
  readonly assembleLines: boolean;
  readonly outputUri: string;
  readonly kmsKeyId: string | undefined;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly processing: RecordProcessing | undefined;
  /** What the request leaves open is asked of the container (`/execution-parameters`). */
  readonly asked: ExecutionParameters;
}

export interface ExecutionParameters {
  readonly MaxConcurrentTransforms?: number | undefined;
  readonly BatchStrategy?: 'MultiRecord' | 'SingleRecord' | undefined;
  readonly MaxPayloadInMB?: number | undefined;
}

export interface Batching {
  readonly concurrent: number;
  readonly several: boolean;
  readonly payloadBytes: number;
}

/** The request's values, then the container's, then SageMaker's. */
export const batching = (asked: ExecutionParameters, told: ExecutionParameters): Batching => ({
  concurrent: Math.max(1, asked.MaxConcurrentTransforms || told.MaxConcurrentTransforms || 1),
  several: (asked.BatchStrategy ?? told.BatchStrategy) !== 'SingleRecord',
  payloadBytes: (asked.MaxPayloadInMB ?? told.MaxPayloadInMB ?? DEFAULT_PAYLOAD_MB) * MB,
});

export function transformPlan(job: Job): TransformPlan {
  const request = job.request as unknown as CreateTransformJobRequest;
  const model = (job.model ?? {}) as unknown as CreateModelInput;
  const container = model.PrimaryContainer ?? model.Containers?.[0];
  const { TransformInput: input, TransformOutput: output, DataProcessing: processing, ModelClientConfig: client } = request;
  return {
    model,
    imageUri: container?.Image ?? '',
    env: { ...container?.Environment, ...request.Environment, SAGEMAKER_BATCH: 'true' },
    roleArn: model.ExecutionRoleArn ?? '',
    instanceType: request.TransformResources?.InstanceType ?? 'ml.m5.large',
    isolated: model.EnableNetworkIsolation ?? false,
    subnetId: model.VpcConfig?.Subnets?.[0],
    source: {
      uri: input?.DataSource?.S3DataSource?.S3Uri ?? '',
      type: input?.DataSource?.S3DataSource?.S3DataType === 'ManifestFile' ? 'ManifestFile' : 'S3Prefix',
    },
    gzip: input?.CompressionType === 'Gzip',
    split: input?.SplitType === 'Line' ? 'Line' : 'None',
    contentType: input?.ContentType,
    accept: output?.Accept,
    assembleLines: output?.AssembleWith === 'Line',
    outputUri: output?.S3OutputPath ?? '',
    kmsKeyId: output?.KmsKeyId,
    timeoutMs: (client?.InvocationsTimeoutInSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000,
    retries: client?.InvocationsMaxRetries ?? DEFAULT_RETRIES,
    processing:
      processing === undefined || !processes(processing) ? undefined : recordProcessing(processing, input?.ContentType, output?.Accept),
    asked: {
      MaxConcurrentTransforms: request.MaxConcurrentTransforms,
      BatchStrategy: request.BatchStrategy,
      MaxPayloadInMB: request.MaxPayloadInMB,
    },
  };
}

const recordProcessing = (processing: DataProcessing, contentType: string | undefined, accept: string | undefined): RecordProcessing => {
  const format: RecordFormat = formatOf(contentType) ?? 'csv';
  return new RecordProcessing(processing, format, formatOf(accept) ?? format);
};

export const transformInstances = (request: Job['request']): number =>
  (request as { TransformResources?: { InstanceCount?: number } }).TransformResources?.InstanceCount ?? 1;

/** What SageMaker refuses of a request; `undefined` when there is nothing. */
export function invalidTransform(input: Job['request']): string | undefined {
  const request = input as unknown as CreateTransformJobRequest;
  const { TransformInput, TransformOutput, DataProcessing: processing } = request;
  const payload = request.MaxPayloadInMB ?? DEFAULT_PAYLOAD_MB;
  if (payload > 100) return `MaxPayloadInMB must not exceed 100 MB, ${String(payload)} was given.`;
  if (payload * (request.MaxConcurrentTransforms ?? 1) > 100)
    return 'The product of MaxConcurrentTransforms and MaxPayloadInMB must not exceed 100 MB.';
  if (request.BatchStrategy === 'SingleRecord' && (TransformInput?.SplitType ?? 'None') === 'None')
    return 'BatchStrategy SingleRecord needs a SplitType that splits the input into records.';
  if (payload === 0 && (TransformInput?.SplitType ?? 'None') !== 'None') return 'A MaxPayloadInMB of 0 needs SplitType None.';
  if (processing === undefined || !processes(processing)) return undefined;
  for (const expression of [processing.InputFilter, processing.OutputFilter]) {
    try {
      compileJsonPath(expression ?? '$');
    } catch (error) {
      return (error as Error).message;
    }
  }
  const [given, wanted] = [formatOf(TransformInput?.ContentType), formatOf(TransformOutput?.Accept ?? TransformInput?.ContentType)];
  if (given === undefined || wanted === undefined)
    return 'DataProcessing needs records whose fields are known: ContentType and Accept must be text/csv, application/json or application/jsonlines.';
  if (processing.JoinSource === 'Input' && (given === 'csv') !== (wanted === 'csv'))
    return 'To join the input with the output, ContentType and Accept must have the same format.';
  if (TransformInput?.SplitType === 'Line' && TransformOutput?.AssembleWith !== 'Line')
    return 'DataProcessing of an input that is split by Line needs AssembleWith Line.';
  return undefined;
}

/** What a transform job may ask for on AWS and this machine does not do; `undefined` when it can run. */
export function notRunnableTransform(input: Job['request']): string | undefined {
  const { TransformInput, DataCaptureConfig } = input as unknown as CreateTransformJobRequest;
  const type = TransformInput?.DataSource?.S3DataSource?.S3DataType;
  if (type !== 'S3Prefix' && type !== 'ManifestFile') return `the S3 data type ${type ?? ''}`;
  const split = TransformInput?.SplitType ?? 'None';
  if (split !== 'None' && split !== 'Line') return `SplitType ${split}`;
  return DataCaptureConfig === undefined ? undefined : 'data capture of a transform job';
}

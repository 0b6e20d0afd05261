import type { CreateTransformJobRequest } from '@aws-sdk/client-sagemaker';
import type { EnvironmentDescription } from '../contract/index.ts';
import { oneOf, refuse, tagsOf, wholeNumber } from '../jobs/options.ts';
import type { TransformOptions } from './api.ts';

/** SageMaker's limit for one request, and for all that are under way to one instance. */
const MOST_MB = 100;
/** What is split into records by its line ends. */
const BY_LINES = /^(text\/csv|application\/(x-)?json-?lines)\b/;

/**
 * The request for a transform job, before the security fields are filled in. Pure. Limits: SageMaker, `CreateTransformJob` and "Associate
 * prediction results with input records".
 */
export function transformRequest(
  options: TransformOptions,
  name: string,
  modelName: string,
  s3Uri: string,
  environment: EnvironmentDescription,
): CreateTransformJobRequest {
  const { data, strategy, maxConcurrent, maxPayload, answerWithin, retries, compression } = options;
  const given = typeof data === 'object' && 's3Uri' in data ? data.contentType : undefined;
  const contentType = options.contentType ?? given ?? 'text/csv';
  const byLines = BY_LINES.test(contentType);
  const splitType = oneOf('splitType', options.splitType ?? (byLines ? 'Line' : 'None'), ['None', 'Line', 'RecordIO', 'TFRecord']);
  const assembleWith = oneOf('assembleWith', options.assembleWith ?? (splitType === 'Line' ? 'Line' : 'None'), ['None', 'Line']);
  const accept = options.accept ?? (/^text\/csv\b/.test(contentType) ? 'text/csv' : undefined);
  if (strategy !== undefined && splitType === 'None')
    refuse('strategy', 'there are records only where the data is split.', "Set splitType: 'Line', or leave `strategy` out.");
  if (maxPayload !== undefined && maxConcurrent !== undefined && maxPayload * maxConcurrent > MOST_MB)
    refuse('maxPayload', `${maxConcurrent} requests of ${maxPayload} MB are more than ${MOST_MB} MB at a time.`, 'Lower one of them.');
  const environmentSize = Object.keys(options.environment ?? {}).length;
  if (environmentSize > 16)
    refuse('environment', `${environmentSize} variables were given; a transform job takes 16.`, 'Put them into the model.');
  return {
    TransformJobName: name,
    ModelName: modelName,
    ...(maxConcurrent === undefined ? {} : { MaxConcurrentTransforms: wholeNumber('maxConcurrent', maxConcurrent, 1, 1_000) }),
    ...(maxPayload === undefined ? {} : { MaxPayloadInMB: wholeNumber('maxPayload', maxPayload, 0, MOST_MB) }),
    ...(strategy === undefined ? {} : { BatchStrategy: oneOf('strategy', strategy, ['MultiRecord', 'SingleRecord']) }),
    ...(answerWithin === undefined && retries === undefined
      ? {}
      : {
          ModelClientConfig: {
            ...(answerWithin === undefined ? {} : { InvocationsTimeoutInSeconds: wholeNumber('answerWithin', answerWithin, 1, 3_600) }),
            ...(retries === undefined ? {} : { InvocationsMaxRetries: wholeNumber('retries', retries, 0, 3) }),
          },
        }),
    ...(options.environment === undefined ? {} : { Environment: { ...options.environment } }),
    TransformInput: {
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: s3Uri } },
      ContentType: contentType,
      SplitType: splitType,
      ...(compression === undefined ? {} : { CompressionType: oneOf('compression', compression, ['None', 'Gzip']) }),
    },
    TransformOutput: {
      S3OutputPath: `s3://${environment.buckets.model}/transform-jobs/${name}`,
      AssembleWith: assembleWith,
      ...(accept === undefined ? {} : { Accept: accept }),
    },
    TransformResources: {
      InstanceType: (options.instanceType ?? environment.instanceTypes.training[0]) as never,
      InstanceCount: wholeNumber('instanceCount', options.instanceCount ?? 1, 1, 100),
    },
    ...dataProcessing(options),
    ...tagsOf(options.tags),
  };
}

function dataProcessing({ inputFilter, joinSource, outputFilter }: TransformOptions): Pick<CreateTransformJobRequest, 'DataProcessing'> {
  if (inputFilter === undefined && joinSource === undefined && outputFilter === undefined) return {};
  const path = (field: string, value: string) => {
    if (value.startsWith('$') && value.length <= 63) return value;
    return refuse(field, `${JSON.stringify(value)} is not a JSONPath of at most 63 characters.`, 'Write it like `$[1:]` or `$.features`.');
  };
  return {
    DataProcessing: {
      ...(inputFilter === undefined ? {} : { InputFilter: path('inputFilter', inputFilter) }),
      ...(joinSource === undefined ? {} : { JoinSource: oneOf('joinSource', joinSource, ['None', 'Input']) }),
      ...(outputFilter === undefined ? {} : { OutputFilter: path('outputFilter', outputFilter) }),
    },
  };
}

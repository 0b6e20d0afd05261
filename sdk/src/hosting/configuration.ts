import type {
  AsyncInferenceConfig,
  CreateEndpointConfigInput,
  DataCaptureConfig,
  DescribeEndpointConfigOutput,
  ProductionVariant,
} from '@aws-sdk/client-sagemaker';
import { SealabError } from '../contract/index.ts';
import type { EnvironmentDescription } from '../contract/index.ts';
import { checkedName } from '../jobs/names.ts';
import { refuseUnknown, wholeNumber } from '../jobs/options.ts';
import type { AsyncOptions, CaptureOptions, DeployOptions, ServerlessOptions } from './api.ts';

/** Name of the only variant. */
export const ALL_TRAFFIC = 'AllTraffic';
/** Below these prefixes of the model bucket. */
const CAPTURES = 'data-capture';
const ASYNC = 'async-inference';

/** Where requests for an asynchronous endpoint are put. */
export const asyncInputKey = (endpoint: string, id: string): string => `${ASYNC}/${endpoint}/input/${id}`;

interface VariantRequest {
  readonly name: string;
  readonly modelName: string;
  readonly weight?: number;
  readonly instanceType?: string | undefined;
  readonly instanceCount?: number | undefined;
  readonly serverless?: ServerlessOptions | undefined;
}

/** A variant as SageMaker takes it. */
export function variantOf(request: VariantRequest, { instanceTypes }: EnvironmentDescription): ProductionVariant {
  const { name, modelName, weight = 1, instanceType, instanceCount = 1, serverless } = request;
  if (!Number.isFinite(weight) || weight < 0) {
    throw new SealabError('InvalidInput', `weight: ${weight} is not a number from 0.`, { details: { field: 'weight', given: weight } });
  }
  const { memory, maxConcurrency, provisionedConcurrency } = serverless ?? {};
  return {
    VariantName: checkedName(name),
    ModelName: modelName,
    InitialVariantWeight: weight,
    ...(serverless === undefined
      ? {
          InstanceType: (instanceType ?? instanceTypes.hosting[0]) as never,
          InitialInstanceCount: wholeNumber('instanceCount', instanceCount, 1, 100),
        }
      : {
          // The contract refuses this, and says why.
          ServerlessConfig: {
            MemorySizeInMB: memory,
            MaxConcurrency: maxConcurrency,
            ...(provisionedConcurrency === undefined ? {} : { ProvisionedConcurrency: provisionedConcurrency }),
          },
        }),
  };
}

/** A shadow's weight says which part of the production variant's requests it gets. */
export const shadowWeight = (percent = 100): number => wholeNumber('shadow.percent', percent, 1, 100) / 100;

/** Data capture into the model bucket; the contract adds the key. */
export function captureOf(
  capture: NonNullable<DeployOptions['capture']>,
  { buckets }: EnvironmentDescription,
): DataCaptureConfig | undefined {
  if (capture === false) return undefined;
  const options: CaptureOptions = capture === true ? {} : capture;
  refuseUnknown('capture', options, { percent: true, input: true, output: true } satisfies Record<keyof CaptureOptions, true>);
  const { percent = 100, input = true, output = true } = options;
  if (!input && !output) {
    throw new SealabError('InvalidInput', 'capture: neither input nor output is captured.', {
      remedy: 'Leave capture out, or capture one of them.',
      details: { field: 'capture' },
    });
  }
  return {
    EnableCapture: true,
    InitialSamplingPercentage: wholeNumber('capture.percent', percent, 0, 100),
    DestinationS3Uri: `s3://${buckets.model}/${CAPTURES}`,
    CaptureOptions: [...(input ? [{ CaptureMode: 'Input' as const }] : []), ...(output ? [{ CaptureMode: 'Output' as const }] : [])],
    // Other contents are written in base64.
    CaptureContentTypeHeader: { CsvContentTypes: ['text/csv'], JsonContentTypes: ['application/json', 'application/jsonlines'] },
  };
}

/** A queue with its places in the model bucket; the contract adds the key. */
export function asyncOf(endpoint: string, given: true | AsyncOptions, { buckets }: EnvironmentDescription): AsyncInferenceConfig {
  const options: AsyncOptions = given === true ? {} : given;
  refuseUnknown('async', options, { maxConcurrent: true, output: true, failures: true } satisfies Record<keyof AsyncOptions, true>);
  const { maxConcurrent, output, failures } = options;
  const place = (what: string) => `s3://${buckets.model}/${ASYNC}/${endpoint}/${what}`;
  return {
    ...(maxConcurrent === undefined
      ? {}
      : { ClientConfig: { MaxConcurrentInvocationsPerInstance: wholeNumber('async.maxConcurrent', maxConcurrent, 1, 1_000) } }),
    OutputConfig: { S3OutputPath: output ?? place('output'), S3FailurePath: failures ?? place('failure') },
  };
}

/** What an update leaves as it was. Isolation is not taken over: Describe says `false` where nothing was asked for. */
export function copiedFrom(old: DescribeEndpointConfigOutput): Omit<CreateEndpointConfigInput, 'EndpointConfigName'> {
  const { ProductionVariants = [], ShadowProductionVariants, DataCaptureConfig, AsyncInferenceConfig } = old;
  const { ExplainerConfig, MetricsConfig, VpcConfig, ExecutionRoleArn, KmsKeyId } = old;
  return {
    ProductionVariants,
    ...(ShadowProductionVariants === undefined || ShadowProductionVariants.length === 0 ? {} : { ShadowProductionVariants }),
    ...defined({ DataCaptureConfig, AsyncInferenceConfig, ExplainerConfig, MetricsConfig, VpcConfig, ExecutionRoleArn, KmsKeyId }),
  };
}

const defined = <T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };

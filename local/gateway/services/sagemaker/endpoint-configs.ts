import type { CreateEndpointConfigInput, CreateModelInput, ProductionVariant } from '@aws-sdk/client-sagemaker';
import { AwsError } from '../../call.ts';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { arnOf, notFound } from './account.ts';
import { listResources } from './listing.ts';
import type { HostingRecords } from './models.ts';
import type { EndpointConfigRecord } from './records.ts';
import { now } from './store.ts';
import type { Tags } from './tags.ts';

/** Fields of an endpoint configuration that change what runs, and that nothing here does. */
export const NOT_HOSTED = {
  ExplainerConfig: 'explanations',
  MetricsConfig: 'enhanced metrics',
  CrossRegionTrafficConfig: 'traffic to other regions',
  ExecutionRoleArn: 'inference components, whose role it would be',
  VpcConfig: 'inference components, whose network it would be: give it to the model',
  EnableNetworkIsolation: 'inference components, whose network it would be: give it to the model',
} as const;

/** The same of a variant. */
export const NOT_HOSTED_VARIANT = {
  AcceleratorType: 'Elastic Inference',
  AcceleratorPartitionLayouts: 'partitions of an accelerator',
  CapacityReservationConfig: 'capacity reservations',
  CoreDumpConfig: 'core dumps',
  InferenceAmiVersion: 'machine images',
  InstancePools: 'pools of several instance types',
  ManagedInstanceScaling: 'managed scaling',
  VariantInstanceProvisionTimeoutInSeconds: 'pools of several instance types',
  EnableSSMAccess: 'shells in containers',
} as const;

const notEmulated = (what: string): never => {
  throw new AwsError('OperationNotEmulated', `The local environment does not do ${what}.`);
};
const refuse = (message: string): never => {
  throw new AwsError('ValidationException', message);
};

/** What SageMaker, or this machine, does not accept of a configuration. @throws AwsError */
function checkConfig(platform: Platform, config: CreateEndpointConfigInput, models: HostingRecords['models']): void {
  for (const [field, what] of Object.entries(NOT_HOSTED)) {
    const value = config[field as keyof CreateEndpointConfigInput];
    if (value !== undefined && value !== false) notEmulated(`${what} (${field})`);
  }
  const production = config.ProductionVariants ?? [];
  const shadows = config.ShadowProductionVariants ?? [];
  const names = [...production, ...shadows].map(({ VariantName }) => VariantName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuse(`Two variants have the name ${twice}.`);
  for (const variant of [...production, ...shadows]) checkVariant(platform, variant, models);
  const serverless = production.filter(({ ServerlessConfig }) => ServerlessConfig !== undefined);
  if (serverless.length > 0) {
    if (production.length > 1) refuse('A serverless endpoint has exactly one variant.');
    if (config.DataCaptureConfig !== undefined) refuse('Serverless endpoints do not capture data.');
    if (config.AsyncInferenceConfig !== undefined) refuse('Serverless endpoints are not asynchronous.');
    if (shadows.length > 0) refuse('Serverless endpoints have no shadow variants.');
  }
  if (shadows.length > 0) {
    if (shadows.length > 1 || production.length > 1)
      refuse('With a shadow variant there is exactly one production variant and one shadow variant.');
    if (config.AsyncInferenceConfig !== undefined) refuse('Asynchronous endpoints have no shadow variants.');
  }
  if (config.AsyncInferenceConfig !== undefined) checkAsync(config, models);
}

function checkAsync(config: CreateEndpointConfigInput, models: HostingRecords['models']): void {
  if ((config.ProductionVariants ?? []).length > 1) refuse('An asynchronous endpoint has exactly one variant.');
  if (config.AsyncInferenceConfig?.OutputConfig?.S3OutputPath === undefined)
    notEmulated('asynchronous inference without S3OutputPath, whose results would stay with SageMaker');
  const model = models.get(config.ProductionVariants?.[0]?.ModelName ?? '')?.request as Partial<CreateModelInput> | undefined;
  if (model?.PrimaryContainer?.Mode === 'MultiModel') refuse('Asynchronous endpoints do not host multi-model containers.');
}

function checkVariant(platform: Platform, variant: ProductionVariant, models: HostingRecords['models']): void {
  const { VariantName: name = '', ModelName, ServerlessConfig: serverless } = variant;
  if (ModelName === undefined) return notEmulated(`variants without a model: ${name} would host inference components`);
  for (const [field, what] of Object.entries(NOT_HOSTED_VARIANT)) {
    const value = variant[field as keyof ProductionVariant];
    if (value !== undefined && value !== false) notEmulated(`${what} (${field} of variant ${name})`);
  }
  const strategy = variant.RoutingConfig?.RoutingStrategy;
  if (strategy !== undefined && strategy !== 'RANDOM' && strategy !== 'LEAST_OUTSTANDING_REQUESTS')
    notEmulated(`the routing strategy ${strategy} (variant ${name})`);
  const model = models.get(ModelName);
  if (model === undefined) throw notFound('model', arnOf(platform, 'model', ModelName));
  if (serverless === undefined) {
    if (variant.InstanceType === undefined || variant.InitialInstanceCount === undefined)
      refuse(`Variant ${name} must have InstanceType and InitialInstanceCount, or ServerlessConfig.`);
    return;
  }
  if (variant.InstanceType !== undefined || variant.InitialInstanceCount !== undefined)
    refuse(`Variant ${name} has ServerlessConfig: InstanceType and InitialInstanceCount must be left out.`);
  const { MemorySizeInMB: memory = 0, MaxConcurrency: most = 1, ProvisionedConcurrency: warm = 0 } = serverless;
  if (memory % 1024 !== 0) refuse(`MemorySizeInMB of variant ${name} must be 1024, 2048, 3072, 4096, 5120 or 6144.`);
  if (warm > most) refuse(`ProvisionedConcurrency of variant ${name} is more than its MaxConcurrency.`);
  const {
    PrimaryContainer: primary,
    Containers: several,
    VpcConfig: vpc,
    EnableNetworkIsolation: isolated,
  } = model.request as Partial<CreateModelInput>;
  if (primary?.Mode === 'MultiModel' || (several ?? []).length > 1)
    refuse('A serverless variant hosts models of one container with one model.');
  // AWS runs serverless variants outside any VPC, and refuses models that have one; a container here always needs a network or isolation.
  if (vpc !== undefined && isolated !== true) refuse(`Model ${ModelName} has a VpcConfig: serverless variants have no VPC.`);
}

/** Endpoint configurations: records that endpoints are made from. */
export function endpointConfigOperations(
  platform: Platform,
  { models, configs }: HostingRecords,
  tags: Tags,
): Record<string, (call: Call) => unknown> {
  const configArn = (name: string): string => arnOf(platform, 'endpoint-config', name);
  const config = (call: Call): EndpointConfigRecord => {
    const name = call.input['EndpointConfigName'] as string;
    const record = configs.get(name);
    if (record === undefined) throw notFound('endpoint configuration', configArn(name));
    return record;
  };
  return {
    CreateEndpointConfig: (call) => {
      const name = call.input['EndpointConfigName'] as string;
      const arn = configArn(name);
      if (configs.get(name) !== undefined) refuse(`Cannot create already existing endpoint configuration "${arn}".`);
      checkConfig(platform, call.input as unknown as CreateEndpointConfigInput, models);
      configs.save({ name, arn, request: call.input, creationTime: now(), lastModifiedTime: now() });
      tags.add(arn, call.input['Tags']);
      return { EndpointConfigArn: arn };
    },
    DescribeEndpointConfig: (call) => {
      const { request, arn, creationTime } = config(call);
      return { EnableNetworkIsolation: false, ...request, EndpointConfigArn: arn, CreationTime: creationTime };
    },
    ListEndpointConfigs: (call) => {
      const { page, ...rest } = listResources(configs.all(), call.input);
      return {
        EndpointConfigs: page.map(({ name, arn, creationTime }) => ({
          EndpointConfigName: name,
          EndpointConfigArn: arn,
          CreationTime: creationTime,
        })),
        ...rest,
      };
    },
    DeleteEndpointConfig: (call) => {
      const { name, arn } = config(call);
      configs.delete(name);
      tags.remove(arn);
      return {};
    },
  };
}

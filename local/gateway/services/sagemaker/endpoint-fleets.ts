import type {
  AsyncInferenceConfig,
  CreateEndpointConfigInput,
  DataCaptureConfig,
  DeploymentConfig,
  ProductionVariant,
  ProductionVariantServerlessConfig,
} from '@aws-sdk/client-sagemaker';
import type { HostedInstance } from '../../../runner/hosting-interface.ts';
import type { HostingRecords } from './models.ts';
import type { EndpointConfigRecord, Request } from './records.ts';
import type { Resource } from './store.ts';

/** What an endpoint has of one variant, as created or as updated since. */
export interface Capacity {
  weight: number;
  count: number;
  serverless?: ProductionVariantServerlessConfig;
}

/**
 * Everything that an endpoint runs of one configuration. It keeps the configuration and the models themselves: both may be
 * deleted while the endpoint lives.
 */
export interface Fleet {
  /** Name of the configuration. */
  readonly config: string;
  /** Counts the fleets that the endpoint has had. */
  readonly generation: number;
  /** CreateEndpointConfig input. */
  readonly request: Request;
  /** CreateModel input, by name. */
  readonly models: Readonly<Record<string, Request>>;
  /** By variant. */
  readonly capacities: Record<string, Capacity>;
  /** In effect; an update may keep that of the fleet before. */
  readonly capture?: DataCaptureConfig;
}

/** An update under way. */
export interface Pending {
  readonly fleet: Fleet;
  readonly startTime: number;
  readonly deployment?: DeploymentConfig;
}

export interface EndpointRecord extends Resource {
  /** In service, or being created. */
  fleet: Fleet;
  status: 'Creating' | 'InService' | 'Updating' | 'RollingBack' | 'Deleting' | 'Failed';
  failureReason?: string;
  /** Of the last update, for RetainDeploymentConfig. */
  deployment?: DeploymentConfig;
  pending?: Pending;
}

const configOf = (fleet: Fleet): CreateEndpointConfigInput => fleet.request as unknown as CreateEndpointConfigInput;

export const productionVariants = (fleet: Fleet): readonly ProductionVariant[] => configOf(fleet).ProductionVariants ?? [];
export const shadowVariants = (fleet: Fleet): readonly ProductionVariant[] => configOf(fleet).ShadowProductionVariants ?? [];
export const allVariants = (fleet: Fleet): readonly ProductionVariant[] => [...productionVariants(fleet), ...shadowVariants(fleet)];
export const asyncConfig = (fleet: Fleet): AsyncInferenceConfig | undefined => configOf(fleet).AsyncInferenceConfig;
export const isServerless = (fleet: Fleet): boolean =>
  productionVariants(fleet).some(({ ServerlessConfig }) => ServerlessConfig !== undefined);
export const variantOf = (fleet: Fleet, name: string): ProductionVariant | undefined =>
  allVariants(fleet).find(({ VariantName }) => VariantName === name);

/** Role and model of a variant: captures, asynchronous results and alarms are handled as that role. */
export const modelOf = (fleet: Fleet, variant: ProductionVariant | undefined): Request => fleet.models[variant?.ModelName ?? ''] ?? {};
export const roleOf = (fleet: Fleet): string => {
  const role = modelOf(fleet, productionVariants(fleet)[0])['ExecutionRoleArn'];
  return typeof role === 'string' ? role : '';
};

/** Instances of all production variants together: a share of the traffic is counted in them. */
export const instanceCount = (fleet: Fleet): number =>
  productionVariants(fleet).reduce((sum, { VariantName }) => sum + (fleet.capacities[VariantName ?? '']?.count ?? 0), 0);

export interface Retained {
  readonly from: Fleet;
  /** VariantPropertyTypes that the new configuration decides nevertheless. */
  readonly exclude: ReadonlySet<string>;
}

/**
 * The fleet of a configuration.
 * @param retained `RetainAllVariantProperties`: what it keeps of the fleet before
 * @throws what `missing` makes of a model that is gone
 */
export function makeFleet(
  config: EndpointConfigRecord,
  models: HostingRecords['models'],
  generation: number,
  missing: (model: string) => Error,
  retained?: Retained,
): Fleet {
  const request = config.request as unknown as CreateEndpointConfigInput;
  const variants = [...(request.ProductionVariants ?? []), ...(request.ShadowProductionVariants ?? [])];
  const keeps = (property: string): boolean => retained !== undefined && !retained.exclude.has(property);
  const capture = keeps('DataCaptureConfig') ? retained?.from.capture : request.DataCaptureConfig;
  return {
    config: config.name,
    generation,
    request: config.request,
    models: Object.fromEntries(
      variants.map(({ ModelName = '' }) => {
        const model = models.get(ModelName);
        if (model === undefined) throw missing(ModelName);
        return [ModelName, model.request];
      }),
    ),
    capacities: Object.fromEntries(
      variants.map(({ VariantName = '', InitialVariantWeight = 1, InitialInstanceCount = 1, ServerlessConfig }) => {
        const before = retained?.from.capacities[VariantName];
        return [
          VariantName,
          {
            weight: (keeps('DesiredWeight') ? before?.weight : undefined) ?? InitialVariantWeight,
            count: (keeps('DesiredInstanceCount') ? before?.count : undefined) ?? InitialInstanceCount,
            ...(ServerlessConfig === undefined ? {} : { serverless: ServerlessConfig }),
          },
        ];
      }),
    ),
    ...(capture === undefined ? {} : { capture }),
  };
}

/** What the runner needs of one instance. */
export function hostedInstance(endpoint: EndpointRecord, fleet: Fleet, variant: ProductionVariant, index: number): HostedInstance {
  return {
    endpoint: endpoint.name,
    endpointArn: endpoint.arn,
    variant: variant.VariantName ?? '',
    generation: fleet.generation,
    index,
    model: modelOf(fleet, variant),
    instanceType: variant.InstanceType,
    memoryMb: variant.ServerlessConfig?.MemorySizeInMB,
    startupSeconds: variant.ContainerStartupHealthCheckTimeoutInSeconds,
    downloadSeconds: variant.ModelDataDownloadTimeoutInSeconds,
  };
}

import type { ContainerDefinition, CreateModelInput } from '@aws-sdk/client-sagemaker';
import { AwsError } from '../../call.ts';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { imageNameOf } from '../../../runner/images.ts';
import { modelDataAccessible } from '../../../runner/model-data.ts';
import { originOf, RoleSession } from '../../../runner/role-session.ts';
import { arnOf, checkRole, notFound, vpcOf } from './account.ts';
import { endpointConfigOperations } from './endpoint-configs.ts';
import { listResources } from './listing.ts';
import type { EndpointConfigRecord, ModelRecord, Request } from './records.ts';
import { now, Store } from './store.ts';
import type { Tags } from './tags.ts';

/** Models and endpoint configurations: records that endpoints refer to. */
export interface HostingRecords {
  readonly models: Store<ModelRecord>;
  readonly configs: Store<EndpointConfigRecord>;
}

export const openHostingRecords = (): HostingRecords => ({ models: new Store('models'), configs: new Store('endpoint-configs') });

/** Finds what a model package says about its container: Image, ModelDataUrl, Environment. Throws where there is no such package. */
export type PackagedContainer = (nameOrArn: string, specification?: string) => Request;

const containersOf = (model: CreateModelInput): readonly ContainerDefinition[] =>
  model.PrimaryContainer === undefined ? (model.Containers ?? []) : [model.PrimaryContainer];

/** Fields of a container that change what runs, and that nothing here does. */
export const NOT_HOSTED_CONTAINER = {
  AdditionalModelDataSources: 'further model data',
  ContainerMetricsConfig: 'metrics that a container offers',
} as const;

/** The model as it is hosted: containers of model packages with what the package says, the caller's environment on top. */
function resolvePackages(model: CreateModelInput, packaged: PackagedContainer): CreateModelInput {
  const resolve = (container: ContainerDefinition): ContainerDefinition => {
    if (container.ModelPackageName === undefined) return container;
    const base = packaged(container.ModelPackageName, container.InferenceSpecificationName) as ContainerDefinition;
    return { ...base, ...container, Environment: { ...base.Environment, ...container.Environment } };
  };
  return {
    ...model,
    ...(model.PrimaryContainer === undefined ? {} : { PrimaryContainer: resolve(model.PrimaryContainer) }),
    ...(model.Containers === undefined ? {} : { Containers: model.Containers.map(resolve) }),
  };
}

/** How the containers of a model may stand together. @throws AwsError */
function checkContainers(model: CreateModelInput): void {
  const refuse = (message: string): never => {
    throw new AwsError('ValidationException', message);
  };
  const containers = containersOf(model);
  if ((model.PrimaryContainer === undefined) === ((model.Containers ?? []).length === 0))
    refuse('Either PrimaryContainer or Containers must be given.');
  for (const container of containers) {
    for (const [field, what] of Object.entries(NOT_HOSTED_CONTAINER)) {
      if (container[field as keyof ContainerDefinition] !== undefined)
        throw new AwsError('OperationNotEmulated', `The local environment does not do ${what} (${field}).`);
    }
    if (container.Mode !== 'MultiModel') continue;
    if (containers.length > 1) refuse('A multi-model container must be the only container of its model.');
    if (container.ModelDataUrl?.endsWith('/') !== true)
      refuse('ModelDataUrl of a multi-model container must be an S3 prefix that ends with a slash.');
  }
  if (containers.length < 2) return;
  const names = containers.map(({ ContainerHostname }) => ContainerHostname);
  if (new Set(names).size < names.length && names.some((name) => name !== undefined))
    refuse('Each container must have its own ContainerHostname.');
  if (model.InferenceExecutionConfig?.Mode === 'Direct' && names.includes(undefined))
    refuse('In the inference execution mode Direct each container must have a ContainerHostname.');
}

/** What SageMaker looks at before it accepts a model: role, subnets, images and the data. */
async function checkModel(platform: Platform, model: CreateModelInput, arn: string): Promise<void> {
  const roleArn = model.ExecutionRoleArn ?? '';
  const [vpcId] = await Promise.all([vpcOf(platform, model.VpcConfig), checkRole(platform, roleArn, arn)]);
  const role = new RoleSession(platform, roleArn, arn);
  for (const container of containersOf(model)) {
    if (imageNameOf(container.Image ?? '') === undefined)
      throw new AwsError('ValidationException', `Requested image ${container.Image ?? ''} not found.`);
    if (await modelDataAccessible(container, () => role.config(originOf(arn, vpcId)))) continue;
    throw new AwsError(
      'ValidationException',
      `Could not access model data at ${container.ModelDataUrl ?? ''}. Please ensure that the role "${roleArn}" exists and that its trust relationship policy allows the action "sts:AssumeRole" for the service principal "sagemaker.amazonaws.com". ` +
        `Also ensure that the role has "s3:GetObject" permissions and that the object is located in ${platform.region}.`,
    );
  }
}

/** @param packaged reads the registry, for containers that name a model package */
export function modelOperations(
  platform: Platform,
  records: HostingRecords,
  tags: Tags,
  packaged: PackagedContainer,
): Record<string, (call: Call) => unknown> {
  const { models } = records;
  const modelArn = (name: string): string => arnOf(platform, 'model', name);
  const model = (call: Call): ModelRecord => {
    const name = call.input['ModelName'] as string;
    const record = models.get(name);
    if (record === undefined) throw notFound('model', modelArn(name));
    return record;
  };

  return {
    CreateModel: async (call) => {
      const name = call.input['ModelName'] as string;
      const arn = modelArn(name);
      const exists = (): void => {
        if (models.get(name) !== undefined) throw new AwsError('ValidationException', `Cannot create already existing model "${arn}".`);
      };
      exists();
      const resolved = resolvePackages(call.input as unknown as CreateModelInput, packaged);
      checkContainers(resolved);
      await checkModel(platform, resolved, arn);
      exists();
      models.save({ name, arn, request: { ...resolved }, creationTime: now(), lastModifiedTime: now() });
      tags.add(arn, call.input['Tags']);
      return { ModelArn: arn };
    },
    DescribeModel: (call) => {
      const { request, arn, creationTime } = model(call);
      return { EnableNetworkIsolation: false, ...request, ModelArn: arn, CreationTime: creationTime };
    },
    ListModels: (call) => {
      const { page, ...rest } = listResources(models.all(), call.input);
      return {
        Models: page.map(({ name, arn, creationTime }) => ({ ModelName: name, ModelArn: arn, CreationTime: creationTime })),
        ...rest,
      };
    },
    DeleteModel: (call) => {
      const { name, arn } = model(call);
      models.delete(name);
      tags.remove(arn);
      return {};
    },
    ...endpointConfigOperations(platform, records, tags),
  };
}

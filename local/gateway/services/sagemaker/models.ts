import type { CreateModelInput } from '@aws-sdk/client-sagemaker';
import { AwsError } from '../../call.ts';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { imageNameOf } from '../../../runner/images.ts';
import { modelDataAccessible } from '../../../runner/model-data.ts';
import { RoleSession } from '../../../runner/role-session.ts';
import { arnOf, checkRole, notFound, vpcOf } from './account.ts';
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

export interface Variant extends Request {
  readonly VariantName: string;
  readonly ModelName?: string;
  readonly InitialInstanceCount?: number;
  readonly InitialVariantWeight?: number;
}

export const variantsOf = (config: EndpointConfigRecord): readonly Variant[] => (config.request['ProductionVariants'] ?? []) as Variant[];

/** What SageMaker looks at before it accepts a model: role, subnets, image and the data. */
async function checkModel(platform: Platform, model: CreateModelInput, arn: string): Promise<void> {
  const roleArn = model.ExecutionRoleArn ?? '';
  const container = model.PrimaryContainer ?? model.Containers?.[0];
  const [vpcId] = await Promise.all([vpcOf(platform, model.VpcConfig), checkRole(platform, roleArn, arn)]);
  const image = container?.Image;
  if (image === undefined)
    throw new AwsError('OperationNotEmulated', 'The local environment hosts images, not model packages: give Image.');
  if (imageNameOf(image) === undefined) throw new AwsError('ValidationException', `Requested image ${image} not found.`);
  if (await modelDataAccessible(model, new RoleSession(platform, roleArn, arn), arn, vpcId)) return;
  throw new AwsError(
    'ValidationException',
    `Could not access model data at ${container?.ModelDataUrl ?? ''}. Please ensure that the role "${roleArn}" exists and that its trust relationship policy allows the action "sts:AssumeRole" for the service principal "sagemaker.amazonaws.com". ` +
      `Also ensure that the role has "s3:GetObject" permissions and that the object is located in ${platform.region}.`,
  );
}

/** Fields of an endpoint configuration that change what runs, and that nothing here does. */
const NOT_HOSTED = ['AsyncInferenceConfig', 'DataCaptureConfig', 'ExplainerConfig', 'ShadowProductionVariants'] as const;

export function modelOperations(
  platform: Platform,
  { models, configs }: HostingRecords,
  tags: Tags,
): Record<string, (call: Call) => unknown> {
  const modelArn = (name: string): string => arnOf(platform, 'model', name);
  const configArn = (name: string): string => arnOf(platform, 'endpoint-config', name);
  const model = (call: Call): ModelRecord => {
    const name = call.input['ModelName'] as string;
    const record = models.get(name);
    if (record === undefined) throw notFound('model', modelArn(name));
    return record;
  };
  const config = (call: Call): EndpointConfigRecord => {
    const name = call.input['EndpointConfigName'] as string;
    const record = configs.get(name);
    if (record === undefined) throw notFound('endpoint configuration', configArn(name));
    return record;
  };
  const times = () => ({ creationTime: now(), lastModifiedTime: now() });

  return {
    CreateModel: async (call) => {
      const name = call.input['ModelName'] as string;
      const arn = modelArn(name);
      if (models.get(name) !== undefined) throw new AwsError('ValidationException', `Cannot create already existing model "${arn}".`);
      if (call.input['PrimaryContainer'] === undefined && call.input['Containers'] === undefined) {
        throw new AwsError('ValidationException', 'Either PrimaryContainer or Containers must be given.');
      }
      if (Array.isArray(call.input['Containers']) && call.input['Containers'].length > 1) {
        throw new AwsError('OperationNotEmulated', 'The local environment hosts models of one container.');
      }
      await checkModel(platform, call.input as unknown as CreateModelInput, arn);
      if (models.get(name) !== undefined) throw new AwsError('ValidationException', `Cannot create already existing model "${arn}".`);
      models.save({ name, arn, request: call.input, ...times() });
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
    CreateEndpointConfig: (call) => {
      const name = call.input['EndpointConfigName'] as string;
      const arn = configArn(name);
      if (configs.get(name) !== undefined)
        throw new AwsError('ValidationException', `Cannot create already existing endpoint configuration "${arn}".`);
      for (const field of NOT_HOSTED) {
        if (call.input[field] !== undefined)
          throw new AwsError('OperationNotEmulated', `The local environment hosts real-time endpoints; it does not do ${field}.`);
      }
      for (const { ModelName, VariantName, ...variant } of call.input['ProductionVariants'] as Variant[]) {
        if (variant['ServerlessConfig'] !== undefined)
          throw new AwsError('OperationNotEmulated', 'The local environment does not host serverless variants.');
        if (ModelName === undefined)
          throw new AwsError(
            'OperationNotEmulated',
            `Variant ${VariantName} names no model: the local environment does not host inference components.`,
          );
        if (models.get(ModelName) === undefined) throw notFound('model', modelArn(ModelName));
      }
      configs.save({ name, arn, request: call.input, ...times() });
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

import { randomUUID } from 'node:crypto';
import { CreateModelPackageCommand, DescribeModelCommand } from '@aws-sdk/client-sagemaker';
import type { ContainerDefinition, CreateModelPackageInput, ModelPackageContainerDefinition } from '@aws-sdk/client-sagemaker';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import type { EnvironmentDescription } from '../contract/index.ts';
import { containersOf } from '../hosting/create-model.ts';
import { putOnce } from '../inputs/upload.ts';
import { checkedName } from '../jobs/names.ts';
import { refuseUnknown } from '../jobs/options.ts';
import { plannedCall } from '../planning/planned-call.ts';
import { submitOnce } from '../waiting/submit-once.ts';
import type { ModelPackage, RegisterOptions, RegistrySource } from './api.ts';
import { modelPackage } from './model-package.ts';
import { contentHash, metricsJson } from './metrics.ts';

/** Every option of `lab.registry.register`; the step of pipelines has most of them too. */
export const REGISTER_OPTIONS = {
  source: true,
  framework: true,
  image: true,
  environment: true,
  group: true,
  metrics: true,
  description: true,
  approval: true,
  metadata: true,
  contentTypes: true,
  responseTypes: true,
  instanceTypes: true,
  token: true,
  signal: true,
} satisfies Record<keyof RegisterOptions, true>;
const TOKEN = /^[a-zA-Z0-9-]{1,36}$/;

/** Registers with the caller's own rights. Everything that can be refused is refused before anything is written. */
export async function register(context: LabContext, source: RegistrySource, options: RegisterOptions): Promise<ModelPackage> {
  refuseUnknown('register', options, REGISTER_OPTIONS);
  const { environment, clients } = context;
  const signal = endSignal(context, options.signal);
  const token = options.token ?? randomUUID();
  if (!TOKEN.test(token)) {
    throw new SealabError('InvalidInput', `token: ${JSON.stringify(token)} is not 1 to 36 letters, digits and hyphens.`, {
      details: { field: 'token', given: token, pattern: TOKEN.source },
    });
  }
  const metrics = metricsObject(options, environment);
  const { containers, pack } = await containersToRegister(context, source, options, signal);
  const call = (definitions: readonly ContainerDefinition[]) =>
    plannedCall('CreateModelPackage', packageRequest(environment, options, definitions, metrics?.s3Uri, token), environment, {
      ...(options.image === undefined ? {} : { image: options.image }),
    });
  call(containers);

  const packed = await pack();
  if (metrics !== undefined) await putOnce(clients.s3, environment.buckets.model, metrics.key, metrics.bytes, true, signal);
  const { input } = call(packed);
  const answer = await submitOnce({
    // The token makes SageMaker answer a repeat with the version that is there already.
    send: () => clients.sageMaker.send(new CreateModelPackageCommand(input), { abortSignal: signal }),
    find: () => Promise.resolve(undefined),
    input,
    signal,
  }).catch((error: unknown) => {
    if (!/group.*(does not exist|not found)/i.test((error as Error).message)) throw error;
    throw new SealabError('InputNotFound', `There is no model package group ${options.group}.`, {
      remedy: `Make it first: \`lab.registry.create('${options.group}')\`.`,
      details: { group: options.group },
      cause: error,
    });
  });
  return modelPackage(context, answer?.ModelPackageArn ?? '');
}

async function containersToRegister(context: LabContext, source: RegistrySource, options: RegisterOptions, signal: AbortSignal) {
  if ('model' in source) {
    const { PrimaryContainer, Containers } = await context.clients.sageMaker.send(new DescribeModelCommand({ ModelName: source.model }), {
      abortSignal: signal,
    });
    const containers = PrimaryContainer === undefined ? (Containers ?? []) : [PrimaryContainer];
    if (containers.some(({ Mode }) => Mode === 'MultiModel')) {
      throw new SealabError('InvalidInput', `Model ${source.model} is a place for many archives, not one version of a model.`, {
        remedy: 'Register the training jobs behind it.',
        details: { model: source.model },
      });
    }
    return { containers, pack: () => Promise.resolve(containers) };
  }
  const { request, pack } = await containersOf(context, source, options, false, signal);
  const all = ({ PrimaryContainer, Containers }: typeof request) =>
    PrimaryContainer === undefined ? (Containers ?? []) : [PrimaryContainer];
  return { containers: all(request), pack: async () => all(await pack()) };
}

/** Metrics as the object beside the model that they become: the key names the content. */
export function metricsObject({ group, metrics }: Pick<RegisterOptions, 'group' | 'metrics'>, { buckets }: EnvironmentDescription) {
  if (metrics === undefined) return undefined;
  const bytes = metricsJson(metrics);
  const key = `model-metrics/${checkedName(group)}/${contentHash(bytes)}.json`;
  return { key, bytes, s3Uri: `s3://${buckets.model}/${key}` };
}

/** The request for a version, before the security fields are filled in. Pure. */
export function packageRequest(
  environment: EnvironmentDescription,
  options: RegisterOptions,
  containers: readonly ContainerDefinition[],
  metricsUri: string | undefined,
  token: string,
): Partial<CreateModelPackageInput> {
  const types = [...(options.instanceTypes ?? environment.instanceTypes.hosting)] as never;
  return {
    ModelPackageGroupName: checkedName(options.group),
    ...(options.description === undefined ? {} : { ModelPackageDescription: options.description }),
    InferenceSpecification: {
      Containers: containers.map(inPackage),
      SupportedContentTypes: [...(options.contentTypes ?? ['text/csv', 'application/json'])],
      SupportedResponseMIMETypes: [...(options.responseTypes ?? ['application/json', 'text/csv'])],
      SupportedRealtimeInferenceInstanceTypes: types,
      SupportedTransformInstanceTypes: types,
    },
    ModelApprovalStatus: options.approval ?? 'PendingManualApproval',
    ...(options.metadata === undefined ? {} : { CustomerMetadataProperties: { ...options.metadata } }),
    ...(metricsUri === undefined
      ? {}
      : { ModelMetrics: { ModelQuality: { Statistics: { ContentType: 'application/json', S3Uri: metricsUri } } } }),
    // An empty object asks for the key; the contract says which.
    SecurityConfig: {} as NonNullable<CreateModelPackageInput['SecurityConfig']>,
    ClientToken: token,
  };
}

/** What of a model's container a package keeps. */
function inPackage({ ContainerHostname, Image, ModelDataUrl, Environment }: ContainerDefinition): ModelPackageContainerDefinition {
  return {
    ...(ContainerHostname === undefined ? {} : { ContainerHostname }),
    Image,
    ...(ModelDataUrl === undefined ? {} : { ModelDataUrl }),
    ...(Environment === undefined ? {} : { Environment }),
  };
}

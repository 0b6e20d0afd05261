import { CreateModelCommand, DescribeModelCommand } from '@aws-sdk/client-sagemaker';
import type { ContainerDefinition, CreateModelInput } from '@aws-sdk/client-sagemaker';
import type { Clients } from '../clients/api.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import type { EnvironmentDescription } from '../contract/index.ts';
import { checkedName, freshName } from '../jobs/names.ts';
import { refuseUnknown, tagsOf } from '../jobs/options.ts';
import type { PlannedCall } from '../planning/api.ts';
import { plannedCall } from '../planning/planned-call.ts';
import { approvedPackage } from '../registry/package-name.ts';
import { notThere, submitOnce } from '../waiting/submit-once.ts';
import type { ContainerSource, ContainersSource, ModelOptions, ModelSource } from './api.ts';
import { candidateContainers, isAutoML } from './candidate.ts';
import { archivePlace } from './model-archive.ts';
import type { HostedModel } from './model-archive.ts';
import { hostable } from './model-source.ts';
import { multiModelPlace } from './multi-model.ts';

/** A model that is there, or what has to be done to make it. Until `pack`, AWS has only been read. */
export interface PreparedModel {
  readonly name: string;
  /** `undefined`: there is one already. The code's program and the archive's place are as far as known. */
  readonly call: PlannedCall<'CreateModel'> | undefined;
  /** Puts archives in place; returns the call to send. */
  readonly pack: () => Promise<PlannedCall<'CreateModel'> | undefined>;
}

export interface ModelSettings {
  /** The model's name, from what the source is about. `freshName` unless given. */
  readonly nameFor?: (about: string) => string;
  /** Asked for once the name is known. */
  readonly tags?: () => Readonly<Record<string, string>>;
  readonly multiModel?: boolean;
  /** Where it will run: AutoML has other containers for GPUs. */
  readonly instanceType?: string | undefined;
  readonly signal: AbortSignal;
}

interface Container {
  readonly about: string;
  readonly definition: ContainerDefinition;
  readonly pack: () => Promise<ContainerDefinition>;
}

/** Finds out what a model needs, and refuses what cannot work before anything is written. */
export async function prepareModel(
  context: LabContext,
  source: ModelSource,
  options: ModelOptions,
  { nameFor = freshName, tags, multiModel = false, instanceType, signal }: ModelSettings,
): Promise<PreparedModel> {
  if ('model' in source) return { name: source.model, call: undefined, pack: () => Promise.resolve(undefined) };

  const { about, request, pack } = await containersOf(context, source, options, multiModel, signal, instanceType);
  const name = nameFor(about);
  const call = (parts: Partial<CreateModelInput>) =>
    plannedCall('CreateModel', { ModelName: name, ...parts, ...tagsOf(tags?.()) }, context.environment, options);
  return { name, call: call(request), pack: async () => call(await pack()) };
}

/** Packs and creates, at most once; `false` where the model was there already. */
export async function createPrepared({ sageMaker }: Clients, prepared: PreparedModel, signal: AbortSignal): Promise<boolean> {
  const call = await prepared.pack();
  if (call === undefined) return false;
  const { input } = call;
  await submitOnce({
    send: () => sageMaker.send(new CreateModelCommand(input), { abortSignal: signal }),
    find: () => sageMaker.send(new DescribeModelCommand({ ModelName: prepared.name })).catch(notThere),
    input,
    signal,
  });
  return true;
}

type Parts = Pick<CreateModelInput, 'PrimaryContainer' | 'Containers' | 'InferenceExecutionConfig'>;

/** The containers of a model as they will be; `pack` puts their archives in place. */
export async function containersOf(
  context: LabContext,
  source: Exclude<ModelSource, { model: string }>,
  options: ModelOptions,
  multiModel: boolean,
  signal: AbortSignal,
  instanceType?: string,
): Promise<{ about: string; request: Parts; pack: () => Promise<Parts> }> {
  if (isAutoML(source)) {
    const { about, definitions } = await candidateContainers(source, options, instanceType, context.environment);
    const request: Parts =
      definitions.length === 1
        ? { PrimaryContainer: definitions[0] }
        : { Containers: [...definitions], InferenceExecutionConfig: { Mode: 'Serial' } };
    return { about, request, pack: () => Promise.resolve(request) };
  }
  if ('containers' in source) return chain(context, source, signal);
  if ('modelPackage' in source || ('kind' in source && source.kind === 'model-packages')) {
    const { arn, group } = await approvedPackage(context, 'modelPackage' in source ? source.modelPackage : source.name, signal);
    const PrimaryContainer = {
      ModelPackageName: arn,
      ...(options.environment === undefined ? {} : { Environment: { ...options.environment } }),
    };
    return { about: group, request: { PrimaryContainer }, pack: () => Promise.resolve({ PrimaryContainer }) };
  }
  const { about, definition, pack } = await containerOf(context, source, options, multiModel, signal);
  return { about, request: { PrimaryContainer: definition }, pack: async () => ({ PrimaryContainer: await pack() }) };
}

const CONTAINER = { model: true, source: true, framework: true, image: true, environment: true } satisfies Record<
  keyof ContainerSource,
  true
>;

/** Several containers, each with its own archive. */
async function chain(context: LabContext, { containers, mode = 'serial' }: ContainersSource, signal: AbortSignal) {
  const entries = Object.entries(containers);
  if (entries.length < 2 || entries.length > 15) {
    throw new SealabError('InvalidInput', `containers: there are ${entries.length}; a model takes 2 to 15.`, {
      remedy: 'Host a single model as it is: `lab.deploy(job)`.',
      details: { field: 'containers', given: entries.length },
    });
  }
  // Notebooks are not compiled against these types.
  if (!['serial', 'direct'].includes(mode)) {
    throw new SealabError('InvalidInput', `mode: ${mode} is neither serial nor direct.`, {
      details: { field: 'mode', given: mode },
    });
  }
  for (const [host, container] of entries) {
    checkedName(host);
    refuseUnknown(`containers.${host}`, container, CONTAINER);
  }
  const all = await Promise.all(
    entries.map(async ([host, { model, ...options }]) => ({ host, ...(await containerOf(context, model, options, false, signal)) })),
  );
  const named = (definitions: readonly ContainerDefinition[]): Parts => ({
    Containers: definitions.map((definition, index) => ({ ContainerHostname: all[index]?.host, ...definition })),
    InferenceExecutionConfig: { Mode: mode === 'direct' ? 'Direct' : 'Serial' },
  });
  return {
    about: all.map(({ about }) => about).join('-'),
    request: named(all.map(({ definition }) => definition)),
    pack: async () => {
      const definitions: ContainerDefinition[] = [];
      for (const { pack } of all) definitions.push(await pack());
      return named(definitions);
    },
  };
}

/** A container of artefacts and code. */
async function containerOf(
  context: LabContext,
  source: ContainerSource['model'],
  options: ModelOptions,
  multiModel: boolean,
  signal: AbortSignal,
): Promise<Container> {
  const { artifacts, code, image, about } = await hostable(context, source, options, signal);
  const archive = await archivePlace(context, artifacts, code, signal);
  const several = multiModel ? multiModelPlace(context, about) : undefined;
  const definition = (hosted: HostedModel) =>
    servingContainer(
      context.environment,
      image,
      several === undefined ? hosted : { ...hosted, s3Uri: several.prefix },
      options.environment,
      several !== undefined,
    );
  return {
    about,
    definition: definition(archive),
    pack: async () => {
      const packed = await archive.pack();
      await several?.put(packed.s3Uri, signal);
      return definition(packed);
    },
  };
}

/** A container that serves an archive with the code in it, or a prefix of such archives. Pure. */
export function servingContainer(
  { region }: EnvironmentDescription,
  image: string,
  { s3Uri, program }: HostedModel,
  variables: ModelOptions['environment'],
  multiModel = false,
): ContainerDefinition {
  return {
    Image: image,
    ModelDataUrl: s3Uri,
    ...(multiModel ? { Mode: 'MultiModel' as const } : {}),
    Environment: {
      SAGEMAKER_PROGRAM: program,
      // Each archive of a multi-model container brings its own folder along.
      ...(multiModel ? {} : { SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code' }),
      SAGEMAKER_CONTAINER_LOG_LEVEL: '20',
      SAGEMAKER_REGION: region,
      ...variables,
    },
  };
}

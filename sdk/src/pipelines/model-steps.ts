import type { ContainerDefinition } from '@aws-sdk/client-sagemaker';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import type { EnvironmentDescription } from '../contract/index.ts';
import { servingContainer } from '../hosting/create-model.ts';
import { OWN_PROGRAM } from '../hosting/model-archive.ts';
import { putOnce } from '../inputs/upload.ts';
import { imageFor, refuse, refuseUnknown, tagsOf } from '../jobs/options.ts';
import { metricsObject, packageRequest } from '../registry/register.ts';
import type { RegisterOptions } from '../registry/api.ts';
import type { Source } from '../source/api.ts';
import { packSource } from '../source/pack.ts';
import { codeKey } from '../training/program.ts';
import { isExpression } from './definition.ts';
import { reference } from './expressions.ts';
import { PACK_PROGRAM } from './pack-program.ts';
import { Separation } from './separation.ts';
import type { Upload } from './separation.ts';
import type {
  Later,
  ModelStepOptions,
  RegisterStepOptions,
  Step,
  TrainStepOptions,
  TransformStepOptions,
  TuneStepOptions,
} from './step-api.ts';
import { trainingStep } from './steps.ts';
import type { StepName, StepWork } from './steps.ts';

/** What a step has made that a model can be made of, or a model. */
export type Made =
  | { readonly kind: 'trained'; readonly artifacts: Later<string>; readonly options: TrainStepOptions | TuneStepOptions }
  | { readonly kind: 'model'; readonly container: () => Promise<ContainerDefinition> };

/** Artefacts, with what serves them as far as the step that made them says so. */
interface Artifacts {
  readonly artifacts: string | Later<string>;
  readonly source: Source | undefined;
  /** Whether the caller said which code serves the model: that of the archive itself does not count then. */
  readonly chosen: boolean;
  readonly made: TrainStepOptions | TuneStepOptions | undefined;
}

type Serving = Pick<ModelStepOptions, 'model' | 'source' | 'framework' | 'image' | 'environment'>;

/** Artefacts and code behind the options of a step. Throws `InvalidInput` where there is no code, or the step made no model. */
export function artifactsOf(options: Serving, made: (step: string) => Made | undefined): Artifacts {
  const { model, source: chosen } = options;
  if ('artifacts' in model) {
    refuseUnknown('model', model, { artifacts: true, source: true });
    const source = chosen ?? model.source;
    return { artifacts: model.artifacts, source, chosen: source !== undefined, made: undefined };
  }
  const found = made(model.name);
  if (found?.kind !== 'trained')
    return refuse(
      'model',
      `step ${JSON.stringify(model.name)} trains no model in this pipeline.`,
      'Give a step of `build.train` or `build.tune`, or { artifacts }.',
    );
  refuseDifferent(options, found.options);
  const { script, sourceDirectory } = found.options;
  const own = script === undefined ? undefined : { script, ...(sourceDirectory === undefined ? {} : { sourceDirectory }) };
  const source = chosen ?? own;
  if (source !== undefined) return { artifacts: found.artifacts, source, chosen: chosen !== undefined, made: found.options };
  throw new SealabError(
    'InvalidInput',
    `Step ${JSON.stringify(model.name)} trains without a script of its own, so there is no code to serve its model.`,
    {
      remedy: 'Give the inference code, `source: { script }`; or { artifacts } where the archive brings its code along.',
      details: { field: 'source' },
    },
  );
}

/** The container of a model step that is to be registered; `undefined` where the step is none. */
export function containerOfModel(options: RegisterStepOptions, made: (step: string) => Made | undefined) {
  const { model } = options;
  const found = 'artifacts' in model ? undefined : made(model.name);
  if (found?.kind !== 'model') return undefined;
  for (const field of ['source', 'framework', 'image', 'environment'] as const)
    if (options[field] !== undefined) refuse(field, 'the model step says it.', 'Leave it out, or give it to `build.model`.');
  return found.container;
}

/** Refuses a step that makes no model where one is asked for. */
export function refuseNoModel(model: TransformStepOptions['model'], made: (step: string) => Made | undefined): void {
  if (typeof model === 'string' || isExpression(model)) return;
  const { name } = model as Step;
  if (made(name)?.kind !== 'model')
    refuse(
      'model',
      `step ${JSON.stringify(name)} is no model of this pipeline.`,
      'Give a step of `build.model`, or the name of a SageMaker model.',
    );
}

/** Definitions of a tuning step with code or images of their own: which one makes the best model is known later. */
function refuseDifferent({ source, framework, image }: Serving, options: TrainStepOptions | TuneStepOptions): void {
  const definitions = 'definitions' in options ? Object.entries(options.definitions ?? {}) : [];
  const own = (...names: readonly ('script' | 'sourceDirectory' | 'framework' | 'image')[]) =>
    definitions.find(([, definition]) => names.some((name) => definition[name] !== undefined))?.[0];
  const [code, images] = [own('script', 'sourceDirectory'), own('framework', 'image')];
  if (code !== undefined && source === undefined)
    refuse(
      'source',
      `definition ${code} has code of its own, and which definition makes the best model is known later.`,
      'Give the inference code.',
    );
  if (images !== undefined && framework === undefined && image === undefined)
    refuse(
      'image',
      `definition ${images} has an image of its own, and which definition makes the best model is known later.`,
      'Give `framework` or `image`.',
    );
}

/** The image that serves: the caller's choice, or what the model was trained with. */
const imageOf = (environment: EnvironmentDescription, options: Serving, { made }: Artifacts): string =>
  imageFor(environment, options.image === undefined && options.framework === undefined && made !== undefined ? made : options);

/** The step that puts code into an archive. The image of a framework has the toolkit that runs it; an own one may have none. */
export async function packStep(
  context: LabContext,
  at: StepName,
  options: Serving,
  found: Artifacts & { readonly source: Source },
): Promise<StepWork> {
  const { environment } = context;
  const image = imageOf(environment, options, found);
  const { program, hash, archive } = await packSource(found.source);
  const { volumeSize } = found.made ?? {};
  const work = await trainingStep(context, at, {
    script: PACK_PROGRAM,
    ...(Object.values(environment.images).includes(image) ? { image } : {}),
    inputs: { model: found.artifacts, inference: `s3://${environment.buckets.artifacts}/${codeKey(hash)}` },
    hyperparameters: { program, chosen: found.chosen },
    ...(volumeSize === undefined ? {} : { volumeSize }),
  });
  const code: Upload = ({ clients }, signal) => putOnce(clients.s3, environment.buckets.artifacts, codeKey(hash), archive, true, signal);
  // The code of a training step is uploaded by that step.
  return found.chosen ? { ...work, uploads: [...work.uploads, code] } : work;
}

/** The container that serves artefacts; `packed` names the step that puts the code into them. */
export async function containerOf(
  { environment }: LabContext,
  options: Serving,
  found: Artifacts,
  packed: string | undefined,
): Promise<ContainerDefinition> {
  const apart = new Separation();
  const s3Uri = packed === undefined ? found.artifacts : reference<string>(`Steps.${packed}.ModelArtifacts.S3ModelArtifacts`);
  const program = found.source === undefined ? OWN_PROGRAM : (await packSource(found.source)).program;
  const hosted = { s3Uri: apart.text(s3Uri) as string, program };
  const variables = apart.texts(options.environment) as Record<string, string> | undefined;
  return apart.restored(servingContainer(environment, imageOf(environment, options, found), hosted, variables));
}

/** A model step, from what `lab.deploy` makes a model of. */
export const modelStep = async (container: Promise<ContainerDefinition>, { tags }: ModelStepOptions): Promise<StepWork> => ({
  request: { PrimaryContainer: await container, ...tagsOf(tags) },
  uploads: [],
});

/** A registering step, from the options of `lab.registry.register`. */
export async function registeringStep(
  { environment }: LabContext,
  container: Promise<ContainerDefinition>,
  options: RegisterStepOptions,
): Promise<StepWork> {
  const apart = new Separation();
  const { metrics, metadata } = options;
  const plain = { ...options, ...(metadata === undefined ? {} : { metadata: apart.texts(metadata) }) } as unknown as RegisterOptions;
  const measured =
    metrics === undefined || isExpression(metrics)
      ? undefined
      : metricsObject({ group: options.group, metrics: metrics as Record<string, number> }, environment);
  if (measured !== undefined)
    apart.uploads.push(({ clients }, signal) => putOnce(clients.s3, environment.buckets.model, measured.key, measured.bytes, true, signal));
  const uri = measured?.s3Uri ?? (apart.text(metrics) as string | undefined);
  const request: Record<string, unknown> = { ...packageRequest(environment, plain, [await container], uri, '') };
  // A version that a pipeline makes is SageMaker's to tell from its repeats.
  delete request['ClientToken'];
  return { request: apart.restored(request), uploads: apart.uploads };
}

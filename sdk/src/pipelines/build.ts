import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { secureDefinition } from '../secure/pipeline.ts';
import type { SecuredDefinition } from '../secure/pipeline.ts';
import { outputsOf } from '../training/request.ts';
import type { ParameterOptions, PipelineBuilder } from './builder-api.ts';
import { DEFINITION_VERSION } from './definition.ts';
import type { Parameter } from './definition.ts';
import { CONDITIONS, EXECUTION, join, later, propertiesOf, reference } from './expressions.ts';
import { artifactsOf, containerOf, containerOfModel, modelStep, packStep, refuseNoModel, registeringStep } from './model-steps.ts';
import type { Made } from './model-steps.ts';
import type { Upload } from './separation.ts';
import type {
  JobStep,
  JobStepOptions,
  Later,
  ModelStepOptions,
  ProcessStep,
  ProcessStepOptions,
  Step,
  StepOptions,
  TuneStep,
} from './step-api.ts';
import { refuseUnknownOption } from './step-options.ts';
import { processingStep, trainingStep, transformStep, tuningStep } from './steps.ts';
import type { StepWork } from './steps.ts';

/** A pipeline as it will be sent, and what has to be in S3 before it runs. */
export interface Built extends SecuredDefinition {
  /** The definition before the security fields were filled in. */
  readonly asked: object;
  readonly uploads: readonly Upload[];
}

/** A step that is being written: everything but what needs reading of files. */
interface Draft {
  readonly head: Readonly<Record<string, unknown>>;
  readonly work: () => Promise<StepWork>;
  readonly branches?: { readonly conditions: readonly unknown[]; readonly IfSteps: readonly Draft[]; readonly ElseSteps: readonly Draft[] };
}

/**
 * Runs `build`, reads the local files that its steps name, and puts the definition together. Asks nothing of AWS.
 *
 * @throws SealabError `InvalidInput` naming the step and the path, `SecureFieldConflict`, `InputNotFound`.
 */
export async function buildPipeline(context: LabContext, name: string, build: (build: PipelineBuilder) => void): Promise<Built> {
  const parameters: Parameter[] = [];
  const steps: Draft[] = [];
  const run: (into: PipelineBuilder) => unknown = build;
  const returned = run(builderInto(context, name, parameters, steps));
  if (returned instanceof Promise) {
    await returned.catch(() => undefined);
    throw new SealabError('InvalidInput', 'pipeline: the function that builds it may not be async.', {
      remedy: 'Await what it needs before.',
    });
  }
  const uploads: Upload[] = [];
  const written = async (drafts: readonly Draft[]): Promise<object[]> => {
    const all: object[] = [];
    for (const { head, work, branches } of drafts) {
      const { request, uploads: own } = await work();
      uploads.push(...own);
      const Arguments =
        branches === undefined
          ? request
          : { Conditions: branches.conditions, IfSteps: await written(branches.IfSteps), ElseSteps: await written(branches.ElseSteps) };
      all.push({ ...head, Arguments });
    }
    return all;
  };
  const definition = {
    Version: DEFINITION_VERSION,
    Metadata: {},
    Parameters: parameters,
    Steps: await written(steps),
  };
  // Expressions become plain objects.
  const asked = JSON.parse(JSON.stringify(definition)) as object;
  return { asked, uploads, ...secureDefinition(asked, context.environment) };
}

function builderInto(context: LabContext, pipeline: string, parameters: Parameter[], steps: Draft[]): PipelineBuilder {
  let open = steps;
  const made = new Map<string, Made>();
  const add = (Type: string, name: string, options: StepOptions & JobStepOptions, work: Draft['work'], rest: Partial<Draft> = {}): Step => {
    open.push({ head: { Name: name, Type, ...headOf(options) }, work, ...rest });
    return { name };
  };
  const job = <Answer>(Type: string, name: string, options: JobStepOptions, work: Draft['work']): JobStep<Answer> => ({
    ...add(Type, name, options, work),
    properties: propertiesOf<Answer>(name),
  });
  const at = (step: string) => ({ pipeline, step });
  const raw = (request: object) => () => Promise.resolve({ request: request as Record<string, unknown>, uploads: [] });
  const parameter =
    <T extends string | number | boolean>(Type: Parameter['Type']) =>
    (name: string, options: ParameterOptions<T> = {}): Later<T> => {
      parameters.push({
        Name: name,
        Type,
        ...(options.description === undefined ? {} : { Description: options.description }),
        ...(options.default === undefined ? {} : { DefaultValue: options.default }),
        ...(options.enum === undefined ? {} : { EnumValues: options.enum }),
      });
      return reference<T>(`Parameters.${name}`);
    };
  const branch = (fill: (() => void) | undefined): Draft[] => {
    const outer = open;
    const inner: Draft[] = [];
    open = inner;
    try {
      fill?.();
    } finally {
      open = outer;
    }
    return inner;
  };
  const train: PipelineBuilder['train'] = (name, options) => {
    refuseUnknownOption('train', name, options);
    const step: ReturnType<PipelineBuilder['train']> = job('Training', name, options, () => trainingStep(context, at(name), options));
    made.set(name, { kind: 'trained', artifacts: step.properties.ModelArtifacts.S3ModelArtifacts, options });
    return step;
  };
  /** The container of a model, after a step that packs the code where there is some. */
  const served = (name: string, options: ModelStepOptions) => {
    const found = artifactsOf(options, (step) => made.get(step));
    const { source } = found;
    if (source === undefined) return once(() => containerOf(context, options, found, undefined));
    const packed = `${name}-code`;
    add('Training', packed, packHead(options, found.made), () => packStep(context, at(packed), options, { ...found, source }));
    return once(() => containerOf(context, options, found, packed));
  };
  return {
    parameter: {
      string: parameter<string>('String'),
      integer: parameter<number>('Integer'),
      float: parameter<number>('Float'),
      boolean: parameter<boolean>('Boolean'),
    },
    train,
    process: (name, options) => {
      refuseUnknownOption('process', name, options);
      return processStep(
        job('Processing', name, options, () => processingStep(context, at(name), options)),
        options,
      );
    },
    transform: (name, options) => {
      refuseUnknownOption('transform', name, options);
      refuseNoModel(options.model, (step) => made.get(step));
      return job('Transform', name, options, () => transformStep(context, at(name), options));
    },
    tune: (name, options) => {
      refuseUnknownOption('tune', name, options);
      const best = reference<string>(`Steps.${name}.BestTrainingJob.TrainingJobName`);
      const artifacts = join('/', [outputsOf(context.environment), best, 'output/model.tar.gz']);
      const step: JobStep<never> = job('Tuning', name, options, () => tuningStep(context, at(name), options));
      made.set(name, { kind: 'trained', artifacts, options });
      return { ...(step as unknown as TuneStep), bestModel: () => artifacts };
    },
    model: (name, options) => {
      refuseUnknownOption('model', name, options);
      const container = served(name, options);
      made.set(name, { kind: 'model', container });
      return job('Model', name, options, () => modelStep(container(), options));
    },
    register: (name, options) => {
      refuseUnknownOption('register', name, options);
      const container = containerOfModel(options, (step) => made.get(step)) ?? served(name, options as ModelStepOptions);
      return job('RegisterModel', name, options, () => registeringStep(context, container(), options));
    },
    condition: (name, options) => {
      refuseUnknownOption('condition', name, options);
      const IfSteps = branch(options.then);
      const ElseSteps = branch(options.else);
      return add('Condition', name, options, raw({}), { branches: { conditions: options.if, IfSteps, ElseSteps } });
    },
    fail: (name, options) => {
      refuseUnknownOption('fail', name, options);
      return add('Fail', name, options, raw({ ErrorMessage: options.message }));
    },
    is: CONDITIONS,
    join: (separator, ...values) => join(separator, values),
    execution: EXECUTION,
  };
}

/** The same answer for everybody who asks. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= make());
}

/** A step that packs waits as its model does, and is taken from the cache where the training is. */
const packHead = ({ dependsOn, retry }: ModelStepOptions, { cache }: JobStepOptions = {}): JobStepOptions => ({
  ...(dependsOn === undefined ? {} : { dependsOn }),
  ...(retry === undefined ? {} : { retry }),
  ...(cache === undefined ? {} : { cache }),
});

const nameOf = (step: Step | string): string => (typeof step === 'string' ? step : step.name);

function headOf(options: StepOptions & JobStepOptions): Record<string, unknown> {
  const { dependsOn, displayName, description, cache, retry } = options;
  const files = (options as ProcessStepOptions).propertyFiles;
  return {
    ...(displayName === undefined ? {} : { DisplayName: displayName }),
    ...(description === undefined ? {} : { Description: description }),
    ...(dependsOn === undefined ? {} : { DependsOn: dependsOn.map(nameOf) }),
    ...(cache === undefined ? {} : { CacheConfig: typeof cache === 'string' ? { Enabled: true, ExpireAfter: cache } : { Enabled: cache } }),
    ...(retry === undefined ? {} : { RetryPolicies: retry }),
    ...(files === undefined
      ? {}
      : {
          PropertyFiles: Object.entries(files).map(([PropertyFileName, { output, path }]) => ({
            PropertyFileName,
            OutputName: output,
            FilePath: path,
          })),
        }),
  };
}

function processStep(step: JobStep<never>, options: ProcessStepOptions): ProcessStep {
  const has = (kind: string, name: string, all: readonly string[]) => {
    if (!all.includes(name))
      throw new SealabError('InvalidInput', `Step ${JSON.stringify(step.name)} has no ${kind} ${JSON.stringify(name)}.`, {
        remedy: all.length === 0 ? `Give it \`${kind === 'output' ? 'outputs' : 'propertyFiles'}\`.` : `It has ${all.join(', ')}.`,
      });
  };
  return {
    ...(step as unknown as ProcessStep),
    output: (name) => {
      has('output', name, options.outputs ?? []);
      return reference(`Steps.${step.name}.ProcessingOutputConfig.Outputs['${name}'].S3Output.S3Uri`);
    },
    json: (file, path) => {
      has('property file', file, Object.keys(options.propertyFiles ?? {}));
      return later({ 'Std:JsonGet': { PropertyFile: { Get: `Steps.${step.name}.PropertyFiles.${file}` }, Path: path } });
    },
  };
}

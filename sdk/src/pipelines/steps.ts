import type { LabContext } from '../context.ts';
import { PIPELINE_OUTPUTS } from '../contract/index.ts';
import { refuse } from '../jobs/options.ts';
import { codePrefix, processingCalls } from '../processing/process.ts';
import type { ProcessOptions } from '../processing/api.ts';
import { codeKey } from '../training/program.ts';
import { checkpointsAt, TRAINING_DEFINITION } from '../training/request.ts';
import type { TrainOptions } from '../training/api.ts';
import { trainingCalls } from '../training/train.ts';
import { transformCalls } from '../transform/transform.ts';
import type { TransformOptions } from '../transform/api.ts';
import { tuningCalls } from '../tuning/tune.ts';
import { isExpression } from './definition.ts';
import { asText, EXECUTION, join, reference } from './expressions.ts';
import { Separation } from './separation.ts';
import type { Places, Upload } from './separation.ts';
import type {
  JobStepOptions,
  ProcessStepOptions,
  Step,
  TrainStepOptions,
  TransformStepOptions,
  TuneStepDefinition,
  TuneStepOptions,
} from './step-api.ts';
import { workOf } from './step-options.ts';

/** The arguments of a step, before the security fields are filled in, and what it needs in S3. */
export interface StepWork {
  readonly request: Record<string, unknown>;
  readonly uploads: readonly Upload[];
}

/** Which step of which pipeline. */
export interface StepName {
  readonly pipeline: string;
  readonly step: string;
}

const TRAINING: Places = {
  instanceType: 'ResourceConfig.InstanceType',
  instanceCount: 'ResourceConfig.InstanceCount',
  volumeSize: 'ResourceConfig.VolumeSizeInGB',
  maxRuntime: 'StoppingCondition.MaxRuntimeInSeconds',
};
const PROCESSING: Places = {
  instanceType: 'ProcessingResources.ClusterConfig.InstanceType',
  instanceCount: 'ProcessingResources.ClusterConfig.InstanceCount',
  volumeSize: 'ProcessingResources.ClusterConfig.VolumeSizeInGB',
  maxRuntime: 'StoppingCondition.MaxRuntimeInSeconds',
};
const TRANSFORM: Places = {
  instanceType: 'TransformResources.InstanceType',
  instanceCount: 'TransformResources.InstanceCount',
  maxConcurrent: 'MaxConcurrentTransforms',
  maxPayload: 'MaxPayloadInMB',
};
const TUNING: Places = {
  maxJobs: 'HyperParameterTuningJobConfig.ResourceLimits.MaxNumberOfTrainingJobs',
  maxParallelJobs: 'HyperParameterTuningJobConfig.ResourceLimits.MaxParallelTrainingJobs',
  maxTuningRuntime: 'HyperParameterTuningJobConfig.ResourceLimits.MaxRuntimeInSeconds',
};

/** SageMaker names the jobs of an execution itself. */
const without = (name: string, values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));

const given = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** A place of the execution's own in the model bucket, so that none overwrites what another wrote. */
const ofTheExecution = ({ environment }: LabContext, below: string, { pipeline, step }: StepName, ...rest: readonly string[]) =>
  join('/', [`s3://${environment.buckets.model}/${below}/${pipeline}`, EXECUTION.PipelineExecutionId, step, ...rest]);

/** A training step, from the options of `lab.train`. */
export async function trainingStep(context: LabContext, at: StepName, options: TrainStepOptions): Promise<StepWork> {
  refuseOwnCheckpoints(options, options);
  const apart = new Separation();
  const asked = await first(trainingCalls(context, await trained(apart, context, workOf(options))));
  const request = without('TrainingJobName', asked);
  apart.replace(checkpointsAt(context.environment, String(asked['TrainingJobName'])), ofTheExecution(context, 'checkpoints', at));
  const hyperparameters = without('sagemaker_job_name', (request['HyperParameters'] ?? {}) as Record<string, unknown>);
  return { request: apart.restored({ ...request, HyperParameters: hyperparameters }), uploads: apart.uploads };
}

/** A place of the execution's own makes each step another one. */
function refuseOwnCheckpoints({ cache = false }: JobStepOptions, { checkpoints }: Pick<TrainOptions, 'checkpoints'>): void {
  const own = checkpoints === true || (typeof checkpoints === 'object' && checkpoints.s3Uri === undefined);
  if (own && cache !== false)
    refuse(
      'cache',
      'the checkpoints of each execution are its own, so no result would ever be used again.',
      'Give `checkpoints` an `s3Uri`, or leave `cache` out.',
    );
}

/** What a training step and a definition of a tuning step have alike, with texts and numbers that are known later apart. */
async function trained(
  apart: Separation,
  context: LabContext,
  options: TuneStepDefinition,
  within: readonly (string | number)[] = [],
): Promise<Record<string, unknown>> {
  const { script, sourceDirectory } = options;
  if (script !== undefined)
    await apart.code({ script, ...(sourceDirectory === undefined ? {} : { sourceDirectory }) }, ({ hash, archive }) => [
      [codeKey(hash), archive],
    ]);
  return {
    ...apart.options(options, TRAINING, within),
    ...given({
      environment: apart.texts(options.environment),
      hyperparameters: apart.texts(options.hyperparameters),
      data: options.data === undefined ? undefined : await apart.input(options.data, context),
      inputs: await apart.inputs(options.inputs, context),
    }),
  };
}

/** A tuning step, from the options of `lab.tune`. */
export async function tuningStep(context: LabContext, at: StepName, options: TuneStepOptions): Promise<StepWork> {
  const apart = new Separation();
  const { definitions, ...all } = workOf(options);
  if (options.strategy === 'Grid' && isExpression(options.maxJobs))
    refuse('maxJobs', 'Grid tries every combination.', 'Leave `maxJobs` out, or choose another strategy.');
  const ofDefinition = (name: string) => Object.hasOwn(TRAINING_DEFINITION, name) || name === 'objective' || name === 'ranges';
  const part = (wanted: boolean) => Object.fromEntries(Object.entries(all).filter(([name]) => ofDefinition(name) === wanted));
  for (const own of Object.values(definitions ?? {})) refuseOwnCheckpoints(options, { ...all, ...own });
  const [shared, overall] = [part(true) as TuneStepDefinition, apart.options(part(false), TUNING)];
  const entries = Object.entries(definitions ?? {});
  const plain =
    definitions === undefined
      ? await trained(apart, context, shared, ['TrainingJobDefinition'])
      : {
          definitions: Object.fromEntries(
            await Promise.all(
              entries.map(async ([name, own], index) => [
                name,
                await trained(apart, context, { ...shared, ...own }, ['TrainingJobDefinitions', index]),
              ]),
            ),
          ) as object,
        };
  const asked = await first(tuningCalls(context, { ...overall, ...plain }));
  const name = String(asked['HyperParameterTuningJobName']);
  for (const definition of definitions === undefined ? [[]] : entries.map(([one]) => [one]))
    apart.replace(
      checkpointsAt(context.environment, [name, ...definition].join('/')),
      ofTheExecution(context, 'checkpoints', at, ...definition),
    );
  return { request: apart.restored(without('HyperParameterTuningJobName', asked)), uploads: apart.uploads };
}

/** A processing step, from the options of `lab.process`. */
export async function processingStep(context: LabContext, at: StepName, options: ProcessStepOptions): Promise<StepWork> {
  const apart = new Separation();
  const plain = {
    ...apart.options(workOf(options), PROCESSING),
    ...given({
      environment: apart.texts(options.environment),
      arguments: options.arguments?.map((one) => apart.text(asText(one))),
      inputs: await apart.inputs(options.inputs, context),
    }),
  } as unknown as ProcessOptions;
  const request = without('ProcessingJobName', await first(processingCalls(context, plain)));
  const { Outputs = [] } = (request['ProcessingOutputConfig'] ?? {}) as { Outputs?: { OutputName: string; S3Output: { S3Uri: string } }[] };
  for (const { OutputName, S3Output } of Outputs) apart.replace(S3Output.S3Uri, ofTheExecution(context, PIPELINE_OUTPUTS, at, OutputName));
  await apart.code(options, (packed) => packed.entries.map(({ name, bytes }) => [`${codePrefix(packed)}/${name}`, bytes]));
  return { request: apart.restored(request), uploads: apart.uploads };
}

/** A transform step, from the options of `lab.transform`. */
export async function transformStep(context: LabContext, at: StepName, options: TransformStepOptions): Promise<StepWork> {
  const apart = new Separation();
  const { model } = options;
  const name = typeof model === 'string' || isExpression(model) ? model : reference(`Steps.${(model as Step).name}.ModelName`);
  const plain = {
    ...apart.options(workOf(options), TRANSFORM),
    ...given({ environment: apart.texts(options.environment) }),
    model: { model: apart.text(name) },
    data: await apart.input(options.data, context, 'model'),
  } as unknown as TransformOptions;
  const request = without('TransformJobName', await first(transformCalls(context, plain)));
  const { S3OutputPath } = request['TransformOutput'] as { S3OutputPath: string };
  apart.replace(S3OutputPath, ofTheExecution(context, PIPELINE_OUTPUTS, at));
  return { request: apart.restored(request), uploads: apart.uploads };
}

/** The request that a builder of `lab` makes. */
async function first(calls: Promise<readonly { readonly asked: object }[]>): Promise<Record<string, unknown>> {
  const [call] = await calls;
  return { ...call?.asked };
}

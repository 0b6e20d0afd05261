import type { LabContext } from '../context.ts';
import type { DataInput } from '../inputs/api.ts';
import { outgoingFiles } from '../inputs/files.ts';
import { contentPlace, isS3Uri, putOnce, upload } from '../inputs/upload.ts';
import { PIPELINE_OUTPUTS, setAt } from '../contract/index.ts';
import { codePrefix, processingCalls } from '../processing/process.ts';
import type { ProcessOptions } from '../processing/api.ts';
import { packSource } from '../source/pack.ts';
import type { Source } from '../source/api.ts';
import { codeKey } from '../training/program.ts';
import { trainingCalls } from '../training/train.ts';
import type { TrainOptions } from '../training/api.ts';
import type { ProcessStepOptions, TrainStepOptions } from './api.ts';
import { isExpression } from './definition.ts';
import { asText } from './expressions.ts';

/** Something that has to be in S3 before an execution starts. */
export type Upload = (context: LabContext, signal: AbortSignal) => Promise<unknown>;

/** The arguments of a step, before the security fields are filled in, and what it needs in S3. */
export interface StepWork {
  readonly request: Record<string, unknown>;
  readonly uploads: readonly Upload[];
}

/** Where values that are known later go in the request, so that the builder of the request sees plain values only. */
interface Places {
  readonly instanceType: string;
  readonly instanceCount: string;
  readonly volumeSize: string;
  readonly maxRuntime: string;
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

const STEP_OPTIONS = ['dependsOn', 'displayName', 'description', 'cache', 'retry', 'propertyFiles'];

/** Separates what is known later from the options of a job. */
class Separation {
  readonly uploads: Upload[] = [];
  readonly #places = new Map<string, unknown>();
  readonly #texts = new Map<string, unknown>();

  /** A text that stands for the expression while the request is built. */
  text(value: unknown, begin = ''): unknown {
    if (!isExpression(value)) return value;
    const placeholder = `${begin}sealab-later-${this.#texts.size}`;
    this.#texts.set(placeholder, value);
    return placeholder;
  }
  texts(values: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> | undefined {
    return values === undefined
      ? undefined
      : Object.fromEntries(Object.entries(values).map(([key, value]) => [key, this.text(asText(value))]));
  }
  /** An input by its place in S3; local data gets the place that it will be uploaded to. */
  async input(value: unknown, { environment }: LabContext): Promise<unknown> {
    const { data } = environment.buckets;
    if (isExpression(value)) return this.text(value, `s3://${data}/`);
    const input = value as DataInput;
    if (isS3Uri(input) || (typeof input === 'object' && 's3Uri' in input)) return input;
    const { s3Uri } = await contentPlace(await outgoingFiles(input), data);
    this.uploads.push(({ clients, environment: own }, signal) => upload({ s3: clients.s3, environment: own }, input, { signal }));
    return s3Uri;
  }
  async inputs(values: Readonly<Record<string, unknown>> | undefined, context: LabContext): Promise<Record<string, unknown> | undefined> {
    if (values === undefined) return undefined;
    return Object.fromEntries(
      await Promise.all(Object.entries(values).map(async ([key, value]) => [key, await this.input(value, context)] as const)),
    );
  }
  /** Options without the step's own and without values that have a place of their own in the request. */
  options(options: object, places: Places): Record<string, unknown> {
    const plain = Object.entries(options).filter(([key, value]) => {
      if (STEP_OPTIONS.includes(key)) return false;
      if (!isExpression(value) || !Object.hasOwn(places, key)) return true;
      this.#places.set(places[key as keyof Places], value);
      return false;
    });
    return Object.fromEntries(plain);
  }
  /** The request with the expressions where their stand-ins are. */
  restored(request: object): Record<string, unknown> {
    const restore = (value: unknown): unknown => {
      if (typeof value === 'string') return this.#texts.get(value) ?? this.#texts.get(unquoted(value)) ?? value;
      if (Array.isArray(value)) return value.map(restore);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, restore(item)]])));
    };
    const result = restore(request) as Record<string, unknown>;
    for (const [path, value] of this.#places) setAt(result, path, value);
    return result;
  }
}

/** Hyperparameters are written as JSON. */
const unquoted = (text: string): string => (text.startsWith('"sealab-later-') ? text.slice(1, -1) : text);

/** SageMaker names the jobs of an execution itself. */
const without = (name: string, values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));

const given = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** A training step, from the options of `lab.train`. */
export async function trainingStep(context: LabContext, options: TrainStepOptions): Promise<StepWork> {
  const apart = new Separation();
  const plain = {
    ...apart.options(options, TRAINING),
    ...given({
      environment: apart.texts(options.environment),
      hyperparameters: apart.texts(options.hyperparameters),
      data: options.data === undefined ? undefined : await apart.input(options.data, context),
      inputs: await apart.inputs(options.inputs, context),
    }),
  } as unknown as TrainOptions;
  const request = without('TrainingJobName', await asked(trainingCalls(context, plain)));
  const hyperparameters = without('sagemaker_job_name', (request['HyperParameters'] ?? {}) as Record<string, unknown>);
  const { script, sourceDirectory } = options;
  if (script !== undefined) {
    const source = { script, ...(sourceDirectory === undefined ? {} : { sourceDirectory }) };
    apart.uploads.push(await codeUpload(source, (packed) => [[codeKey(packed.hash), packed.archive]]));
  }
  return { request: apart.restored({ ...request, HyperParameters: hyperparameters }), uploads: apart.uploads };
}

/** A processing step, from the options of `lab.process`. Outputs go below the execution, so that none overwrites another's. */
export async function processingStep(context: LabContext, step: string, pipeline: string, options: ProcessStepOptions): Promise<StepWork> {
  const apart = new Separation();
  const plain = {
    ...apart.options(options, PROCESSING),
    ...given({
      environment: apart.texts(options.environment),
      arguments: options.arguments?.map((one) => apart.text(asText(one))),
      inputs: await apart.inputs(options.inputs, context),
    }),
  } as unknown as ProcessOptions;
  const request = without('ProcessingJobName', await asked(processingCalls(context, plain)));
  const outputs = request['ProcessingOutputConfig'] as { Outputs: { OutputName: string; S3Output: object }[] } | undefined;
  const begin = `s3://${context.environment.buckets.model}/${PIPELINE_OUTPUTS}/${pipeline}`;
  const perExecution = outputs && {
    ProcessingOutputConfig: {
      Outputs: outputs.Outputs.map(({ OutputName, S3Output }) => ({
        OutputName,
        S3Output: {
          ...S3Output,
          S3Uri: { 'Std:Join': { On: '/', Values: [begin, { Get: 'Execution.PipelineExecutionId' }, step, OutputName] } },
        },
      })),
    },
  };
  apart.uploads.push(
    await codeUpload(options, (packed) => packed.entries.map(({ name, bytes }) => [`${codePrefix(packed)}/${name}`, bytes])),
  );
  return { request: apart.restored({ ...request, ...perExecution }), uploads: apart.uploads };
}

async function asked(calls: Promise<readonly { readonly asked: object }[]>): Promise<Record<string, unknown>> {
  const [call] = await calls;
  return { ...call?.asked };
}

async function codeUpload(
  source: Source,
  objects: (packed: Awaited<ReturnType<typeof packSource>>) => readonly (readonly [key: string, bytes: Uint8Array])[],
): Promise<Upload> {
  const all = objects(await packSource(source));
  return ({ clients, environment }, signal) =>
    Promise.all(all.map(([key, bytes]) => putOnce(clients.s3, environment.buckets.artifacts, key, bytes, true, signal)));
}

import type {
  DescribeHyperParameterTuningJobResponse,
  DescribeModelOutput,
  DescribeProcessingJobResponse,
  DescribeTrainingJobResponse,
} from '@aws-sdk/client-sagemaker';
import type { ModelOptions } from '../hosting/api.ts';
import type { DataInput } from '../inputs/api.ts';
import type { ProcessOptions } from '../processing/api.ts';
import type { RegisterOptions } from '../registry/api.ts';
import type { Source } from '../source/api.ts';
import type { Hyperparameter, TrainOptions } from '../training/api.ts';
import type { TransformOptions } from '../transform/api.ts';
import type { TuneOptions, TuningDefinition } from '../tuning/api.ts';
import type { RetryPolicy } from './definition.ts';

declare const VALUE: unique symbol;

/** A value of type `T` that is known when the pipeline runs. Its JSON is the expression of the definition, `{"Get": …}`. */
export interface Later<T> {
  /** Only for the compiler. */
  readonly [VALUE]?: T;
}

/** Literal types widened, so that a text parameter may stand where SageMaker takes one of several words. */
type Wide<T> = T extends string ? string : T extends number ? number : T extends boolean ? boolean : never;

/** What a step will have produced, by the path in SageMaker's Describe answer. */
export type Properties<T> = T extends string | number | boolean
  ? Later<Wide<T>>
  : T extends Date
    ? Later<string>
    : T extends readonly (infer Item)[]
      ? {
          /** An element by its number, or by its name (outputs of a processing job, final metrics). */
          item(key: number | string): Properties<NonNullable<Item>>;
        }
      : string extends keyof T
        ? {
            /** The value of a key. */
            item(key: string): Properties<NonNullable<T[keyof T]>>;
          }
        : { readonly [K in keyof T]-?: Properties<NonNullable<T[K]>> };

/** What every step takes beside its work. */
export interface StepOptions {
  /** Steps (or their names) that have to be done first. Steps whose results are used are waited for anyway. */
  readonly dependsOn?: readonly (Step | string)[];
  readonly displayName?: string;
  readonly description?: string;
}
/** What a step takes that asks something of SageMaker. */
export interface RetriedStepOptions extends StepOptions {
  /** As SageMaker takes them: `{ ExceptionType: ['SageMaker.CAPACITY_ERROR'], MaxAttempts: 3 }`. */
  readonly retry?: readonly RetryPolicy[];
}
/** What a step that runs a job takes. */
export interface JobStepOptions extends RetriedStepOptions {
  /**
   * Use the result of an equal step that is not older than this ISO 8601 duration (`P30D`, `PT12H`); `true`: however old. A transform with a model of the
   * same pipeline is never equal: each execution makes its own.
   */
  readonly cache?: string | boolean;
}

/** A step of the pipeline that is being built. */
export interface Step {
  readonly name: string;
}
export interface JobStep<Answer> extends Step {
  /** `train.properties.ModelArtifacts.S3ModelArtifacts` */
  readonly properties: Properties<Answer>;
}
export interface ProcessStep extends JobStep<DescribeProcessingJobResponse> {
  /** Where an output will be in S3. */
  output(name: string): Later<string>;
  /** A value in a JSON file of this step; the file is one of its `propertyFiles`. `path` as in `metrics.auc` or `rows[0]`. */
  json<T extends string | number | boolean = number>(propertyFile: string, path: string): Later<T>;
}
export interface TuneStep extends JobStep<DescribeHyperParameterTuningJobResponse> {
  /** Where the model of the best training job will be in S3. */
  bestModel(): Later<string>;
}

type InputLater = DataInput | Later<string>;
type TextsLater = Readonly<Record<string, string | Later<string | number | boolean>>>;
type OfTheJob = 'name' | 'onProgress' | 'preflight' | 'signal';
/** Numbers and names of a job that a parameter may give. An instance type by parameter needs `enum` with allowed types. */
interface Instances {
  readonly instanceType?: string | Later<string>;
  readonly instanceCount?: number | Later<number>;
  readonly environment?: TextsLater;
}
interface Adjustable extends Instances {
  /** GB. */
  readonly volumeSize?: number | Later<number>;
  /** Seconds. */
  readonly maxRuntime?: number | Later<number>;
  readonly inputs?: Readonly<Record<string, InputLater>>;
}
interface Trained extends Adjustable {
  readonly data?: InputLater;
  readonly hyperparameters?: Readonly<Record<string, Hyperparameter | Later<string | number | boolean>>>;
}

/** As `lab.train`, with values that are known later where the pipeline has them. */
export interface TrainStepOptions extends Omit<TrainOptions, OfTheJob | keyof Trained>, Trained, JobStepOptions {}

/** As `lab.process`, with values that are known later. */
export interface ProcessStepOptions extends Omit<ProcessOptions, OfTheJob | keyof Adjustable | 'arguments'>, Adjustable, JobStepOptions {
  readonly arguments?: readonly (string | Later<string | number | boolean>)[];
  /** JSON files that conditions read: name → output and path in it. */
  readonly propertyFiles?: Readonly<Record<string, { readonly output: string; readonly path: string }>>;
}

/** One training that a tuning step tunes: as in `lab.tune`, with values that are known later. */
export interface TuneStepDefinition extends Omit<TuningDefinition, keyof Trained>, Trained {}

interface Limits {
  /** Training jobs in all; 10 unless given. `Grid` knows its number itself. */
  readonly maxJobs?: number | Later<number>;
  /** Training jobs at a time; 2 unless given. */
  readonly maxParallelJobs?: number | Later<number>;
  /** Seconds for the tuning as a whole, 120 to 15,768,000; no limit unless given. */
  readonly maxTuningRuntime?: number | Later<number>;
}
/** As `lab.tune`, with values that are known later. */
export interface TuneStepOptions
  extends Omit<TuneOptions, OfTheJob | keyof Trained | keyof Limits | 'definitions'>, Trained, Limits, JobStepOptions {
  /** Several trainings in one tuning job, 1 to 10 by name. What a definition does not say it takes from the options beside it. */
  readonly definitions?: Readonly<Record<string, TuneStepDefinition>>;
}

/** As `lab.transform` with a model that is there, and values that are known later. Answers go below the execution, so that none overwrites another's. */
export interface TransformStepOptions
  extends
    Omit<
      TransformOptions,
      OfTheJob | keyof Instances | 'model' | 'source' | 'framework' | 'image' | 'data' | 'maxConcurrent' | 'maxPayload'
    >,
    Instances,
    JobStepOptions {
  /** A step of `build.model`, or the name of a SageMaker model. */
  readonly model: JobStep<DescribeModelOutput> | string | Later<string>;
  /** Uploaded to the model bucket; what is in S3 already has to be there too, because SageMaker reads it with the model's role. */
  readonly data: InputLater;
  /** Requests at a time to one instance; what the container says, or 1, unless given. */
  readonly maxConcurrent?: number | Later<number>;
  /** MB a request, 0 to 100; 6 unless given. */
  readonly maxPayload?: number | Later<number>;
}

/**
 * What a model is made of: a step that trains, or the best training job of one that tunes, with its script as the code that serves it; or an archive in
 * the model bucket, which brings its `code/inference.py` along where there is no `source`.
 */
export type ModelStepSource =
  JobStep<DescribeTrainingJobResponse> | TuneStep | { readonly artifacts: string | Later<string>; readonly source?: Source };

/** How a model is served: as for `lab.deploy`, with variables that are known later. */
interface Served extends Omit<ModelOptions, 'environment'> {
  readonly environment?: TextsLater;
}

/**
 * What `lab.deploy` makes a model of. An isolated container cannot fetch code: where there is some, a training job `<name>-code` before this step puts
 * it into the archive.
 */
export interface ModelStepOptions extends Served, RetriedStepOptions {
  readonly model: ModelStepSource;
  readonly tags?: Readonly<Record<string, string>>;
}

/** As `lab.registry.register`. The version waits for approval. */
export interface RegisterStepOptions
  extends Served, Omit<RegisterOptions, keyof ModelOptions | 'metrics' | 'metadata' | 'approval' | 'token' | 'signal'>, RetriedStepOptions {
  /** Of the version, and of the step. */
  readonly description?: string;
  /** A step of `build.model`, or what one takes. */
  readonly model: JobStep<DescribeModelOutput> | ModelStepSource;
  /** Numbers by name, or where a step will have written them as a JSON file: `build.join('/', evaluate.output('report'), 'report.json')`. */
  readonly metrics?: Readonly<Record<string, number>> | Later<string>;
  /** At most 50 notes: keys up to 128 characters, values up to 256. */
  readonly metadata?: TextsLater;
}

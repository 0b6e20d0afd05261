import type {
  CreateHyperParameterTuningJobRequest,
  CreateModelInput,
  CreateModelPackageInput,
  CreateTransformJobRequest,
  DescribeHyperParameterTuningJobResponse,
  DescribeModelOutput,
  DescribeModelPackageOutput,
  DescribePipelineExecutionResponse,
  DescribePipelineResponse,
  DescribeProcessingJobResponse,
  DescribeTrainingJobResponse,
  DescribeTransformJobResponse,
} from '@aws-sdk/client-sagemaker';
import type { DataInput } from '../inputs/api.ts';
import type { SubmitProgress } from '../jobs/api.ts';
import type { LogLine, LogOptions } from '../logs/api.ts';
import type { ProcessOptions } from '../processing/api.ts';
import type { FilledField } from '../secure/api.ts';
import type { Hyperparameter, TrainOptions } from '../training/api.ts';
import type { PipelineDefinition, RetryPolicy } from './definition.ts';

export type { PipelineDefinition } from './definition.ts';

declare const VALUE: unique symbol;

/** A value of type `T` that is known when the pipeline runs. Its JSON is the expression of the definition, `{"Get": …}`. */
export interface Later<T> {
  /** Only for the compiler. */
  readonly [VALUE]?: T;
}

/** Literal types widened, so that a text parameter may stand where SageMaker takes one of several words. */
type Wide<T> = T extends string ? string : T extends number ? number : T extends boolean ? boolean : never;

/** `T`, in which every value may also be one that is known later. */
export type OrLater<T> = T extends string | number | boolean
  ? T | Later<Wide<T>>
  : T extends undefined | null | Date | Uint8Array
    ? T
    : T extends readonly (infer Item)[]
      ? readonly OrLater<Item>[]
      : { readonly [K in keyof T]: OrLater<T[K]> };

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
/** What a step that runs a job takes. */
export interface JobStepOptions extends StepOptions {
  /** Use the result of an equal step that is not older than this ISO 8601 duration (`P30D`, `PT12H`); `true`: however old. */
  readonly cache?: string | boolean;
  /** As SageMaker takes them: `{ ExceptionType: ['SageMaker.CAPACITY_ERROR'], MaxAttempts: 3 }`. */
  readonly retry?: readonly RetryPolicy[];
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

type InputLater = DataInput | Later<string>;
type Submitting =
  'name' | 'onProgress' | 'signal' | 'inputs' | 'data' | 'instanceType' | 'instanceCount' | 'volumeSize' | 'maxRuntime' | 'environment';
/** Numbers and names of a job that a parameter may give. An instance type by parameter needs `enum` with allowed types. */
interface Adjustable {
  readonly instanceType?: string | Later<string>;
  readonly instanceCount?: number | Later<number>;
  /** GB. */
  readonly volumeSize?: number | Later<number>;
  /** Seconds. */
  readonly maxRuntime?: number | Later<number>;
  readonly environment?: Readonly<Record<string, string | Later<string | number | boolean>>>;
  readonly inputs?: Readonly<Record<string, InputLater>>;
}
/** As `lab.train`, with values that are known later where the pipeline has them. */
export interface TrainStepOptions extends Omit<TrainOptions, Submitting | 'hyperparameters'>, Adjustable, JobStepOptions {
  readonly data?: InputLater;
  readonly hyperparameters?: Readonly<Record<string, Hyperparameter | Later<string | number | boolean>>>;
}
/** As `lab.process`, with values that are known later. */
export interface ProcessStepOptions extends Omit<ProcessOptions, Submitting | 'arguments'>, Adjustable, JobStepOptions {
  readonly arguments?: readonly (string | Later<string | number | boolean>)[];
  /** JSON files that conditions read: name → output and path in it. */
  readonly propertyFiles?: Readonly<Record<string, { readonly output: string; readonly path: string }>>;
}

/** A request of the service model; what Sealab or SageMaker fills in may be left out. */
type Arguments<T, Filled extends string> = OrLater<Omit<T, Filled>>;
/** What a transform step sends: the request of CreateTransformJob; Sealab fills the security fields. */
export type TransformArguments = Arguments<CreateTransformJobRequest, 'TransformJobName'>;
/** What a tuning step sends: the request of CreateHyperParameterTuningJob; Sealab fills the security fields and the role. */
export type TuneArguments = Arguments<CreateHyperParameterTuningJobRequest, 'HyperParameterTuningJobName' | 'TrainingJobDefinition'> & {
  readonly TrainingJobDefinition?: Arguments<NonNullable<CreateHyperParameterTuningJobRequest['TrainingJobDefinition']>, 'RoleArn'>;
};
/** What a model step sends: the request of CreateModel. */
export type ModelArguments = Arguments<CreateModelInput, 'ModelName'>;
/** What a registering step sends: the request of CreateModelPackage. */
export type RegisterArguments = Arguments<CreateModelPackageInput, 'ClientToken'>;

/** A parameter of a pipeline. One that stands for a security field (an instance type, say) needs `enum`, with allowed values alone. */
export interface ParameterOptions<T> {
  /** Without one, `start` has to be given a value. */
  readonly default?: T;
  /** The values that an execution may choose from. */
  readonly enum?: readonly T[];
  readonly description?: string;
}

type Operand = string | number | boolean | Later<string | number | boolean>;
/** A condition of a step; made by `build.is`. */
export interface Condition {
  readonly Type: string;
}

/** What a pipeline is built with. Steps run as soon as what they need is there. */
export interface PipelineBuilder {
  readonly parameter: {
    /** Text. */
    string(name: string, options?: ParameterOptions<string>): Later<string>;
    /** A whole number. */
    integer(name: string, options?: ParameterOptions<number>): Later<number>;
    /** A number. */
    float(name: string, options?: ParameterOptions<number>): Later<number>;
    /** `true` or `false`. */
    boolean(name: string, options?: ParameterOptions<boolean>): Later<boolean>;
  };
  /** A training job. Its name is SageMaker's to give. */
  train(name: string, options: TrainStepOptions): JobStep<DescribeTrainingJobResponse>;
  /** A processing job. Its name is SageMaker's to give. */
  process(name: string, options: ProcessStepOptions): ProcessStep;
  /** A batch transform: the request of CreateTransformJob. */
  transform(name: string, request: TransformArguments, options?: JobStepOptions): JobStep<DescribeTransformJobResponse>;
  /** A tuning job: the request of CreateHyperParameterTuningJob. */
  tune(name: string, request: TuneArguments, options?: JobStepOptions): JobStep<DescribeHyperParameterTuningJobResponse>;
  /** A SageMaker model: the request of CreateModel. */
  model(name: string, request: ModelArguments, options?: Omit<JobStepOptions, 'cache'>): JobStep<DescribeModelOutput>;
  /** A model package in the registry: the request of CreateModelPackage. */
  register(name: string, request: RegisterArguments, options?: Omit<JobStepOptions, 'cache'>): JobStep<DescribeModelPackageOutput>;
  /** Goes on with the steps built in `then` when all conditions hold, with those in `else` otherwise. */
  condition(
    name: string,
    options: StepOptions & { readonly if: readonly Condition[]; readonly then?: () => void; readonly else?: () => void },
  ): Step;
  /** Ends the execution as failed. */
  fail(name: string, options: StepOptions & { readonly message: string | Later<string> }): Step;
  readonly is: {
    /** Left = right. */
    equals(left: Operand, right: Operand): Condition;
    /** Left > right. */
    greaterThan(left: Operand, right: Operand): Condition;
    /** Left ≥ right. */
    greaterThanOrEqualTo(left: Operand, right: Operand): Condition;
    /** Left < right. */
    lessThan(left: Operand, right: Operand): Condition;
    /** Left ≤ right. */
    lessThanOrEqualTo(left: Operand, right: Operand): Condition;
    /** The value is one of those. */
    in(value: Operand, values: readonly Operand[]): Condition;
    /** The condition does not hold. */
    not(condition: Condition): Condition;
    /** At least one holds. All of several is what the list of `condition` says already. */
    or(...conditions: readonly Condition[]): Condition;
  };
  /** Values put together as text, with `separator` between them. */
  join(separator: string, ...values: readonly Operand[]): Later<string>;
  /** What SageMaker knows of the execution. */
  readonly execution: Readonly<
    Record<
      'PipelineArn' | 'PipelineExecutionArn' | 'PipelineExecutionId' | 'PipelineName' | 'StartDateTime' | 'CurrentDateTime',
      Later<string>
    >
  >;
}

/** What a pipeline has beside its steps. */
export interface PipelineOptions {
  readonly displayName?: string;
  readonly description?: string;
  /** Steps that run at the same time at most. */
  readonly parallelSteps?: number;
  readonly tags?: Readonly<Record<string, string>>;
}
/** What `lab.plan` takes for a pipeline. */
export interface PipelineRequest extends PipelineOptions {
  readonly name: string;
  /** Describes the steps, as for `lab.pipeline`. */
  readonly build: (build: PipelineBuilder) => void;
}

/** One execution: values of parameters, and how it is called. */
export interface StartOptions {
  /** Values by parameter name; those without a default have to be given. */
  readonly parameters?: Readonly<Record<string, string | number | boolean>>;
  readonly displayName?: string;
  readonly description?: string;
  readonly parallelSteps?: number;
  readonly signal?: AbortSignal;
}

/** A pipeline by name, as it is in SageMaker. */
export interface Pipeline {
  readonly kind: 'pipelines';
  readonly name: string;
  /** What SageMaker says of the pipeline now. */
  describe(): Promise<DescribePipelineResponse>;
  /** The definition as SageMaker has it. */
  deployed(): Promise<PipelineDefinition>;
  /** Starts an execution; the repeat after a network error never starts a second one. */
  start(options?: StartOptions): Promise<PipelineExecution>;
  /** Executions, newest first; 20 unless `limit` is given. */
  executions(limit?: number): Promise<ExecutionSummary[]>;
  /** An execution by its ARN. Nothing is asked of AWS until it is used. */
  execution(arn: string): PipelineExecution;
  /** Removes the pipeline; executions that run go on. */
  delete(): Promise<void>;
}
/** A pipeline that was built here. */
export interface BuiltPipeline extends Pipeline {
  /** With the security fields in every step. */
  readonly definition: PipelineDefinition;
  readonly fields: readonly FilledField[];
  /** Uploads code and data, and creates the pipeline or brings it up to date. */
  upsert(options?: { readonly onProgress?: (progress: SubmitProgress) => void; readonly signal?: AbortSignal }): Promise<Pipeline>;
}

/** One execution in a list. */
export interface ExecutionSummary {
  readonly arn: string;
  readonly status: string | undefined;
  readonly startedAt: Date | undefined;
  readonly displayName: string | undefined;
}

/** How a step of an execution is. */
export interface StepState {
  readonly name: string;
  /** `Starting`, `Executing`, `Stopping`, `Stopped`, `Failed`, `Succeeded`. */
  readonly status: string;
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
  readonly failureReason: string | undefined;
  /** Taken from an earlier execution. */
  readonly cached: boolean;
  readonly attempts: number;
  /** What the step made: `{ kind: 'TrainingJob', name, arn }`. */
  readonly resource: { readonly kind: string; readonly name: string; readonly arn: string } | undefined;
  /** `true` or `false` for a condition that was decided. */
  readonly outcome: boolean | undefined;
}
/** How far an execution is. */
export interface ExecutionProgress {
  /** `Executing`, `Stopping`, `Stopped`, `Failed`, `Succeeded`. */
  readonly status: string;
  readonly steps: readonly StepState[];
  readonly elapsedSeconds: number;
}

/** One run of a pipeline. */
export interface PipelineExecution {
  readonly arn: string;
  /** What SageMaker says of the execution now. */
  describe(): Promise<DescribePipelineExecutionResponse>;
  /** In order of their start. */
  steps(): Promise<StepState[]>;
  /** Waits for success. Throws `JobNotCompleted` with the reason of the step that failed, `WaitEnded` at the deadline or when aborted. */
  wait(options?: {
    readonly onProgress?: (progress: ExecutionProgress) => void;
    readonly signal?: AbortSignal;
    /** Seconds. */
    readonly timeout?: number;
  }): Promise<DescribePipelineExecutionResponse>;
  /** Asks the execution to stop; steps that run are stopped with it. */
  stop(): Promise<void>;
  /** Runs again what failed or was stopped. */
  retry(): Promise<void>;
  /** Lines of the job behind a step. */
  logs(step: string, options?: LogOptions): AsyncIterableIterator<LogLine>;
}

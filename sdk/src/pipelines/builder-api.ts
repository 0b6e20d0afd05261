import type {
  DescribeModelOutput,
  DescribeModelPackageOutput,
  DescribeTrainingJobResponse,
  DescribeTransformJobResponse,
} from '@aws-sdk/client-sagemaker';
import type {
  JobStep,
  Later,
  ModelStepOptions,
  ProcessStep,
  ProcessStepOptions,
  RegisterStepOptions,
  Step,
  StepOptions,
  TrainStepOptions,
  TransformStepOptions,
  TuneStep,
  TuneStepOptions,
} from './step-api.ts';

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
  /** A batch transform job. Its name is SageMaker's to give. */
  transform(name: string, options: TransformStepOptions): JobStep<DescribeTransformJobResponse>;
  /** A tuning job. Its name, and those of its training jobs, are SageMaker's to give. */
  tune(name: string, options: TuneStepOptions): TuneStep;
  /** A SageMaker model. Its name is SageMaker's to give. */
  model(name: string, options: ModelStepOptions): JobStep<DescribeModelOutput>;
  /** A version in the registry, which waits for approval; the group is made where there is none. */
  register(name: string, options: RegisterStepOptions): JobStep<DescribeModelPackageOutput>;
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

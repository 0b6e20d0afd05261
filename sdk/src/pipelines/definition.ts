import * as z from 'zod/mini';
import type { PipelineStepType } from '../contract/index.ts';

/**
 * The pipeline definition, version 2020-12-01, as the SageMaker Developer Guide ("Pipeline definition JSON schema") and the
 * definitions that the SageMaker Python SDK writes have it.
 */
export const DEFINITION_VERSION = '2020-12-01';

/** A value that is known when the pipeline runs. */
export type Expression =
  | { readonly Get: string }
  | { readonly 'Std:Join': { readonly On?: string | undefined; readonly Values: readonly unknown[] } }
  | {
      readonly 'Std:JsonGet':
        { readonly PropertyFile: { readonly Get: string }; readonly Path: string } | { readonly S3Uri: unknown; readonly Path: string };
    };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Whether something stands for a value that is known later. */
export const isExpression = (value: unknown): value is Expression => {
  if (!isObject(value)) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && (keys[0] === 'Get' || keys[0]?.startsWith('Std:') === true);
};

const name = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, hyphens and underscores'));
const description = z.string().check(z.maxLength(4_096));
const count = (least: number, most: number) => z.int().check(z.minimum(least), z.maximum(most));

const get = z.strictObject({
  Get: z.string().check(z.regex(/^(Parameters|Steps|Execution)\.[^\s]+$/, 'must name Parameters., Steps. or Execution.')),
});
const join = z.strictObject({
  'Std:Join': z.strictObject({
    On: z.optional(z.string()),
    Values: z.array(z.lazy((): z.ZodMiniType => z.union([scalar, expression]))).check(z.minLength(1)),
  }),
});
const jsonGet = z.strictObject({
  'Std:JsonGet': z.union([
    z.strictObject({ PropertyFile: get, Path: z.string().check(z.minLength(1)) }),
    z.strictObject({ S3Uri: z.union([z.string(), join]), Path: z.string().check(z.minLength(1)) }),
  ]),
});
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const expression: z.ZodMiniType = z.union([get, join, jsonGet]);
const operand = z.union([scalar, expression]);

/** The form of an expression that stands in the arguments of a step. */
export const ExpressionForm = expression;

const parameterOf = <T extends string, V extends z.ZodMiniType>(type: T, value: V) =>
  z.strictObject({
    Name: name,
    Type: z.literal(type),
    Description: z.optional(description),
    DefaultValue: z.optional(value),
    EnumValues: z.optional(z.array(value).check(z.minLength(1))),
  });
const parameter = z.discriminatedUnion('Type', [
  parameterOf('String', z.string().check(z.maxLength(4_096))),
  parameterOf('Integer', z.int()),
  parameterOf('Float', z.number()),
  parameterOf('Boolean', z.boolean()),
]);

const comparison = z.strictObject({
  Type: z.enum(['Equals', 'NotEquals', 'GreaterThan', 'GreaterThanOrEqualTo', 'LessThan', 'LessThanOrEqualTo']),
  LeftValue: operand,
  RightValue: operand,
});
const condition: z.ZodMiniType = z.discriminatedUnion('Type', [
  comparison,
  z.strictObject({ Type: z.enum(['In', 'NotIn']), QueryValue: operand, Values: z.array(operand).check(z.minLength(1)) }),
  z.strictObject({ Type: z.literal('Not'), Condition: z.lazy(() => condition) }),
  z.strictObject({ Type: z.literal('Or'), Conditions: z.array(z.lazy(() => condition)).check(z.minLength(1)) }),
]);

const exception = z.enum([
  'Step.SERVICE_FAULT',
  'Step.THROTTLING',
  'SageMaker.JOB_INTERNAL_ERROR',
  'SageMaker.CAPACITY_ERROR',
  'SageMaker.RESOURCE_LIMIT',
]);
const retry = z
  .strictObject({
    ExceptionType: z.union([exception, z.array(exception).check(z.minLength(1))]),
    IntervalSeconds: z.optional(z.int().check(z.minimum(1))),
    BackoffRate: z.optional(z.number().check(z.minimum(0))),
    MaxAttempts: z.optional(count(1, 20)),
    ExpireAfterMin: z.optional(count(1, 14_400)),
  })
  .check(
    z.refine(
      ({ MaxAttempts, ExpireAfterMin }) => MaxAttempts === undefined || ExpireAfterMin === undefined,
      'takes MaxAttempts or ExpireAfterMin, not both',
    ),
  );
/** ISO 8601; the service also takes it in small letters, and hours without the P. JSON Schema has no flag for that. */
const duration = z
  .string()
  .check(
    z.regex(
      /^([Pp](?=.)(\d+[Yy])?(\d+[Mm])?(\d+[Ww])?(\d+[Dd])?|(?=[Tt]))([Tt](?=.)(\d+[Hh])?(\d+[Mm])?(\d+[Ss])?)?$/,
      'must be a duration such as P30D or PT12H',
    ),
  );
const cache = z.strictObject({ Enabled: z.boolean(), ExpireAfter: z.optional(duration) });
const propertyFile = z.strictObject({ PropertyFileName: name, OutputName: z.string(), FilePath: z.string().check(z.minLength(1)) });

const common = {
  Name: name,
  DisplayName: z.optional(z.string()),
  Description: z.optional(description),
  DependsOn: z.optional(z.array(name)),
};
const retried = { ...common, RetryPolicies: z.optional(z.array(retry)) };
const cached = { ...retried, CacheConfig: z.optional(cache) };
const request = z.record(z.string(), z.unknown());
const stepOf = <T extends PipelineStepType, S extends Readonly<Record<string, z.ZodMiniType>>>(type: T, shape: S) =>
  z.strictObject({ Type: z.literal(type), Arguments: request, ...shape });
const steps = z.array(z.lazy((): typeof step => step));
const step: z.ZodMiniType<Step> = z.discriminatedUnion('Type', [
  stepOf('Training', cached),
  stepOf('Processing', { ...cached, PropertyFiles: z.optional(z.array(propertyFile)) }),
  stepOf('Transform', cached),
  stepOf('Tuning', cached),
  stepOf('AutoML', cached),
  stepOf('Model', retried),
  stepOf('RegisterModel', retried),
  z.strictObject({
    ...common,
    Type: z.literal('Condition'),
    Arguments: z.strictObject({
      Conditions: z.array(condition).check(z.minLength(1)),
      IfSteps: z.optional(steps),
      ElseSteps: z.optional(steps),
    }),
  }),
  z.strictObject({ ...common, Type: z.literal('Fail'), Arguments: z.strictObject({ ErrorMessage: operand }) }),
]);

/** The form of a definition; what its names refer to is checked by `parseDefinition`. */
export const PipelineDefinitionForm = z.strictObject({
  Version: z.literal(DEFINITION_VERSION),
  Metadata: z.optional(z.record(z.string(), z.string())),
  Parameters: z.optional(z.array(parameter)),
  PipelineExperimentConfig: z.optional(z.nullable(z.strictObject({ ExperimentName: operand, TrialName: operand }))),
  /** The SageMaker Python SDK 3 writes it into every definition. An MLflow resource could be anybody's: no rule is about it. */
  MlflowConfig: z.optional(z.null()),
  Steps: z.array(step).check(z.minLength(1)),
});

/** The JSON Schema (draft 2020-12) of that form, for readers in other languages. */
export function pipelineJsonSchema(): object {
  return z.toJSONSchema(PipelineDefinitionForm);
}

/** A parameter of a pipeline, given when an execution starts. */
export interface Parameter {
  readonly Name: string;
  readonly Type: 'String' | 'Integer' | 'Float' | 'Boolean';
  readonly Description?: string | undefined;
  readonly DefaultValue?: string | number | boolean | undefined;
  readonly EnumValues?: readonly (string | number | boolean)[] | undefined;
}

/** How often and how long a step is tried again. */
export type RetryPolicy = z.infer<typeof retry>;

/** A step, as it is written. A condition holds further steps. */
export interface Step {
  readonly Name: string;
  readonly Type: PipelineStepType;
  readonly Arguments: Readonly<Record<string, unknown>>;
  readonly DisplayName?: string | undefined;
  readonly Description?: string | undefined;
  readonly DependsOn?: readonly string[] | undefined;
  readonly RetryPolicies?: readonly RetryPolicy[] | undefined;
  readonly CacheConfig?: { readonly Enabled: boolean; readonly ExpireAfter?: string | undefined } | undefined;
  readonly PropertyFiles?:
    readonly { readonly PropertyFileName: string; readonly OutputName: string; readonly FilePath: string }[] | undefined;
}

/** The content of `PipelineDefinition`. */
export interface PipelineDefinition {
  readonly Version: typeof DEFINITION_VERSION;
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
  readonly Parameters?: readonly Parameter[] | undefined;
  readonly PipelineExperimentConfig?: { readonly ExperimentName: unknown; readonly TrialName: unknown } | null | undefined;
  readonly MlflowConfig?: null | undefined;
  readonly Steps: readonly Step[];
}

/** The steps of the branches of a condition; none for other steps. */
export const branches = ({ Type, Arguments }: Step): { readonly when: 'if' | 'else'; readonly steps: readonly Step[] }[] =>
  Type !== 'Condition'
    ? []
    : [
        { when: 'if', steps: (Arguments['IfSteps'] as Step[] | undefined) ?? [] },
        { when: 'else', steps: (Arguments['ElseSteps'] as Step[] | undefined) ?? [] },
      ];

/** Every step, those in branches too. */
export const allSteps = (steps: readonly Step[]): Step[] =>
  steps.flatMap((one) => [one, ...allSteps(branches(one).flatMap((branch) => branch.steps))]);

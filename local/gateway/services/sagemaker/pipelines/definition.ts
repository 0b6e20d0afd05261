import { omit } from '../../../../deploy/omit.ts';
import { AwsError } from '../../../call.ts';
import { serviceModel, shapeOf } from '../../../protocol/models.ts';
import { durationSeconds } from './durations.ts';
import { checkExecutionVariable, expressionOf, referencesIn } from './expressions.ts';

export interface ParameterDefinition {
  readonly Name: string;
  readonly Type: 'String' | 'Integer' | 'Float' | 'Boolean';
  readonly DefaultValue?: unknown;
  readonly EnumValues?: readonly string[];
}

export interface RetryPolicy {
  readonly ExceptionType: readonly string[];
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxAttempts?: number;
  readonly ExpireAfterMin?: number;
}

export interface PropertyFile {
  readonly PropertyFileName: string;
  readonly OutputName: string;
  readonly FilePath: string;
}

export interface Step {
  readonly Name: string;
  readonly Type: StepTypeName;
  readonly Arguments: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DisplayName?: string;
  readonly Description?: string;
  readonly CacheConfig?: { readonly Enabled: boolean; readonly ExpireAfter?: string };
  readonly RetryPolicies?: readonly RetryPolicy[];
  readonly PropertyFiles?: readonly PropertyFile[];
}

export interface Definition {
  readonly Version: string;
  readonly Parameters: readonly ParameterDefinition[];
  readonly Steps: readonly Step[];
}

/** A step with where it stands: inside a branch of a condition, or at the top. */
export interface PlacedStep {
  readonly step: Step;
  readonly within?: { readonly condition: string; readonly branch: boolean };
  /** Names of the steps that must have succeeded: named in DependsOn, referred to, or the condition around it. */
  readonly needs: readonly string[];
}

/** What each type of step calls; a condition and a failure call nothing. */
export const STEP_OPERATIONS = {
  Training: 'CreateTrainingJob',
  Processing: 'CreateProcessingJob',
  Transform: 'CreateTransformJob',
  Tuning: 'CreateHyperParameterTuningJob',
  Model: 'CreateModel',
  RegisterModel: 'CreateModelPackage',
  Condition: undefined,
  Fail: undefined,
} as const;
export type StepTypeName = keyof typeof STEP_OPERATIONS;

const invalid = (why: string): AwsError => new AwsError('ValidationException', `Unable to parse pipeline definition. ${why}`);
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function object(value: unknown): Record<string, unknown> {
  if (!isObject(value)) throw invalid('Expecting start of Json Object.');
  return value;
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid('Expecting start of Json Array.');
  return value;
}

const STEP_FIELDS: ReadonlySet<string> = new Set(
  'Name Type Arguments DependsOn DisplayName Description CacheConfig RetryPolicies PropertyFiles'.split(' '),
);

/** The steps of a branch or of the whole, those inside conditions included. */
export function placedSteps(steps: readonly Step[], within?: PlacedStep['within']): PlacedStep[] {
  return steps.flatMap((step) => {
    const { IfSteps, ElseSteps, ...own } = step.Arguments;
    const needs = new Set([...(step.DependsOn ?? []), ...referencesIn(own).steps, ...(within === undefined ? [] : [within.condition])]);
    const placed = { step, needs: [...needs], ...(within === undefined ? {} : { within }) };
    if (step.Type !== 'Condition') return [placed];
    const branch = (inner: unknown, taken: boolean) => placedSteps((inner ?? []) as Step[], { condition: step.Name, branch: taken });
    return [placed, ...branch(IfSteps, true), ...branch(ElseSteps, false)];
  });
}

/**
 * Reads a pipeline definition of version 2020-12-01.
 * @throws AwsError ValidationException for what is not one; OperationNotEmulated for a type of step that does not run here
 * https://aws-sagemaker-mlops.github.io/sagemaker-model-building-pipeline-definition-JSON-schema/
 */
export function parseDefinition(text: string): Definition {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid('Invalid Json.');
  }
  const root = object(json);
  if (root['Version'] !== '2020-12-01') throw invalid(`Unsupported version '${String(root['Version'])}', expected '2020-12-01'.`);
  const parameters = list(root['Parameters']).map(parameter);
  const steps = list(root['Steps']).map(checkedStep);
  if (steps.length === 0) throw invalid('The pipeline must have at least one step.');
  checkReferences(placedSteps(steps), new Set(parameters.map(({ Name }) => Name)));
  return { Version: '2020-12-01', Parameters: parameters, Steps: steps };
}

function parameter(value: unknown): ParameterDefinition {
  const { Name, Type, DefaultValue, EnumValues } = object(value);
  if (typeof Name !== 'string' || !/^[A-Za-z0-9\-_]{1,256}$/.test(Name)) throw invalid(`Invalid parameter name '${String(Name)}'.`);
  if (Type !== 'String' && Type !== 'Integer' && Type !== 'Float' && Type !== 'Boolean')
    throw invalid(`Parameter '${Name}' has the unknown type '${String(Type)}'.`);
  return {
    Name,
    Type,
    ...(DefaultValue === undefined || DefaultValue === null ? {} : { DefaultValue }),
    ...(EnumValues === undefined ? {} : { EnumValues: list(EnumValues) as string[] }),
  };
}

function checkedStep(value: unknown): Step {
  const given = object(value);
  const { Name, Type } = given;
  if (typeof Name !== 'string' || !/^[A-Za-z0-9\-_]{1,64}$/.test(Name)) throw invalid(`Invalid step name '${String(Name)}'.`);
  if (typeof Type !== 'string') throw invalid(`Step '${Name}' has no Type.`);
  if (!Object.hasOwn(STEP_OPERATIONS, Type))
    throw new AwsError('OperationNotEmulated', `The local environment does not run steps of type ${Type}: step ${Name}.`);
  for (const field of Object.keys(given)) if (!STEP_FIELDS.has(field)) throw invalid(`Unknown Step member '${field}'.`);
  const step = { ...given, Arguments: object(given['Arguments']) } as unknown as Step;
  for (const part of ['DependsOn', 'RetryPolicies', 'PropertyFiles'] as const) list(given[part]);
  if (step.CacheConfig?.Enabled === true && durationSeconds(step.CacheConfig.ExpireAfter) === undefined)
    throw invalid(`Step '${Name}': ExpireAfter '${String(step.CacheConfig.ExpireAfter)}' is no ISO 8601 duration.`);
  checkArguments(step);
  return step;
}

function checkArguments(step: Step): void {
  const operation = STEP_OPERATIONS[step.Type];
  if (operation !== undefined) {
    const model = serviceModel('sagemaker');
    checkShape(model.operations[operation]?.input?.shape ?? '', step.Arguments);
    return;
  }
  const known = step.Type === 'Condition' ? ['Conditions', 'IfSteps', 'ElseSteps'] : ['ErrorMessage'];
  for (const field of Object.keys(step.Arguments)) if (!known.includes(field)) throw invalid(`Unknown Argument member '${field}'.`);
  if (step.Type !== 'Condition') return;
  if (list(step.Arguments['Conditions']).length === 0) throw invalid(`Step '${step.Name}' has no conditions.`);
  for (const branch of ['IfSteps', 'ElseSteps']) list(step.Arguments[branch]).map(checkedStep);
}

/** Arguments are requests of the service model in which any value may be an expression. */
function checkShape(shapeName: string, value: unknown): void {
  if (value === undefined || value === null || expressionOf(value) !== undefined) return;
  const shape = shapeOf(serviceModel('sagemaker'), { shape: shapeName });
  if (shape.type === 'structure') {
    for (const [name, inner] of Object.entries(object(value))) {
      const member = shape.members?.[name];
      if (member === undefined) throw invalid(`Unknown Argument member '${name}'.`);
      checkShape(member.shape, inner);
    }
  } else if (shape.type === 'list') for (const item of list(value)) checkShape(shape.member?.shape ?? '', item);
  else if (shape.type === 'map') for (const item of Object.values(object(value))) checkShape(shape.value?.shape ?? '', item);
}

function checkReferences(steps: readonly PlacedStep[], parameters: ReadonlySet<string>): void {
  const names = steps.map(({ step }) => step.Name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw invalid(`Duplicate step name '${repeated}'.`);
  for (const { step, needs } of steps) {
    const missing = needs.find((name) => !names.includes(name));
    if (missing !== undefined) throw invalid(`Step '${step.Name}' depends on step '${missing}', which the pipeline does not have.`);
    const references = referencesIn(omit(step.Arguments, 'IfSteps', 'ElseSteps'));
    for (const name of references.parameters) {
      if (!parameters.has(name)) throw invalid(`Step '${step.Name}' refers to the undefined parameter '${name}'.`);
    }
    for (const name of references.execution) if (!checkExecutionVariable(name)) throw invalid(`Unknown execution variable '${name}'.`);
  }
  const settled = new Set<string>();
  for (let left = [...steps]; left.length > 0;) {
    const free = left.filter(({ needs }) => needs.every((name) => settled.has(name)));
    if (free.length === 0) throw invalid(`The steps [${left.map(({ step }) => step.Name).join(', ')}] depend on each other.`);
    for (const { step } of free) settled.add(step.Name);
    left = left.filter(({ step }) => !settled.has(step.Name));
  }
}

import * as z from 'zod/mini';
import { MOST_PIPELINE_CHARACTERS, PIPELINE_STEPS, REFUSED_PIPELINE_STEPS, SealabError } from '../contract/index.ts';
import { argumentProblem } from './arguments.ts';
import { allSteps, branches, ExpressionForm, isExpression, PipelineDefinitionForm } from './definition.ts';
import type { Parameter, PipelineDefinition, Step } from './definition.ts';

const EXECUTION = new Set([
  'PipelineArn',
  'PipelineExecutionArn',
  'PipelineExecutionId',
  'PipelineName',
  'StartDateTime',
  'CurrentDateTime',
  'TrainingJobName',
  'ProcessingJobName',
]);

/** An error that names the step and the path in it. */
function invalid(step: string | undefined, path: string, message: string, remedy?: string): SealabError {
  const where = step === undefined ? path : `step ${JSON.stringify(step)}${path === '' ? '' : `: ${path}`}`;
  return new SealabError('InvalidInput', `Pipeline definition, ${where === '' ? 'as a whole' : where}: ${message}.`, {
    ...(remedy === undefined ? {} : { remedy }),
    details: { step, path },
  });
}

/**
 * Reads a pipeline definition: its form, its step types, and that every name in it refers to something.
 *
 * @throws SealabError `InvalidInput` naming the step and the path, `OperationNotCovered` for a type of step that the environment refuses.
 */
export function parseDefinition(given: unknown): PipelineDefinition {
  const value = typeof given === 'string' ? fromText(given) : given;
  refuseSteps((value as { Steps?: unknown } | null)?.Steps);
  const { success, error } = z.safeParse(PipelineDefinitionForm, value);
  if (!success) throw fromForm(error, value);
  const definition = value as PipelineDefinition;
  checkNames(definition);
  return definition;
}

function fromText(text: string): unknown {
  if (text.length > MOST_PIPELINE_CHARACTERS)
    throw invalid(undefined, '', `it has ${text.length} characters, SageMaker takes ${MOST_PIPELINE_CHARACTERS}`, 'Split the pipeline.');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(undefined, '', `it is not JSON: ${(error as Error).message}`);
  }
}

/** Types are told apart before anything else is looked at, so that a refused one is refused with its reason. */
function refuseSteps(given: unknown): void {
  for (const step of Array.isArray(given) ? (given as unknown[]) : []) {
    const { Name, Type, Arguments } = (step ?? {}) as { Name?: unknown; Type?: unknown; Arguments?: Record<string, unknown> };
    if (typeof Type === 'string' && !Object.hasOwn(PIPELINE_STEPS, Type)) {
      const because = Object.hasOwn(REFUSED_PIPELINE_STEPS, Type) ? REFUSED_PIPELINE_STEPS[Type] : undefined;
      throw new SealabError(
        'OperationNotCovered',
        because === undefined
          ? `Step ${JSON.stringify(Name)}: the type ${JSON.stringify(Type)} is not covered by the contract.`
          : `Step ${JSON.stringify(Name)}: the type ${Type} is refused in this environment. ${because}`,
        {
          remedy: `Use one of ${Object.keys(PIPELINE_STEPS).join(', ')}.`,
          details: { step: Name, type: Type, because, covered: Object.keys(PIPELINE_STEPS) },
        },
      );
    }
    if (Type === 'Condition') for (const branch of ['IfSteps', 'ElseSteps']) refuseSteps(Arguments?.[branch]);
  }
}

type Issue = z.core.$ZodIssue;

/** Of a union, the branch that got furthest says what is wrong. */
function furthest(issue: Issue, at: readonly PropertyKey[] = []): { path: PropertyKey[]; message: string } {
  const path = [...at, ...issue.path];
  if (issue.code !== 'invalid_union') return { path, message: issue.message.replace(/\.$/, '') };
  const below = issue.errors.flatMap((issues) => issues.slice(0, 1).map((one) => furthest(one, path)));
  const deepest = below.sort((a, b) => b.path.length - a.path.length)[0];
  return deepest !== undefined && deepest.path.length > path.length ? deepest : { path, message: issue.message.replace(/\.$/, '') };
}

function fromForm(error: z.core.$ZodError, value: unknown): SealabError {
  const [first] = error.issues;
  const { path, message } = first === undefined ? { path: [], message: 'it has another form' } : furthest(first);
  let step: string | undefined;
  let rest: PropertyKey[] = [...path];
  let object: unknown = value;
  // The last `Steps[n]`, `IfSteps[n]` or `ElseSteps[n]` on the way is the step that is meant.
  for (const [index, key] of path.entries()) {
    object = (object as Record<PropertyKey, unknown> | undefined)?.[key];
    if (typeof key === 'number' && /^(If|Else)?Steps$/.test(String(path[index - 1]))) {
      step = ((object as { Name?: unknown } | undefined)?.Name as string | undefined) ?? `number ${key + 1}`;
      rest = path.slice(index + 1);
    }
  }
  return invalid(step, written(rest), message);
}

const written = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`),
    '',
  );

/** Every expression in a value, with the path to it. */
export function expressionsIn(value: unknown, path = ''): { readonly path: string; readonly value: unknown }[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = isExpression(value) ? [{ path, value }] : [];
  const below = Array.isArray(value)
    ? value.flatMap((item, index) => expressionsIn(item, `${path}[${index}]`))
    : Object.entries(value).flatMap(([key, item]) => expressionsIn(item, path === '' ? key : `${path}.${key}`));
  return [...own, ...below];
}

function checkNames({ Parameters = [], Steps, PipelineExperimentConfig }: PipelineDefinition): void {
  const parameters = new Map<string, Parameter>();
  for (const one of Parameters) {
    const path = `Parameters.${one.Name}`;
    if (parameters.has(one.Name)) throw invalid(undefined, path, 'two parameters have this name');
    parameters.set(one.Name, one);
    if (one.DefaultValue !== undefined && one.EnumValues !== undefined && !one.EnumValues.includes(one.DefaultValue))
      throw invalid(undefined, path, `its default ${JSON.stringify(one.DefaultValue)} is none of its EnumValues`);
  }
  const steps = new Map<string, Step>();
  for (const one of allSteps(Steps)) {
    if (steps.has(one.Name)) throw invalid(one.Name, '', 'two steps have this name');
    steps.set(one.Name, one);
  }
  expressionsIn(PipelineExperimentConfig).forEach(({ path, value }) =>
    checkReference(undefined, `PipelineExperimentConfig.${path}`, value, parameters, steps),
  );
  const before = new Map<string, Set<string>>();
  const follow = (list: readonly Step[], condition: string | undefined): void => {
    for (const one of list) {
      const needs = new Set(one.DependsOn ?? []);
      if (condition !== undefined) needs.add(condition);
      for (const name of one.DependsOn ?? [])
        if (!steps.has(name)) throw invalid(one.Name, 'DependsOn', `there is no step ${JSON.stringify(name)}`);
      const problem = argumentProblem(one.Type, one.Arguments);
      if (problem !== undefined) throw invalid(one.Name, `Arguments.${problem.path}`, problem.message);
      checkPropertyFiles(one);
      const own = one.Type === 'Condition' ? one.Arguments['Conditions'] : one.Arguments;
      for (const { path, value } of expressionsIn(own, one.Type === 'Condition' ? 'Arguments.Conditions' : 'Arguments')) {
        const form = z.safeParse(ExpressionForm, value);
        if (!form.success) throw invalid(one.Name, path, `${JSON.stringify(value)} is no reference, Std:Join or Std:JsonGet`);
        const needed = checkReference(one.Name, path, value, parameters, steps);
        if (needed !== undefined) needs.add(needed);
      }
      before.set(one.Name, needs);
      for (const branch of branches(one)) follow(branch.steps, one.Name);
    }
  };
  follow(Steps, undefined);
  refuseCircles(before);
}

function checkPropertyFiles({ Name, Arguments, PropertyFiles = [] }: Step): void {
  if (PropertyFiles.length === 0) return;
  const given = (Arguments['ProcessingOutputConfig'] as { Outputs?: unknown } | undefined)?.Outputs;
  const outputs = (Array.isArray(given) ? (given as { OutputName?: unknown }[]) : []).map(({ OutputName }) => OutputName);
  for (const [index, { OutputName }] of PropertyFiles.entries())
    if (!outputs.includes(OutputName))
      throw invalid(Name, `PropertyFiles[${index}].OutputName`, `the step has no output ${JSON.stringify(OutputName)}`);
}

/** Checks what a `Get` names; the step that it waits for, where it names one. */
function checkReference(
  step: string | undefined,
  path: string,
  value: unknown,
  parameters: ReadonlyMap<string, Parameter>,
  steps: ReadonlyMap<string, Step>,
): string | undefined {
  const text = (value as { Get?: unknown }).Get;
  if (typeof text !== 'string') return undefined;
  const [kind = '', name = '', ...rest] = text.split('.');
  if (kind === 'Parameters' && (rest.length > 0 || !parameters.has(name)))
    throw invalid(step, path, `there is no parameter ${JSON.stringify([name, ...rest].join('.'))}`);
  if (kind === 'Execution' && !EXECUTION.has(name)) throw invalid(step, path, `there is no execution variable ${JSON.stringify(name)}`);
  if (kind !== 'Steps') return undefined;
  const target = steps.get(name);
  if (target === undefined) throw invalid(step, path, `there is no step ${JSON.stringify(name)}`);
  if (rest.length === 0) throw invalid(step, path, `${text} names a step and none of its properties`);
  if (rest[0] === 'PropertyFiles' && !(target.PropertyFiles ?? []).some(({ PropertyFileName }) => PropertyFileName === rest[1]))
    throw invalid(step, path, `the step ${JSON.stringify(name)} has no property file ${JSON.stringify(rest[1])}`);
  return name;
}

function refuseCircles(before: ReadonlyMap<string, ReadonlySet<string>>): void {
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): void => {
    if (done.has(name)) return;
    if (way.includes(name)) throw invalid(name, 'DependsOn', `it waits for itself: ${[...way.slice(way.indexOf(name)), name].join(' → ')}`);
    for (const needed of before.get(name) ?? []) visit(needed, [...way, name]);
    done.add(name);
  };
  for (const name of before.keys()) visit(name, []);
}

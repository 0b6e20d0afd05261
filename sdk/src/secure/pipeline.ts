import { CONTROLS, PIPELINE_STEPS, placesAt, SealabError, STEP_OUTPUTS } from '../contract/index.ts';
import type { Control, EnvironmentDescription, OperationName } from '../contract/index.ts';
import { isExpression } from '../pipelines/definition.ts';
import type { Parameter, PipelineDefinition, Step } from '../pipelines/definition.ts';
import { parseDefinition } from '../pipelines/parse.ts';
import type { FilledField } from './api.ts';
import { fillSecureFields } from './fill.ts';
import type { Filled, Resolve } from './fill.ts';

/** A definition with the security values in every step, and where each comes from. */
export interface SecuredDefinition {
  readonly definition: PipelineDefinition;
  readonly fields: readonly FilledField[];
}

/**
 * Writes the environment's security values into the arguments of every step, those in branches too. A reference may stand
 * in a secure field only where all that it can stand for is allowed: a parameter with `EnumValues`, a location that begins with the project's bucket, the output of another step.
 *
 * @throws SealabError `SecureFieldConflict` naming step and field; `InvalidInput`, `OperationNotCovered` as `parseDefinition` does.
 */
export function secureDefinition(given: unknown, environment: EnvironmentDescription): SecuredDefinition {
  const definition = parseDefinition(given);
  const fields: FilledField[] = [];
  const resolve = resolver(definition.Parameters ?? []);
  const secured = (step: Step): Step => {
    if (step.Type === 'Condition') {
      const branch = (name: 'IfSteps' | 'ElseSteps') => {
        const steps = step.Arguments[name] as readonly Step[] | undefined;
        return steps === undefined ? {} : { [name]: steps.map(secured) };
      };
      return { ...step, Arguments: { ...step.Arguments, ...branch('IfSteps'), ...branch('ElseSteps') } };
    }
    const operation = PIPELINE_STEPS[step.Type];
    if (operation === null) return step;
    const filled = fillStep(step, operation, environment, resolve);
    fields.push(...filled.fields.map((field) => ({ ...field, location: `Steps[${step.Name}].Arguments.${field.location}` })));
    return { ...step, Arguments: filled.input as Step['Arguments'] };
  };
  return { definition: { ...definition, Steps: definition.Steps.map(secured) }, fields };
}

/**
 * A request that makes or changes a pipeline, secured outside and inside its definition.
 *
 * @throws SealabError as `secureDefinition` does; `SecureFieldConflict` for a definition in S3, which cannot be looked into.
 */
export function securePipelineRequest(operation: string, input: object, environment: EnvironmentDescription): Filled<object> {
  const { PipelineDefinition: text, PipelineDefinitionS3Location: location } = input as {
    PipelineDefinition?: string;
    PipelineDefinitionS3Location?: unknown;
  };
  if (location !== undefined && location !== null) {
    throw new SealabError(
      'SecureFieldConflict',
      'PipelineDefinitionS3Location: what stands in the object can change and cannot be held to the contract.',
      {
        remedy: 'Give the definition itself, in PipelineDefinition (up to 1,048,576 characters).',
        details: { field: 'PipelineDefinitionS3Location', given: location, control: `${operation}.DefinitionBucket` },
      },
    );
  }
  const outside = fillSecureFields(operation, input, environment);
  if (text === undefined) return outside;
  const { definition, fields } = secureDefinition(text, environment);
  return { input: { ...outside.input, PipelineDefinition: JSON.stringify(definition) }, fields: [...outside.fields, ...fields] };
}

function fillStep(
  { Name, Arguments }: Step,
  operation: OperationName,
  environment: EnvironmentDescription,
  resolve: Resolve,
): Filled<object> {
  try {
    refuseCovered(operation, Arguments);
    return fillSecureFields<object>(operation, Arguments, environment, resolve);
  } catch (error) {
    if (!(error instanceof SealabError)) throw error;
    const parameter = isExpression(error.details['given']);
    throw new SealabError(error.code, `Step ${JSON.stringify(Name)}: ${error.message}`, {
      remedy: parameter
        ? 'What is known later cannot be checked now: write the value, or give a parameter `EnumValues` of allowed values alone; a location may be a Std:Join that begins with the project’s bucket.'
        : (error.remedy ?? ''),
      details: { ...error.details, step: Name },
      cause: error,
    });
  }
}

/** A reference in the place of an object or a list would hide the secure fields in it. */
function refuseCovered(operation: OperationName, request: Step['Arguments']): void {
  const paths = new Set(['Tags', ...CONTROLS[operation].flatMap(({ path }: Control) => enclosing(path))]);
  for (const path of paths) {
    const covered = placesAt(request, path).find(({ value }) => isExpression(value));
    if (covered !== undefined) {
      throw new SealabError(
        'SecureFieldConflict',
        `${covered.location}: ${JSON.stringify(covered.value)} was given, and hides fields that have to be checked.`,
        {
          details: { field: covered.location, given: covered.value },
        },
      );
    }
  }
}

/** The objects and lists around a field: `A.B[].C` is in `A`, `A.B` and each `A.B[]`. */
function enclosing(path: string): string[] {
  const parts = path.split('.').slice(0, -1);
  return parts.flatMap((part, index) => {
    const here = [...parts.slice(0, index), part].join('.');
    return part.endsWith('[]') ? [here.slice(0, -2), here] : [here];
  });
}

function resolver(parameters: readonly Parameter[]): Resolve {
  const byName = new Map(parameters.map((parameter) => [parameter.Name, parameter]));
  return (value, control) => {
    if (!isExpression(value)) return undefined;
    if ('Get' in value) {
      const [, name] = /^Parameters\.([^.]+)$/.exec(value.Get) ?? [];
      const parameter = name === undefined ? undefined : byName.get(name);
      if (parameter?.EnumValues !== undefined) return parameter.EnumValues;
      if (parameter?.Type === 'Boolean') return [true, false];
      return control.match === 'in-bucket' && STEP_OUTPUTS.test(value.Get) ? [] : [value];
    }
    if (control.match !== 'in-bucket' || !('Std:Join' in value)) return [value];
    return belowOutput(value['Std:Join']) ? [] : [beginning(value['Std:Join'])];
  };
}

/** Whether a joined text names something below what another step writes to. */
function belowOutput({ On = '', Values: [first] }: { readonly On?: string | undefined; readonly Values: readonly unknown[] }): boolean {
  return On.startsWith('/') && isExpression(first) && 'Get' in first && STEP_OUTPUTS.test(first.Get);
}

/** What a joined text begins with for certain. */
function beginning({ On = '', Values }: { readonly On?: string | undefined; readonly Values: readonly unknown[] }): string {
  const later = Values.findIndex((value) => isExpression(value));
  const known = (later === -1 ? Values : Values.slice(0, later)).join(On);
  // Without a slash the bucket's name could go on.
  const text = later === -1 ? known : `${known}${known === '' ? '' : On}`;
  return later === -1 || /^s3:\/\/[^/]+\//.test(text) ? text : '';
}

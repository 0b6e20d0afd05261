import { DeployError } from './errors.ts';
import type { Template, TemplateParameter } from './template.ts';

const LISTS = /^(CommaDelimitedList|List<.+>|AWS::SSM::Parameter::Value<(List<.+>|CommaDelimitedList)>)$/;
const SSM_VALUE = /^AWS::SSM::Parameter::Value<.+>$/;

export const isSsmLookup = (parameter: TemplateParameter): boolean => SSM_VALUE.test(parameter.Type);

/** Why a value is refused by a parameter's constraints, in AWS's words; `undefined` when it is fine. */
export function parameterProblem(name: string, parameter: TemplateParameter, value: string): string | undefined {
  const wording = (constraint: string): string =>
    parameter.ConstraintDescription === undefined
      ? `Parameter '${name}' must ${constraint}`
      : `Parameter ${name} failed to satisfy constraint: ${parameter.ConstraintDescription}`;
  for (const item of LISTS.test(parameter.Type) ? value.split(',').map((part) => part.trim()) : [value]) {
    if (parameter.AllowedValues !== undefined && !parameter.AllowedValues.some((allowed) => String(allowed) === item))
      return wording(`be one of AllowedValues`);
    if (parameter.AllowedPattern !== undefined && !new RegExp(`^(?:${parameter.AllowedPattern})$`, 'u').test(item))
      return wording(`match pattern ${parameter.AllowedPattern}`);
  }
  if (parameter.MinLength !== undefined && value.length < parameter.MinLength)
    return wording(`contain at least ${parameter.MinLength} characters`);
  if (parameter.MaxLength !== undefined && value.length > parameter.MaxLength)
    return wording(`contain at most ${parameter.MaxLength} characters`);
  if (parameter.Type === 'Number') {
    const number = Number(value);
    if (value.trim() === '' || Number.isNaN(number)) return `Parameter '${name}' must be a number.`;
    if (parameter.MinValue !== undefined && number < parameter.MinValue) return wording(`be a number not less than ${parameter.MinValue}`);
    if (parameter.MaxValue !== undefined && number > parameter.MaxValue)
      return wording(`be a number not greater than ${parameter.MaxValue}`);
  }
  return undefined;
}

/** Values of all parameters of a template: given, else default; `lookUp` reads the SSM parameter that a value names. */
export async function parameterValues(
  stack: string,
  template: Template,
  given: Readonly<Record<string, string>>,
  ignored: ReadonlySet<string>,
  lookUp: (name: string) => Promise<string>,
): Promise<Record<string, string | readonly string[]>> {
  for (const name of Object.keys(given))
    if (!Object.hasOwn(template.Parameters, name))
      throw new DeployError('ParameterInvalid', { stack }, `the template has no parameter ${name}`);
  const result: Record<string, string | readonly string[]> = {};
  for (const [name, parameter] of Object.entries(template.Parameters)) {
    if (ignored.has(name)) continue;
    const raw = given[name] ?? parameter.Default;
    if (raw === undefined)
      throw new DeployError('ParameterInvalid', { stack, path: `Parameters.${name}` }, `Parameters: [${name}] must have values`);
    const problem = parameterProblem(name, parameter, String(raw));
    if (problem !== undefined) throw new DeployError('ParameterInvalid', { stack, path: `Parameters.${name}` }, problem);
    const value = isSsmLookup(parameter) ? await lookUp(String(raw)) : String(raw);
    result[name] = LISTS.test(parameter.Type) ? (value === '' ? [] : value.split(',').map((item) => item.trim())) : value;
  }
  return result;
}

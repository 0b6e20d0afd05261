import { AwsError } from '../../../call.ts';
import type { Definition, ParameterDefinition } from './definition.ts';

export type ParameterValues = Readonly<Record<string, string | number | boolean>>;

const refused = (message: string): AwsError => new AwsError('ValidationException', message);

function typed({ Name, Type, EnumValues }: ParameterDefinition, value: unknown): string | number | boolean {
  const text = String(value);
  const wrong = (): AwsError => refused(`Invalid value '${text}' for parameter '${Name}': expected type ${Type}.`);
  switch (Type) {
    case 'Integer':
      if (!/^[+-]?\d+$/.test(text)) throw wrong();
      return Number(text);
    case 'Float':
      if (text.trim() === '' || Number.isNaN(Number(text))) throw wrong();
      return Number(text);
    case 'Boolean':
      if (!/^(true|false)$/i.test(text)) throw wrong();
      return text.toLowerCase() === 'true';
    case 'String':
      if (EnumValues !== undefined && !EnumValues.includes(text))
        throw refused(`Invalid value '${text}' for parameter '${Name}': expected one of [${EnumValues.join(', ')}].`);
      return text;
  }
}

/** Values of an execution's parameters: those given, and the defaults for the others, in their types. */
export function parameterValues(definition: Definition, given: readonly { Name: string; Value: string }[]): ParameterValues {
  const unknown = given.filter(({ Name }) => !definition.Parameters.some((one) => one.Name === Name)).map(({ Name }) => Name);
  if (unknown.length > 0) throw refused(`Parameters [${unknown.join(', ')}] are not defined in the pipeline definition.`);
  const empty = given.find(({ Value }) => Value === '');
  if (empty !== undefined) throw refused('[string "" is too short (length: 0, required minimum: 1)]');
  const values = definition.Parameters.map((parameter) => {
    const value: unknown = given.find(({ Name }) => Name === parameter.Name)?.Value ?? parameter.DefaultValue;
    return [parameter, value] as const;
  });
  const missing = values.filter(([, value]) => value === undefined).map(([{ Name }]) => Name);
  if (missing.length > 0) throw refused(`Parameters [${missing.join(', ')}] have no default value: a value must be given.`);
  return Object.fromEntries(values.map(([parameter, value]) => [parameter.Name, typed(parameter, value)]));
}

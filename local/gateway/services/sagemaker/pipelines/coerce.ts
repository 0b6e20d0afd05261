import { serviceModel, shapeOf } from '../../../protocol/models.ts';

/** A parameter may be a number where the request wants text, and the other way round: a resolved request in the types of its shape. */
export function inTypesOf(shapeName: string, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  const shape = shapeOf(serviceModel('sagemaker'), { shape: shapeName });
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(value as Record<string, unknown>).flatMap(([name, inner]) => {
          const member = shape.members?.[name];
          const converted = member === undefined ? inner : inTypesOf(member.shape, inner);
          return converted === undefined ? [] : [[name, converted]];
        }),
      );
    case 'list':
      return Array.isArray(value) ? value.map((item) => inTypesOf(shape.member?.shape ?? '', item)) : value;
    case 'map':
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inTypesOf(shape.value?.shape ?? '', item)]));
    case 'string':
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)) ? Number(value) : value;
    case 'boolean':
      return value === 'true' ? true : value === 'false' ? false : value;
    default:
      return value;
  }
}

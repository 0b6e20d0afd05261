import { AwsError } from '../../call.ts';
import type { Request } from './records.ts';

interface Filter {
  readonly Name: string;
  readonly Operator?: string;
  readonly Value?: string;
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SearchExpression.html */
export interface Expression {
  readonly Filters?: readonly Filter[];
  readonly NestedFilters?: readonly { readonly NestedPropertyName: string; readonly Filters: readonly Filter[] }[];
  readonly SubExpressions?: readonly Expression[];
  readonly Operator?: 'And' | 'Or';
}

/** Lists that a search reads as maps, by the property that a search knows them as. */
const AS_MAPS: Readonly<Record<string, readonly [from: string, key: string, value: string]>> = {
  Tags: ['Tags', 'Key', 'Value'],
  Metrics: ['FinalMetricDataList', 'MetricName', 'Value'],
};

function member(value: unknown, name: string): unknown {
  const object = value as Record<string, unknown>;
  const [from, key, inner] = AS_MAPS[name] ?? [];
  if (from !== undefined && Array.isArray(object[from])) {
    return Object.fromEntries((object[from] as Record<string, unknown>[]).map((one) => [one[key ?? ''], one[inner ?? '']]));
  }
  // The metrics of a trial component: `Metrics.auc.Last`.
  if (name === 'Metrics' && Array.isArray(object['Metrics']))
    return Object.fromEntries((object['Metrics'] as Record<string, unknown>[]).map((one) => [one['MetricName'], one]));
  return object[name];
}

/** Every value at a dotted path; lists on the way are gone through. Keys of maps may have dots themselves. */
function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  if (path.length === 0) return [value];
  if (typeof value !== 'object') return [];
  const whole = (value as Record<string, unknown>)[path.join('.')];
  if (whole !== undefined && path.length > 1) return valuesAt(whole, []);
  const [first = '', ...rest] = path;
  return valuesAt(member(value, first), rest);
}

/** Parameters of trial components say which type they have. */
const scalar = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  const { NumberValue, StringValue, Value } = value as Record<string, unknown>;
  return NumberValue ?? StringValue ?? Value;
};

const scalarsAt = (record: unknown, name: string): (string | number)[] =>
  valuesAt(record, name.split('.'))
    .map(scalar)
    .filter((value) => value !== undefined)
    .map((value) => (typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value)));

/** What a record is sorted by. */
export const propertyOf = (record: Request, name: string): string | number | undefined => scalarsAt(record, name)[0];

/** Times are seconds in records and ISO texts in filters. */
function comparable(value: string | number, wanted: string): readonly [number, number] | readonly [string, string] {
  const number = Number(wanted);
  if (wanted.trim() !== '' && !Number.isNaN(number) && !Number.isNaN(Number(value))) return [Number(value), number];
  if (typeof value === 'number' && !Number.isNaN(Date.parse(wanted))) return [value, Date.parse(wanted) / 1000];
  return [String(value), wanted];
}

function satisfied(record: unknown, { Name, Operator = 'Equals', Value }: Filter): boolean {
  const values = scalarsAt(record, Name);
  if (Operator === 'Exists' || Operator === 'NotExists') {
    if (Value !== undefined) throw new AwsError('ValidationException', `Operator ${Operator} of filter ${Name} takes no value.`);
    return valuesAt(record, Name.split('.')).length > 0 === (Operator === 'Exists');
  }
  if (Value === undefined) throw new AwsError('ValidationException', `Filter ${Name} needs a value for its operator ${Operator}.`);
  const order = (value: string | number): number => {
    const [left, right] = comparable(value, Value);
    return left === right ? 0 : left < right ? -1 : 1;
  };
  switch (Operator) {
    case 'Equals':
      return values.some((value) => order(value) === 0);
    case 'NotEquals':
      return values.every((value) => order(value) !== 0);
    case 'GreaterThan':
      return values.some((value) => order(value) > 0);
    case 'GreaterThanOrEqualTo':
      return values.some((value) => order(value) >= 0);
    case 'LessThan':
      return values.some((value) => order(value) < 0);
    case 'LessThanOrEqualTo':
      return values.some((value) => order(value) <= 0);
    case 'Contains':
      return values.some((value) => String(value).includes(Value));
    case 'In':
      return Value.split(',').some((one) => values.some((value) => String(value) === one.trim()));
    default:
      throw new AwsError('ValidationException', `Unknown operator ${Operator} in filter ${Name}.`);
  }
}

export function matches(record: Request, { Filters = [], NestedFilters = [], SubExpressions = [], Operator = 'And' }: Expression): boolean {
  const nested = (property: string, filters: readonly Filter[]): boolean => {
    const prefix = `${property}.`;
    // All filters hold for the same element of the list.
    const list = member(record, property);
    return (Array.isArray(list) ? list : [list]).some((item) =>
      filters.every((filter) =>
        satisfied(item, { ...filter, Name: filter.Name.startsWith(prefix) ? filter.Name.slice(prefix.length) : filter.Name }),
      ),
    );
  };
  const results = [
    ...Filters.map((filter) => satisfied(record, filter)),
    ...NestedFilters.map((one) => nested(one.NestedPropertyName, one.Filters)),
    ...SubExpressions.map((one) => matches(record, one)),
  ];
  return Operator === 'Or' ? results.length === 0 || results.some(Boolean) : results.every(Boolean);
}

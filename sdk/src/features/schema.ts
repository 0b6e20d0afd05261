import { SealabError } from '../contract/index.ts';
import type { Cell } from '../inputs/api.ts';
import type { FeatureGroupOptions, FeatureRow, FeatureType } from './api.ts';

const NAME = /^[a-zA-Z0-9]([-_]*[a-zA-Z0-9]){0,63}$/;
/** Names that SageMaker itself adds to records. */
const RESERVED = new Set(['is_deleted', 'write_time', 'api_invocation_time']);
/** What the event time may look like. */
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/;

const invalid = (field: string, problem: string, remedy?: string) =>
  new SealabError('InvalidInput', `${field}: ${problem}.`, { ...(remedy === undefined ? {} : { remedy }), details: { field } });

export function checkedGroupName(name: string): string {
  if (NAME.test(name)) return name;
  throw invalid(
    'name',
    `${JSON.stringify(name)} is not a name for a feature group`,
    'Use 1 to 64 letters, digits, hyphens and underscores.',
  );
}

export const isMissing = (cell: Cell): cell is null | undefined => cell === null || cell === undefined;

function typeOf(cells: readonly Cell[]): FeatureType | undefined {
  const given = cells.filter((cell) => !isMissing(cell));
  if (given.length === 0) return undefined;
  const whole = (cell: Cell) =>
    typeof cell === 'bigint' || typeof cell === 'boolean' || (typeof cell === 'number' && Number.isInteger(cell));
  if (given.every(whole)) return 'Integral';
  return given.every((cell) => whole(cell) || typeof cell === 'number') ? 'Fractional' : 'String';
}

/** Features with their types: the given ones, or as the rows show them. Throws `InvalidInput`. */
export function schemaOf(options: FeatureGroupOptions, eventTime: string): Map<string, FeatureType> {
  const { schema, rows, recordIdentifier } = options;
  if ((schema === undefined) === (rows === undefined)) throw invalid('schema', 'either the schema or rows that show it have to be given');
  const types = new Map(Object.entries(schema ?? {}));
  for (const name of new Set((rows ?? []).flatMap((row) => Object.keys(row)))) {
    const type = typeOf((rows ?? []).map((row) => row[name]));
    if (type === undefined) throw invalid(`rows.${name}`, 'no row has a value, so its type is not known', 'Give the schema instead.');
    types.set(name, type);
  }
  // SageMaker takes text and fractional numbers for the time.
  const time = types.get(eventTime);
  types.set(eventTime, time === undefined ? 'String' : time === 'Integral' ? 'Fractional' : time);
  if (!types.has(recordIdentifier)) throw invalid('recordIdentifier', `there is no feature ${JSON.stringify(recordIdentifier)}`);
  if (types.size > 2_500) throw invalid('schema', `${types.size} features; SageMaker takes 2,500`);
  for (const [name, type] of types) {
    if (!NAME.test(name))
      throw invalid(`schema.${name}`, 'is not a name for a feature', 'Use 1 to 64 letters, digits, hyphens and underscores.');
    if (RESERVED.has(name)) throw invalid(`schema.${name}`, 'SageMaker uses this name itself');
    if (!['Integral', 'Fractional', 'String'].includes(type)) throw invalid(`schema.${name}`, `${JSON.stringify(type)} is no type`);
  }
  return types;
}

interface Written {
  readonly FeatureName: string;
  readonly ValueAsString: string;
}

/** A row as SageMaker takes it. Throws `InvalidInput` naming row and feature. */
export function recordOf(
  row: FeatureRow,
  index: number,
  types: ReadonlyMap<string, FeatureType>,
  identifier: string,
  eventTime: string,
  now: string,
): Written[] {
  const at = (name: string) => `rows[${index}].${name}`;
  for (const name of Object.keys(row))
    if (!types.has(name)) throw invalid(at(name), `the group has no such feature`, `It has ${[...types.keys()].join(', ')}.`);
  if (isMissing(row[identifier])) throw invalid(at(identifier), 'the record identifier is missing');
  const timed = isMissing(row[eventTime])
    ? { ...row, [eventTime]: types.get(eventTime) === 'Fractional' ? Date.parse(now) / 1000 : now }
    : row;
  return Object.entries(timed).flatMap(([FeatureName, cell]) => {
    if (isMissing(cell)) return [];
    const type = types.get(FeatureName) ?? 'String';
    return [{ FeatureName, ValueAsString: text(cell, type, at(FeatureName), FeatureName === eventTime) }];
  });
}

function text(cell: NonNullable<Cell>, type: FeatureType, field: string, isTime: boolean): string {
  if (cell instanceof Date) {
    if (type === 'Integral') throw invalid(field, 'a date does not fit the type Integral');
    return type === 'Fractional' ? String(cell.getTime() / 1000) : cell.toISOString();
  }
  const value = typeof cell === 'boolean' && type !== 'String' ? String(Number(cell)) : String(cell);
  if (type === 'Integral' && !/^-?\d+$/.test(value)) throw invalid(field, `${JSON.stringify(value)} does not fit the type Integral`);
  if (type === 'Fractional' && (value.trim() === '' || !Number.isFinite(Number(value))))
    throw invalid(field, `${JSON.stringify(value)} does not fit the type Fractional`);
  if (isTime && type === 'String' && !ISO.test(value))
    throw invalid(field, `${JSON.stringify(value)} is not an event time`, 'Write it as a Date, or as 2026-01-31T12:00:00Z.');
  return value;
}

/** A stored value as it was; whole numbers that JavaScript cannot hold stay text. */
export function valueOf(stored: string, type: FeatureType | undefined): string | number {
  if (type === 'Fractional') return Number(stored);
  return type === 'Integral' && Number.isSafeInteger(Number(stored)) ? Number(stored) : stored;
}

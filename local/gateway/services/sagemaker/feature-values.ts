import { AwsError } from '../../call.ts';
import type { Request } from './records.ts';

export interface FeatureDefinition {
  readonly FeatureName: string;
  readonly FeatureType: 'String' | 'Integral' | 'Fractional';
}

export interface FeatureValue {
  readonly FeatureName: string;
  readonly ValueAsString?: string;
  readonly ValueAsStringList?: readonly string[];
}

export interface TtlDuration {
  readonly Unit: 'Seconds' | 'Minutes' | 'Hours' | 'Days' | 'Weeks';
  readonly Value: number;
}

const UNIT_SECONDS = { Seconds: 1, Minutes: 60, Hours: 3_600, Days: 86_400, Weeks: 604_800 } as const;
export const ttlSeconds = ({ Unit, Value }: TtlDuration): number => UNIT_SECONDS[Unit] * Value;

/** The runtime's form of ValidationException. */
export const invalidRecord = (message: string): AwsError => new AwsError('ValidationError', `Validation Error: ${message}`);

/** yyyy-MM-dd'T'HH:mm:ssZ, with milliseconds or without. */
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/;
const [SMALLEST, LARGEST] = [-(2n ** 63n), 2n ** 63n - 1n];

function fits({ FeatureType }: FeatureDefinition, value: string): boolean {
  if (FeatureType === 'Integral') return /^-?\d+$/.test(value) && BigInt(value) >= SMALLEST && BigInt(value) <= LARGEST;
  if (FeatureType === 'Fractional') return value.trim() !== '' && !Number.isNaN(Number(value));
  return true;
}

/** Seconds since the epoch of an event time in either of its two forms. */
export function eventSeconds(definition: FeatureDefinition | undefined, value: string): number {
  if (definition?.FeatureType === 'Fractional' && fits(definition, value)) return Number(value);
  if (definition?.FeatureType === 'String' && ISO_TIME.test(value) && !Number.isNaN(Date.parse(value))) return Date.parse(value) / 1000;
  throw invalidRecord(`the event time '${value}' must be a number of seconds (Fractional) or yyyy-MM-dd'T'HH:mm:ssZ (String).`);
}

/** A record of a request, checked against its feature group. Values keep their text. */
export interface CheckedRecord {
  readonly identifier: string;
  readonly eventTime: number;
  readonly values: Readonly<Record<string, string>>;
}

/** @param group the request that made the feature group, with the features that were added since */
export function checkRecord(group: Request, record: readonly FeatureValue[]): CheckedRecord {
  const definitions = new Map((group['FeatureDefinitions'] as FeatureDefinition[]).map((one) => [one.FeatureName, one]));
  const values: Record<string, string> = {};
  for (const { FeatureName: name, ValueAsString: value, ValueAsStringList: several } of record) {
    const definition = definitions.get(name);
    if (definition === undefined) throw invalidRecord(`FeatureName '${name}' is not a feature of the feature group.`);
    if (several !== undefined || value === undefined) throw invalidRecord(`feature '${name}' needs ValueAsString: it is no collection.`);
    if (Object.hasOwn(values, name)) throw invalidRecord(`feature '${name}' was given more than once.`);
    if (!fits(definition, value)) throw invalidRecord(`the value '${value}' of feature '${name}' is not ${definition.FeatureType}.`);
    values[name] = value;
  }
  const [identifierName, timeName] = [group['RecordIdentifierFeatureName'], group['EventTimeFeatureName']] as [string, string];
  const identifier = values[identifierName];
  const time = values[timeName];
  if (identifier === undefined || identifier === '') throw invalidRecord(`the record has no value of its identifier '${identifierName}'.`);
  if (time === undefined) throw invalidRecord(`the record has no value of its event time '${timeName}'.`);
  return { identifier, eventTime: eventSeconds(definitions.get(timeName), time), values };
}

/** The features of a new group: unique, not reserved, and among them the two that every record needs. */
export function checkDefinitions(group: Request): void {
  const refused = (why: string): AwsError => new AwsError('ValidationException', `Validation Error: ${why}`);
  const definitions = group['FeatureDefinitions'] as (FeatureDefinition & { CollectionType?: string })[];
  const names = definitions.map(({ FeatureName }) => FeatureName);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw refused(`Duplicate feature name '${repeated}'.`);
  const reserved = names.find((name) => ['is_deleted', 'write_time', 'api_invocation_time'].includes(name.toLowerCase()));
  if (reserved !== undefined) throw refused(`'${reserved}' is a reserved feature name.`);
  if (definitions.some(({ CollectionType }) => CollectionType !== undefined))
    throw new AwsError('OperationNotEmulated', 'The local feature store has no collections: they are of the in-memory store.');
  for (const field of ['RecordIdentifierFeatureName', 'EventTimeFeatureName']) {
    if (!names.includes(group[field] as string)) throw refused(`${field} '${String(group[field])}' is not among the FeatureDefinitions.`);
  }
  const time = definitions.find(({ FeatureName }) => FeatureName === group['EventTimeFeatureName']);
  if (time?.FeatureType === 'Integral') throw refused('The event time feature must be of type String or Fractional.');
}

import type { ParameterRanges } from '@aws-sdk/client-sagemaker';
import { oneOf, refuse, refuseUnknown } from '../jobs/options.ts';
import type { Hyperparameter } from '../training/api.ts';
import type { Range } from './api.ts';

/** Of SageMaker, for all ranges of a definition together and for the values of one. */
const MOST = 30;
const SCALINGS = ['Auto', 'Linear', 'Logarithmic', 'ReverseLogarithmic'] as const;

type Kept = NonNullable<{ [K in keyof ParameterRanges]: NonNullable<ParameterRanges[K]>[number] }>;

/**
 * Ranges as SageMaker takes them, each kind in a list of its own.
 *
 * @param encode writes a value as the static hyperparameters are written
 */
export function parameterRanges(
  ranges: Readonly<Record<string, Range>>,
  hyperparameters: Readonly<Record<string, Hyperparameter>>,
  encode: (value: Hyperparameter) => string,
): ParameterRanges {
  const entries = Object.entries(ranges);
  if (entries.length === 0 || entries.length > MOST)
    refuse(
      'ranges',
      `there are ${entries.length}; a training takes 1 to ${MOST}.`,
      'Give what to search: { eta: { min: 0.01, max: 0.3 } }.',
    );
  const continuous: NonNullable<Kept['ContinuousParameterRanges']>[] = [];
  const integers: NonNullable<Kept['IntegerParameterRanges']>[] = [];
  const categories: NonNullable<Kept['CategoricalParameterRanges']>[] = [];
  const auto: NonNullable<Kept['AutoParameters']>[] = [];
  for (const [Name, range] of entries) {
    const field = `ranges.${Name}`;
    const fixed = hyperparameters[Name];
    if (range === 'auto') {
      if (fixed === undefined) return refuse(field, 'there is no value to start from.', `Give one as hyperparameters.${Name}.`);
      auto.push({ Name, ValueHint: encode(fixed) });
      continue;
    }
    if (fixed !== undefined) refuse(field, 'the hyperparameter has a fixed value as well.', `Leave out hyperparameters.${Name}.`);
    if (typeof range !== 'object')
      refuse(field, `${JSON.stringify(range)} is not a range.`, "Use { min, max }, { values: [...] } or 'auto'.");
    if ('values' in range) categories.push({ Name, Values: valuesOf(field, range, encode) });
    else (range.integer === true ? integers : continuous).push({ Name, ...between(field, range) });
  }
  return {
    ...(integers.length === 0 ? {} : { IntegerParameterRanges: integers }),
    ...(continuous.length === 0 ? {} : { ContinuousParameterRanges: continuous }),
    ...(categories.length === 0 ? {} : { CategoricalParameterRanges: categories }),
    ...(auto.length === 0 ? {} : { AutoParameters: auto }),
  };
}

function valuesOf(field: string, range: Extract<Range, { values: unknown }>, encode: (value: Hyperparameter) => string): string[] {
  refuseUnknown(field, range, { values: true });
  const values = range.values.map(encode);
  if (values.length === 0 || values.length > MOST || new Set(values).size < values.length)
    refuse(`${field}.values`, `1 to ${MOST} different values are taken.`, 'Take out what is there twice, or use { min, max }.');
  return values;
}

function between(field: string, range: Extract<Range, { min: number }>) {
  refuseUnknown(field, range, { min: true, max: true, integer: true, scaling: true });
  const { min, max, integer = false, scaling } = range;
  if (!Number.isFinite(min) || !Number.isFinite(max) || min >= max)
    refuse(
      field,
      `${min} to ${max} is not a range of numbers.`,
      '`min` has to be less than `max`; one value alone belongs to `hyperparameters`.',
    );
  if (integer && !(Number.isInteger(min) && Number.isInteger(max)))
    refuse(field, `${min} to ${max} are not whole numbers.`, 'Leave `integer` out.');
  if (scaling !== undefined) oneOf(`${field}.scaling`, scaling, SCALINGS);
  if (scaling === 'Logarithmic' && min <= 0) refuse(`${field}.scaling`, 'a logarithm needs values greater than 0.', 'Raise `min`.');
  if (scaling === 'ReverseLogarithmic' && (integer || min < 0 || max >= 1))
    refuse(`${field}.scaling`, 'it takes numbers from 0 to less than 1 that are not whole.', "Use 'Linear' or 'Logarithmic'.");
  return { MinValue: String(min), MaxValue: String(max), ...(scaling === undefined ? {} : { ScalingType: scaling }) };
}

/** How many combinations of values there are; `undefined` where a range is not a list of values. */
export function combinations({ CategoricalParameterRanges = [], ...others }: ParameterRanges): number | undefined {
  if (Object.keys(others).length > 0) return undefined;
  return CategoricalParameterRanges.reduce((product, { Values }) => product * (Values?.length ?? 1), 1);
}

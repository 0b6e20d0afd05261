import { table } from '../notebook/display.ts';
import type { MimeBundle } from '../notebook/display.ts';
import type { Baseline, DriftReport, Importance } from './api.ts';

const short = (value: number | null | undefined): string =>
  value === null || value === undefined
    ? ''
    : Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3)
      ? value.toExponential(2)
      : String(Number(value.toPrecision(4)));
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

export const baselineView = ({ features, target, prediction, rows }: Baseline): MimeBundle =>
  table(
    `Baseline of ${rows} rows`,
    ['column', 'kind', 'missing', 'mean', 'deviation', 'least', 'most', 'categories'],
    [...features, ...[target, prediction].filter((one) => one !== null)].map((one) => [
      one.name,
      one.kind,
      percent(one.missing),
      short(one.mean),
      short(one.deviation),
      short(one.least),
      short(one.most),
      one.distinct,
    ]),
  );

/** Columns that drifted first. */
export const driftView = ({ features, prediction, absent, rows, unreadable, drifted }: DriftReport): MimeBundle =>
  table(
    `${drifted ? '✗ Drift' : '✓ No drift'} in ${rows} rows${unreadable > 0 ? `, ${unreadable} captures were not readable` : ''}`,
    ['', 'column', 'PSI', 'KS', 'missing', 'why'],
    [
      ...absent.map((name) => ['✗', name, '', '', '', 'the data has no such column']),
      ...[...features, ...(prediction === null ? [] : [prediction])]
        .sort((a, b) => Number(b.drifted) - Number(a.drifted) || (b.psi ?? 0) - (a.psi ?? 0))
        .map((one) => [one.drifted ? '✗' : '✓', one.name, short(one.psi), short(one.ks), percent(one.missing), one.reasons.join('; ')]),
    ],
  );

export const importanceView = ({ metric, score, rows, features }: Importance): MimeBundle => {
  const most = Math.max(...features.map(({ importance }) => importance), 0);
  return table(
    `${metric} ${short(score)} on ${rows} rows`,
    ['column', 'importance', '±', ''],
    features.map(({ name, importance, deviation }) => [
      name,
      short(importance),
      short(deviation),
      '▮'.repeat(most === 0 ? 0 : Math.max(0, Math.round((importance / most) * 20))),
    ]),
  );
};

import { createHash } from 'node:crypto';
import { SealabError } from '../contract/index.ts';

/** Metrics as they stand in S3, numbers by name. Throws `InvalidInput` for what is no number. */
export function metricsJson(metrics: Readonly<Record<string, number>>): Uint8Array {
  const bad = Object.entries(metrics).find(([, value]) => typeof value !== 'number' || !Number.isFinite(value));
  if (bad !== undefined) {
    throw new SealabError('InvalidInput', `metrics.${bad[0]}: ${String(bad[1])} is not a number.`, {
      details: { field: `metrics.${bad[0]}`, given: bad[1] },
    });
  }
  return new TextEncoder().encode(`${JSON.stringify(metrics, undefined, 1)}\n`);
}

/** Numbers of a report, also of one that others wrote: `{ auc: 0.9 }` or `{ group: { auc: { value: 0.9 } } }`, as Model Monitor and pipelines do. */
export function metricsIn(report: unknown, prefix = ''): Record<string, number> {
  if (typeof report !== 'object' || report === null) return {};
  return Object.entries(report).reduce<Record<string, number>>((all, [name, value]: [string, unknown]) => {
    if (typeof value === 'number')
      return name === 'value' && prefix !== '' ? { ...all, [prefix]: value } : { ...all, [named(prefix, name)]: value };
    return { ...all, ...metricsIn(value, named(prefix, name)) };
  }, {});
}

const named = (prefix: string, name: string): string => (prefix === '' ? name : `${prefix}.${name}`);

export const contentHash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 32);

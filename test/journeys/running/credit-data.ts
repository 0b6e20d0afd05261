import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../../..');
const REAL = resolve(repository, '../shared/data/credit_card_default.csv.gz');
const SAMPLE = resolve(repository, 'notebooks/data-scientist/credit-default');

/** The real rows where they are beside the checkout, else generated ones with the same columns. */
export function creditData(): { readonly kind: 'real' | 'synthetic'; readonly name: string; readonly content: Uint8Array } {
  if (existsSync(REAL)) return { kind: 'real', name: 'credit-default.csv.gz', content: readFileSync(REAL) };
  return {
    kind: 'synthetic',
    name: 'credit-default.csv',
    content: execFileSync('python3', [resolve(SAMPLE, 'generate.py')], { maxBuffer: 1 << 27 }),
  };
}

export const trainingScript = (): Uint8Array => readFileSync(resolve(SAMPLE, 'train.py'));

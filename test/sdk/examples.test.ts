import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { environment } from './environment-fixture.ts';
import { examplesService } from './examples-service.ts';

const root = resolve(import.meta.dirname, '../..');
const examples = readdirSync(join(root, 'docs/examples')).filter((name) => name.endsWith('.ts'));
const page = readFileSync(join(root, 'docs/data-scientists.md'), 'utf8');

it.each(examples)('the guide shows docs/examples/%s as it is', (name) => {
  const shown = new RegExp(`<!-- docs/examples/${name} -->\\s*\`\`\`ts\\n(.*?)\`\`\``, 's').exec(page)?.[1];
  expect(shown).toBe(readFileSync(join(root, 'docs/examples', name), 'utf8'));
});

describe('an example', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealab-examples-'));
  const before = { folder: process.cwd(), variables: { ...process.env } };
  let world: Awaited<ReturnType<typeof examplesService>>;
  const said: unknown[][] = [];

  beforeAll(async () => {
    world = await examplesService();
    mkdirSync(join(folder, 'data'));
    for (const [name, content] of Object.entries({
      'train.py': 'print(1)',
      'prepare.py': 'print(2)',
      'evaluate.py': 'print(3)',
      'data/a.csv': '1',
      'data/b.csv': '2',
    }))
      writeFileSync(join(folder, name), content);
    writeFileSync(join(folder, 'environment.json'), JSON.stringify(environment));
    Object.assign(process.env, {
      SEALAB_ENVIRONMENT: join(folder, 'environment.json'),
      AWS_ENDPOINT_URL: world.service.url,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
    });
    process.chdir(folder);
    jest.spyOn(console, 'log').mockImplementation((...words: unknown[]) => void said.push(words));
  });
  afterAll(() => {
    jest.restoreAllMocks();
    process.chdir(before.folder);
    process.env = before.variables;
    rmSync(folder, { recursive: true, force: true });
  });

  /** What each one prints that only a program that ran to its end prints. */
  const OUTCOMES: Readonly<Record<string, unknown>> = {
    'train.ts': [['validation:auc=0.5'], ['validation:auc=0.75'], [0.75]],
    'process.ts': [[expect.stringMatching(/^s3:\/\/credit-risk-model\/processing-jobs\/prepare-[\w-]+\/clean$/)]],
    'deploy.ts': [[[0.12, 0.93], expect.any(Number)]],
    'inputs.ts': [[expect.arrayContaining([expect.stringMatching(/uploads\/[0-9a-f]{32}\/data\.csv 6$/)])]],
    'plan.ts': [['SecureFieldConflict', expect.stringContaining('ml.p5.48xlarge'), expect.any(String)]],
    'list.ts': [['credit', 'Completed'], [expect.arrayContaining(['credit'])], ['credit/abc', 'Succeeded']],
    'logs.ts': [['algo-1', 'validation:auc=0.5']],
    'tune.ts': [['20 completed, 0 running'], ['credit-best', 0.81, { eta: 0.1, depth: 4 }]],
    'transform.ts': [
      [
        expect.stringMatching(/\.out$/),
        [
          [1, 0.12],
          [2, 0.93],
        ],
      ],
    ],
    'automl.ts': [['candidate-7', 'AUC', 0.79], [environment.images['scikit-learn'], expect.stringMatching(/^s3:/)], ['credit-found']],
    'async.ts': [[expect.stringMatching(/async-inference\/credit-batches\/output\/1\.out$/)], [[0.12, 0.93]]],
    'multi-model.ts': [[['credit.tar.gz', 'france.tar.gz']], [[0.12, 0.93]]],
    'variants.ts': [[[0.12, 0.93]]],
    'capture.ts': [[expect.any(String), 'customer-4711', [[41, 52_000, 0.31]], [0.12, 0.93]]],
    'update.ts': [['credit-live']],
    'registry.ts': [['credit/1'], ['credit-approved', { auc: 0.78 }], ['credit/1', 'Approved', { auc: 0.78 }]],
    'preflight.ts': [['quota', 'unknown', expect.stringContaining('2 asked for'), ''], [expect.stringMatching(/^train-/)]],
    'follow.ts': [['credit-seed-9', 'Completed', 'Completed'], [expect.arrayContaining([expect.stringContaining('credit-seed-0')])]],
    'pipeline.ts': [['good-enough', 'Succeeded', false, true]],
    'monitor.ts': [['age', ['PSI 0.412']]],
    'features.ts': [[2, []], [{ customer: 1, income: 52_000.5, region: 'north' }], [expect.stringContaining('/features/customers/data')]],
    'experiments.ts': [[expect.any(String), { depth: 4, model: 'forest' }, { auc: 0.78 }]],
    'displays.ts': [[2 / 3, expect.stringContaining('accuracy 0.6667')]],
  };

  it('is run here, each one', () => expect(Object.keys(OUTCOMES).sort()).toEqual([...examples].sort()));

  it.each(Object.entries(OUTCOMES))(
    '%s runs',
    async (name, outcome) => {
      said.length = 0;
      await import(`../../docs/examples/${name}`);
      expect(said).toEqual(expect.arrayContaining(outcome as unknown[]));
      // The first one compiles the whole SDK.
    },
    60_000,
  );
});

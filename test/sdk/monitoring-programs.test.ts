import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeatureDrift } from '@sealab/sdk';
import { DRIFT_PROGRAM } from '../../sdk/src/monitoring/drift-program.ts';
import { EXPLAIN_PROGRAM } from '../../sdk/src/monitoring/explain-program.ts';
import { captures, Container, csv, customers, HEADER, ImagePython } from './monitoring-container.ts';
import type { Shift } from './monitoring-container.ts';

// The first run waits for pandas, SciPy and scikit-learn.
jest.setTimeout(60_000);

let python: ImagePython;
beforeAll(async () => {
  python = await ImagePython.start();
}, 600_000);

const containers: Container[] = [];
function newContainer(): Container {
  const container = new Container(python);
  containers.push(container);
  return container;
}
afterAll(() => {
  python.stop();
  for (const container of containers) container.remove();
});

const ALL = { psi: 0.2, ks: 0.1, missing: 0.05, newCategories: 0.01 };
const OPTIONS = { target: 'label', ignore: ['id'] };

describe('the drift program', () => {
  let baseline = '';
  beforeAll(async () => {
    const container = newContainer();
    const { status, message, said } = await container
      .input('data', 'train.csv', csv(customers(3_000, 1)))
      .run(DRIFT_PROGRAM, 'baseline', JSON.stringify(OPTIONS));
    expect([status, said]).toEqual([0, '']);
    expect(message).toBe('4 features of 3000 rows');
    baseline = JSON.stringify(container.report('baseline.json'));
  });

  const drift = async (content: string, file = 'now.csv', options: object = { threshold: ALL }) => {
    const container = newContainer();
    const result = await container
      .input('baseline', 'baseline.json', baseline)
      .input('data', file, content)
      .run(DRIFT_PROGRAM, 'drift', JSON.stringify(options));
    expect([result.status, result.said]).toEqual([0, '']);
    return {
      ...result,
      report: container.report('drift.json') as {
        drifted: boolean;
        rows: number;
        absent: string[];
        unreadable: number;
        features: FeatureDrift[];
      },
    };
  };
  const drifted = (features: readonly FeatureDrift[]) => features.filter((one) => one.drifted).map(({ name }) => name);

  it('profiles columns by kind', () => {
    const { features, columns } = JSON.parse(baseline) as { features: { name: string; kind: string }[]; columns: string[] };
    expect(features.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'age numeric',
      'income numeric',
      'region categorical',
      'flag numeric',
    ]);
    expect(columns).toEqual(['id', 'age', 'income', 'region', 'flag']);
  });

  it('reports nothing where nothing drifted', async () => {
    const { message, report } = await drift(csv(customers(2_000, 2)));
    expect([report.drifted, drifted(report.features)]).toEqual([false, []]);
    expect(message).toBe('no drift in 4 features of 2000 rows');
    for (const { psi, ks } of report.features) expect([(psi ?? 1) < 0.05, (ks ?? 0) < 0.06]).toEqual([true, true]);
  });

  it.each<[string, Shift, string, RegExp]>([
    ['a shifted number', { age: 8 }, 'age', /PSI .*KS/],
    ['a category that is new', { region: 'west' }, 'region', /new categories: west/],
    ['missing values', { missing: 0.2 }, 'income', /missing (19|20|21)\.\d%, was 0\.0%/],
    ['a flag that is set more often', { flag: 0.9 }, 'flag', /PSI/],
  ])('reports %s, and nothing else', async (_name, shift, name, reason) => {
    const { report, message } = await drift(csv(customers(2_000, 3, shift)));
    expect(drifted(report.features)).toEqual([name]);
    expect(report.features.find((one) => one.name === name)?.reasons.join(' ')).toMatch(reason);
    expect(message).toBe(`1 of 4 features drifted: ${name}`);
  });

  it('agrees with SciPy and with the definition of the PSI', async () => {
    const { report } = await drift(csv(customers(2_000, 4, { age: 3 })));
    const age = report.features.find(({ name }) => name === 'age');
    const check = `
import io, json, sys
import numpy as np, pandas as pd
from scipy.stats import ks_2samp
then, now = (pd.read_csv(io.StringIO(text))["age"].to_numpy() for text in json.loads(sys.argv[1]))
edges = np.quantile(then, np.linspace(0, 1, 11))[1:-1]
shares = lambda values: np.histogram(values, np.concatenate([[-np.inf], edges, [np.inf]]))[0] / len(values)
a, b = shares(now), shares(then)
print(json.dumps([ks_2samp(then, now).statistic, float(((a - b) * np.log(a / b)).sum())]), file=sys.stderr)`;
    const input = JSON.stringify([csv(customers(3_000, 1)), csv(customers(2_000, 4, { age: 3 }))]);
    const { said } = await newContainer().run({ name: 'check.py', text: check }, input);
    const [ks, psi] = JSON.parse(said) as [number, number];
    expect(Math.abs((age?.ks ?? 0) - ks)).toBeLessThan(0.004);
    expect(Math.abs((age?.psi ?? 0) - psi)).toBeLessThan(0.002);
  });

  it('names columns that the data has not', async () => {
    const { report } = await drift(
      csv(
        customers(500, 5).map((row) => row.slice(0, 3)),
        HEADER.slice(0, 3),
      ),
    );
    expect([report.drifted, report.absent]).toEqual([true, ['region', 'flag']]);
  });

  it('reads what an endpoint has captured, and compares its predictions', async () => {
    const score = (row: readonly unknown[]) => (Number(row[1]) > 42 ? 0.9 : 0.1);
    const first = newContainer();
    const known = { ...OPTIONS, target: undefined, ignore: [], columns: ['age', 'income', 'region', 'flag'] };
    first.input('data', '2026/01/01/a.jsonl', captures(customers(1_500, 6), score));
    expect((await first.run(DRIFT_PROGRAM, 'baseline', JSON.stringify(known))).status).toBe(0);
    const about = first.report('baseline.json');
    expect(about).toMatchObject({ rows: 1_500, prediction: { name: 'prediction', rows: 1_500 } });
    const compared = async (lines: string) => {
      const container = newContainer();
      container.input('baseline', 'baseline.json', JSON.stringify(about)).input('data', '2026/02/01/a.jsonl', lines);
      expect((await container.run(DRIFT_PROGRAM, 'drift', JSON.stringify({ threshold: ALL }))).status).toBe(0);
      return container.report('drift.json') as unknown as { unreadable: number; features: FeatureDrift[]; prediction: FeatureDrift };
    };
    const same = await compared(`${captures(customers(800, 7), score)}\nnot json\n`);
    expect([drifted(same.features), same.prediction.drifted, same.unreadable]).toEqual([[], false, 1]);
    const shifted = await compared(captures(customers(800, 8), (row) => 1 - score(row)));
    expect([drifted(shifted.features), shifted.prediction.drifted]).toEqual([[], true]);
  });

  it.each<[string, string, RegExp]>([
    ['nothing', '', /there are no rows|no columns|EmptyDataError/],
    ['a table without the target', 'a,b\n1,2\n', /the data has no column 'id'; it has a, b/],
  ])('ends with the reason: %s', async (_name, content, reason) => {
    const container = newContainer();
    const { status, message, said } = await container
      .input('data', 'x.csv', content)
      .run(DRIFT_PROGRAM, 'baseline', JSON.stringify(OPTIONS));
    expect(status).toBe(1);
    expect(`${message}${said}`).toMatch(reason);
  });
});

const TRAINER = `
import joblib, os, sys
import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
def model_fn(folder):
    return joblib.load(os.path.join(folder, "model.joblib"))
def input_fn(body, kind):
    import io
    return pd.read_csv(io.StringIO(body), header=None).iloc[:, [0, 1, 3]].to_numpy(dtype=float)
def predict_fn(rows, bundle):
    return bundle["model"].predict_proba((rows - bundle["mean"]) / bundle["deviation"])[:, 1]
if __name__ == "__main__":
    data = pd.read_csv(sys.argv[1])
    rows = data[["age", "income", "flag"]].to_numpy()
    mean, deviation = rows.mean(axis=0), rows.std(axis=0)
    model = LogisticRegression().fit((rows - mean) / deviation, data["label"])
    joblib.dump({"model": model, "mean": mean, "deviation": deviation}, sys.argv[2])
`;

describe('the explanation program', () => {
  it('finds the column that the model looks at, through the script that serves it', async () => {
    const container = newContainer();
    const [script, data, model] = ['trainer.py', 'train.csv', 'model.joblib'].map((name) => join(container.root, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(script, TRAINER);
    writeFileSync(data, csv(customers(1_500, 9)));
    expect(await python.run(script, [data, model], join(container.root, 'said'))).toBe(0);
    execFileSync('tar', ['-czf', join(container.root, 'model.tar.gz'), '-C', container.root, 'model.joblib']);
    execFileSync('tar', ['-czf', join(container.root, 'sourcedir.tar.gz'), '-C', container.root, 'trainer.py']);
    container
      .input('model', 'model.tar.gz', readFileSync(join(container.root, 'model.tar.gz')))
      .input('source', 'sourcedir.tar.gz', readFileSync(join(container.root, 'sourcedir.tar.gz')))
      .input('data', 'test.csv', csv(customers(800, 10)));
    const settings = { ...OPTIONS, metric: 'auto', repeats: 3, rows: 500, program: 'trainer.py' };
    const { status, said, message } = await container.run(EXPLAIN_PROGRAM, JSON.stringify(settings));
    expect([status, said]).toEqual([0, '']);
    expect(message).toMatch(/^roc_auc 0\.9\d+; most important: age,/);
    const report = container.report('importance.json') as { rows: number; features: { name: string; importance: number }[] };
    expect(report.rows).toBe(500);
    expect(report.features.map(({ name }) => name)).toHaveLength(4);
    expect(report.features[0]?.importance).toBeGreaterThan(0.3);
    for (const { importance } of report.features.slice(1)) expect(Math.abs(importance)).toBeLessThan(0.05);
  });
});

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY } from '../paths.ts';
import { findPython } from '../toolchain/python.ts';
import type { Environment, Step } from './environment.ts';
import { EnvironmentFailure } from './failure.ts';
import { JupyterClient } from './jupyter-client.ts';
import type { MainJobResult } from './main-job.ts';

/** Held-out AUC that the sample script must reach on the real data. */
const LEAST_AUC = 0.75;
const REAL_DATA = join(REPOSITORY, '../shared/data/credit_card_default.csv.gz');
const SAMPLE = 'notebooks/data-scientist/credit-default';
const NOTEBOOK_FOLDER = '/home/ec2-user/SageMaker';
const FOLDER = 'sealab-check';

/** What `npm start -- --check` prints as one line of JSON. */
export type CheckSummary =
  | {
      readonly ok: true;
      readonly auc: number;
      readonly rows: number;
      readonly data: DataFile['kind'];
      /** How many rows were answered. */
      readonly predictions: number;
      /** Seconds that each step took. */
      readonly seconds: Readonly<Record<string, number>>;
    }
  | { readonly ok: false; readonly error: string };

/**
 * Does the main job in the notebook's TypeScript kernel: upload, train in an isolated sandbox, read the metric, host,
 * invoke, remove.
 */
export async function runCheck(
  environment: Environment,
  { step, data }: { readonly step: Step; readonly data?: string | undefined },
): Promise<CheckSummary> {
  const started = performance.now();
  try {
    const input = await dataFile(data);
    const result = await step('Main job (train, host, invoke, remove)', (tell) => mainJobInNotebook(environment, input, tell));
    if (result.auc < LEAST_AUC)
      throw new EnvironmentFailure(
        `The held-out AUC is ${result.auc.toFixed(4)}, at least ${String(LEAST_AUC)} was expected.`,
        'Look at the job’s log in the panel.',
      );
    const seconds = { ...environment.seconds, ...result.seconds, total: Math.round(performance.now() - started) / 1000 };
    return { ok: true, auc: result.auc, rows: result.rows, data: input.kind, predictions: result.predictions.length, seconds };
  } catch (error) {
    return { ok: false, error: (error as Error).message };
  }
}

interface DataFile {
  readonly kind: 'real' | 'synthetic';
  readonly name: string;
  readonly content: Uint8Array;
}

async function dataFile(given: string | undefined): Promise<DataFile> {
  const file = given ?? (existsSync(REAL_DATA) ? REAL_DATA : undefined);
  if (file !== undefined) {
    const content = await readFile(file).catch((error: unknown) => {
      throw new EnvironmentFailure(
        `The data file cannot be read: ${(error as Error).message}`,
        'Give the path of a CSV (plain or gzip) with --data.',
      );
    });
    console.log(`Data: ${basename(file)}`);
    return { kind: 'real', name: file.endsWith('.gz') ? 'credit-default.csv.gz' : 'credit-default.csv', content };
  }
  const { stdout } = await promisify(execFile)(await findPython(), ['-I', join(REPOSITORY, SAMPLE, 'generate.py')], { maxBuffer: 1 << 27 });
  console.log('Data: generated rows with the columns of the credit-default set; they describe no real client');
  return { kind: 'synthetic', name: 'credit-default.csv', content: Buffer.from(stdout) };
}

async function mainJobInNotebook(environment: Environment, data: DataFile, tell: (text: string) => void): Promise<MainJobResult> {
  const jupyter = await JupyterClient.open(await environment.newJupyterUrl());
  const files = {
    'train.py': await readFile(join(REPOSITORY, SAMPLE, 'train.py')),
    [data.name]: data.content,
    'main-job.js': await readFile(new URL('./main-job.js', import.meta.url)),
  };
  for (const [name, content] of Object.entries(files)) await jupyter.writeFile(`${FOLDER}/${name}`, content);
  const kernel = await jupyter.kernel('typescript');
  if (kernel === undefined)
    throw new EnvironmentFailure(
      'The notebook has no TypeScript kernel.',
      'The lifecycle script installs it: its output is in the log group /aws/sagemaker/NotebookInstances.',
    );
  try {
    const inside = `${NOTEBOOK_FOLDER}/${FOLDER}`;
    const marker = 'SEALAB-RESULT ';
    let result: MainJobResult | undefined;
    let rest = '';
    const outcome = await kernel.run(
      `import { connect } from "@sealab/sdk";
       const { mainJob } = await import("file://${inside}/main-job.js?${String(Date.now())}");
       const lab = await connect();
       const result = await mainJob(lab, ${JSON.stringify({ script: `${inside}/train.py`, data: `${inside}/${data.name}` })}, (text) => console.log(text));
       console.log("${marker}" + JSON.stringify(result));
       lab.close();`,
      (text) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (line.startsWith(marker)) result = JSON.parse(line.slice(marker.length)) as MainJobResult;
          else tell(line);
        }
      },
    );
    if (result === undefined)
      throw new EnvironmentFailure(`The main job failed: ${outcome.error ?? 'no result'}`, 'Look at the job’s log in the panel.');
    return result;
  } finally {
    await kernel.shutDown();
  }
}

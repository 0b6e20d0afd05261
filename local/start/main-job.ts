/**
 * The main job, from data to a removed endpoint, as a data scientist's code does it. It runs in the notebook's TypeScript
 * kernel with the notebook's role, so this file may import types only.
 */
import type { Lab } from '@sealab/sdk';

export interface MainJobFiles {
  /** Paths in the notebook. */
  readonly script: string;
  readonly data: string;
}

export interface MainJobResult {
  readonly auc: number;
  /** Rows that the training script read. */
  readonly rows: number;
  readonly predictions: readonly number[];
  readonly seconds: Readonly<Record<'upload' | 'submit' | 'train' | 'host' | 'invoke' | 'remove', number>>;
}

/** Features of the credit-default set without `ID` and the label, ten clients. */
const TEN_ROWS: readonly (readonly number[])[] = Array.from({ length: 10 }, (_, i) => [
  ...[20_000 + 40_000 * i, 1 + (i % 2), 1 + (i % 3), 1 + (i % 2), 24 + 4 * i],
  ...[2 - (i % 4), 2 - (i % 3), 0, 0, -1, -2],
  ...[3_900, 3_100, 690, 0, 0, 0].map((bill) => bill * (i + 1)),
  ...[0, 690, 1_000, 900, 0, 2_000].map((paid) => paid * i),
]);

export async function mainJob(lab: Lab, { script, data }: MainJobFiles, tell: (text: string) => void): Promise<MainJobResult> {
  const seconds = { upload: 0, submit: 0, train: 0, host: 0, invoke: 0, remove: 0 };
  const timed = async <T>(name: keyof typeof seconds, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    tell(name);
    const result = await work();
    seconds[name] = Math.round(performance.now() - started) / 1000;
    return result;
  };

  const { s3Uri } = await timed('upload', () => lab.upload(data));
  const job = await timed('submit', () =>
    lab.train({
      script,
      inputs: { train: s3Uri },
      network: 'isolated',
      metrics: { 'validation:auc': 'validation:auc=([0-9.]+)' },
      maxRuntime: 900,
    }),
  );
  let rows = 0;
  await timed('train', async () => {
    for await (const { message } of job.logs()) {
      tell(message);
      rows = Number(/^rows=(\d+)/.exec(message)?.[1] ?? rows);
    }
    await job.wait();
  });
  const { FinalMetricDataList = [] } = await job.describe();
  const auc = FinalMetricDataList.find(({ MetricName }) => MetricName === 'validation:auc')?.Value;
  if (auc === undefined) throw new Error(`The training job ${job.name} reported no validation:auc.`);

  const endpoint = await timed('host', () => lab.deploy(job, { onProgress: ({ step, status }) => tell(`${step} ${status}`) }));
  try {
    const { value } = await timed('invoke', () => endpoint.invoke(TEN_ROWS));
    const predictions = value as number[];
    if (!Array.isArray(predictions) || predictions.length !== 10 || !predictions.every((p) => p >= 0 && p <= 1)) {
      throw new Error(`Ten probabilities were expected, the endpoint answered ${JSON.stringify(value)}.`);
    }
    return { auc, rows, predictions, seconds };
  } finally {
    await timed('remove', () => endpoint.delete());
  }
}

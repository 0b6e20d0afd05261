import { CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { Platform } from '../../platform.ts';

/** One invocation, as it counts. */
interface Sample {
  /** HTTP status of the container's answer, or of ours in its place. */
  readonly status: number;
  readonly modelMs: number;
  readonly overheadMs: number;
}

/** AWS publishes once a minute; here a person waits for it. */
const PAUSE_MS = 1_000;
const NAMESPACE = 'AWS/SageMaker';
/** Metrics and values in one call, at most. */
const MOST_DATA = 500;
const MOST_VALUES = 150;

/**
 * Invocation metrics of endpoints in CloudWatch, by EndpointName and VariantName.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
 */
export class EndpointMetrics {
  readonly #platform: Platform;
  readonly #samples = new Map<string, Sample[]>();
  #timer: NodeJS.Timeout | undefined;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  add(endpoint: string, variant: string, sample: Sample): void {
    const key = `${endpoint}/${variant}`;
    const samples = this.#samples.get(key) ?? [];
    samples.push(sample);
    this.#samples.set(key, samples);
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.flush(), PAUSE_MS);
    this.#timer.unref();
  }

  /** Publishes what has gathered. Never throws: no endpoint fails for its metrics. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const data = [...this.#samples].flatMap(([key, samples]) => dataOf(key, samples));
    this.#samples.clear();
    const client = new CloudWatchClient(this.#platform.administratorConfig());
    for (let start = 0; start < data.length; start += MOST_DATA) {
      const MetricData = data.slice(start, start + MOST_DATA);
      await client.send(new PutMetricDataCommand({ Namespace: NAMESPACE, MetricData })).catch(() => undefined);
    }
  }
}

function dataOf(key: string, samples: readonly Sample[]): MetricDatum[] {
  const [EndpointName = '', VariantName = ''] = key.split('/');
  const Dimensions = [
    { Name: 'EndpointName', Value: EndpointName },
    { Name: 'VariantName', Value: VariantName },
  ];
  const metrics: [string, 'None' | 'Microseconds', (sample: Sample) => number][] = [
    ['Invocations', 'None', () => 1],
    ['Invocation4XXErrors', 'None', ({ status }) => Number(status >= 400 && status < 500)],
    ['Invocation5XXErrors', 'None', ({ status }) => Number(status >= 500)],
    ['ModelLatency', 'Microseconds', ({ modelMs }) => Math.round(modelMs * 1000)],
    ['OverheadLatency', 'Microseconds', ({ overheadMs }) => Math.round(overheadMs * 1000)],
  ];
  const Timestamp = new Date();
  return metrics.flatMap(([MetricName, Unit, valueOf]) => {
    const counts = new Map<number, number>();
    for (const sample of samples) counts.set(valueOf(sample), (counts.get(valueOf(sample)) ?? 0) + 1);
    const values = [...counts];
    return Array.from({ length: Math.ceil(values.length / MOST_VALUES) }, (_, page) => {
      const part = values.slice(page * MOST_VALUES, (page + 1) * MOST_VALUES);
      return { MetricName, Dimensions, Unit, Timestamp, Values: part.map(([value]) => value), Counts: part.map(([, count]) => count) };
    });
  });
}

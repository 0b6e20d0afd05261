import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PATHS } from '../../../paths.ts';
import type { Call } from '../../call.ts';
import { readState, writeState } from '../../state-file.ts';
import type { PlainRecord, Records } from './record-operations.ts';
import type { Request } from './records.ts';

/** What is kept of a metric: DescribeTrialComponent tells no single values. */
interface MetricSummary {
  readonly name: string;
  readonly timestamp: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
  /** Welford's running mean and sum of squared differences: the values themselves need not be kept. */
  readonly mean: number;
  readonly squares: number;
}

type Summaries = Readonly<Record<string, MetricSummary>>;

interface RawMetric {
  readonly MetricName: string;
  readonly Timestamp: number;
  readonly Value: number;
}

function added(before: MetricSummary | undefined, { MetricName, Timestamp, Value }: RawMetric): MetricSummary {
  const count = (before?.count ?? 0) + 1;
  const delta = Value - (before?.mean ?? 0);
  const mean = (before?.mean ?? 0) + delta / count;
  const latest = before === undefined || Timestamp >= before.timestamp;
  return {
    name: MetricName,
    timestamp: latest ? Timestamp : before.timestamp,
    count,
    min: Math.min(before?.min ?? Value, Value),
    max: Math.max(before?.max ?? Value, Value),
    last: latest ? Value : before.last,
    mean,
    squares: (before?.squares ?? 0) + delta * (Value - mean),
  };
}

/** Metrics that were put to trial components (`sagemaker-metrics`), one file a component. */
export function trialComponentMetrics() {
  const file = ({ name }: PlainRecord): string => join(PATHS.state, 'sagemaker', 'trial-component-metrics', `${name}.json`);
  const read = (record: PlainRecord): Summaries => readState<Summaries>(file(record), {});
  const put = (record: PlainRecord, data: readonly RawMetric[]): void => {
    const metrics: Record<string, MetricSummary> = { ...read(record) };
    for (const metric of data) metrics[metric.MetricName] = added(metrics[metric.MetricName], metric);
    writeState(file(record), metrics);
  };
  return {
    put,
    summaries: (record: PlainRecord): Request[] =>
      Object.values(read(record)).map((metric) => ({
        MetricName: metric.name,
        SourceArn: (record.request['Source'] as { SourceArn?: string } | undefined)?.SourceArn ?? record.arn,
        TimeStamp: metric.timestamp,
        Max: metric.max,
        Min: metric.min,
        Last: metric.last,
        Count: metric.count,
        Avg: metric.mean,
        StdDev: Math.sqrt(metric.squares / metric.count),
      })),
    remove: (record: PlainRecord): void => rmSync(file(record), { force: true }),
    operations: (components: Records): Record<string, (call: Call) => unknown> => ({
      BatchPutMetrics: ({ input }) => {
        put(components.find(input['TrialComponentName'] as string), input['MetricData'] as RawMetric[]);
        return {};
      },
    }),
  };
}

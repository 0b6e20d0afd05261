import type { DescribeTrainingJobResponse } from '@aws-sdk/client-sagemaker';
import type { LogLine } from '../logs/api.ts';
import { displayable, metricsView } from '../notebook/display.ts';
import type { MetricPoint, Metrics } from './api.ts';

/** Points from the log by the job's own expressions; last values as SageMaker reports them, else the last points. */
export async function metricsOf(job: DescribeTrainingJobResponse, lines: AsyncIterable<LogLine>): Promise<Metrics> {
  const definitions = (job.AlgorithmSpecification?.MetricDefinitions ?? []).flatMap(({ Name, Regex }) =>
    Name === undefined || Regex === undefined ? [] : [{ name: Name, expression: new RegExp(Regex) }],
  );
  const points: MetricPoint[] = [];
  if (definitions.length > 0) {
    for await (const { message, timestamp } of lines) {
      for (const { name, expression } of definitions) {
        const value = Number(expression.exec(message)?.[1] ?? NaN);
        if (!Number.isNaN(value)) points.push({ name, timestamp, value });
      }
    }
  }
  const last = Object.fromEntries(points.map(({ name, value }) => [name, value]));
  for (const { MetricName, Value } of job.FinalMetricDataList ?? [])
    if (MetricName !== undefined && Value !== undefined) last[MetricName] = Value;
  const metrics: Metrics = { points, last };
  return displayable(metrics, () => metricsView(metrics));
}

import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { connect, logView } from '@sealab/sdk';
import { metricChart } from '../../sdk/src/notebook/chart.ts';
import { displayable, metricsView, planView } from '../../sdk/src/notebook/display.ts';
import type { MimeBundle } from '../../sdk/src/notebook/display.ts';
import { withoutControl } from '../../sdk/src/notebook/html.ts';
import { metricsOf } from '../../sdk/src/training/metrics.ts';
import type { LogLine } from '@sealab/sdk';
import { environment } from './environment-fixture.ts';

const shown = (value: unknown) => (value as Record<symbol, () => Promise<MimeBundle>>)[Symbol.for('Jupyter.display')]?.();

describe('results in a notebook', () => {
  it('show themselves, and stay what they are', async () => {
    const lab = await connect({ environment, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
    const plan = await lab.plan({ script: { name: 'train.py', text: 'print(1)' }, name: 'a' });
    expect(await shown(plan)).toMatchObject({
      'text/html': expect.stringContaining('ResourceConfig.VolumeKmsKeyId'),
      'text/plain': expect.stringContaining('environment'),
    });
    expect(Object.keys(plan)).toEqual(['calls']);
    expect(plan.calls[0]?.fields.find(({ control }) => control === 'CreateTrainingJob.InstanceType')?.origin).toBe('environment');
    // Printing a lab shows no credentials and no client.
    expect(inspect(lab)).toBe("Lab { project: 'credit-risk', account: '111122223333', region: 'eu-west-1' }");
    lab.close();
  });

  it('show HTML as text', () => {
    const evil = '<img src=x onerror=alert(1)>&"\'';
    const field = { control: 'c', title: evil, because: evil, location: evil, value: evil, origin: 'caller' as const };
    for (const html of [
      planView({ calls: [{ operation: 'CreateTrainingJob', asked: {}, input: {}, fields: [field] }] })['text/html'],
      logView([{ source: 's', message: evil }])['text/html'],
      metricChart(evil, [{ name: evil, timestamp: new Date(), value: 1 }]),
    ]) {
      expect(html).not.toMatch(/<img|onerror=alert\(1\)>&"/);
      expect(html).toContain('&#60;img');
    }
  });

  it('takes the codes of terminals out of logs', () => {
    expect(withoutControl('\u001b[31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007 \u001b[2Ka\tb\nc\r')).toBe(
      'red link a\tb\nc',
    );
  });

  it('give metrics as points, last values and a chart', async () => {
    async function* lines(): AsyncGenerator<LogLine> {
      for (const [index, message] of ['epoch=1 auc=0.5', 'nothing', 'epoch=2 auc=0.75', 'auc=not-a-number'].entries()) {
        yield await Promise.resolve({ source: 'algo-1', timestamp: new Date(index), message, cursor: '' });
      }
    }
    const job = {
      AlgorithmSpecification: { MetricDefinitions: [{ Name: 'auc', Regex: 'auc=([0-9.]+)' }] },
      FinalMetricDataList: [{ MetricName: 'auc', Value: 0.7512 }],
    };
    const metrics = await metricsOf(job as never, lines());
    expect(metrics.points.map(({ value }) => value)).toEqual([0.5, 0.75]);
    expect(metrics.last).toEqual({ auc: 0.7512 });
    expect(metricsView(metrics)['text/html']).toMatch(/<svg role="img" aria-label="auc: 2 points, last 0\.75"/);
    for (const points of [[1], [1, 1], [1, -1e9, 3e-9]]) {
      expect(
        metricChart(
          'm',
          points.map((value) => ({ name: 'm', timestamp: new Date(), value })),
        ),
      ).not.toMatch(/NaN(?!,)|Infinity/);
    }
  });

  it('does not change what is listed or copied', () => {
    const value = displayable({ a: 1 }, () => ({ 'text/plain': 'x' }));
    expect(JSON.stringify(value)).toBe('{"a":1}');
    expect(Object.keys(value)).toEqual(['a']);
  });
});

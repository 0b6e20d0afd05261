import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { connect, logView } from '@sealab/sdk';
import { displayable, endpointView, listView, metricsView, planView, predictionView } from '../../sdk/src/notebook/display.ts';
import type { MimeBundle } from '../../sdk/src/notebook/display.ts';
import { withoutControl } from '../../sdk/src/notebook/html.ts';
import { metricsOf } from '../../sdk/src/training/metrics.ts';
import type { LogLine } from '@sealab/sdk';
import { environment } from './environment-fixture.ts';

const sent = (text: string) => ({ endpoint: text, contentType: 'text/csv', bytes: new TextEncoder().encode(text) });
const shown = (value: unknown) => (value as Record<symbol, () => Promise<MimeBundle>>)[Symbol.for('Jupyter.display')]?.();

describe('results in a notebook', () => {
  it('show themselves, and stay what they are', async () => {
    const lab = await connect({ environment, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
    const plan = await lab.plan({ script: { name: 'train.py', text: 'print(1)' }, name: 'a' });
    expect(await shown(plan)).toMatchObject({
      'text/html': expect.stringContaining('ResourceConfig.VolumeKmsKeyId'),
      'text/plain': expect.stringContaining('environment'),
    });
    expect(Object.keys(plan)).toEqual(['calls', 'values', 'difference']);
    expect(plan.calls[0]?.fields.find(({ control }) => control === 'CreateTrainingJob.InstanceType')?.origin).toBe('environment');
    // Printing a lab shows no credentials and no client.
    expect(inspect(lab)).toBe("Lab { project: 'credit-risk', account: '111122223333', region: 'eu-west-1' }");
    lab.close();
  });

  it('show HTML as text', async () => {
    const evil = '<img src=x onerror=alert(1)>&"\'';
    const field = { control: 'c', title: evil, because: evil, location: evil, value: evil, origin: 'caller' as const };
    for (const html of [
      planView({ calls: [{ operation: 'CreateTrainingJob', asked: {}, input: {}, fields: [field] }] })['text/html'],
      logView([{ source: 's', message: evil }])['text/html'],
      (await metricsView({ points: [{ name: evil, timestamp: new Date(), value: 1 }], last: { [evil]: 1 } }))['text/html'],
      predictionView({ value: evil, text: evil, contentType: evil, bytes: new Uint8Array(), milliseconds: 1 }, sent(evil))['text/html'],
      predictionView({ value: [[evil]], text: '', contentType: 'text/csv', bytes: new Uint8Array(), milliseconds: 1 })['text/html'],
      listView(evil, [
        { kind: 'models', name: evil, arn: evil, status: evil, createdAt: undefined, modifiedAt: undefined, endedAt: undefined },
      ])['text/html'],
      (await endpointView({ name: evil, describe: () => Promise.resolve({ FailureReason: evil }) } as never))['text/html'],
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
    const view = await metricsView(metrics);
    expect(view['text/html']).toMatch(/<svg role="img" aria-label="auc: 0\.7512\. auc: 2 points, last 0\.75"/);
    expect(view['application/vnd.sealab.figures+json']).toEqual([
      expect.objectContaining({
        kind: 'lines',
        title: 'auc: 0.7512',
        series: [
          {
            name: 'auc',
            points: [
              [1, 0.5],
              [2, 0.75],
            ],
          },
        ],
      }),
    ]);
    expect(view['text/plain']).toMatch(/auc +0\.7512/);
    // A job that has said nothing yet: no chart, and no error.
    expect((await metricsView({ points: [], last: {} }))['text/html']).not.toContain('<svg');
  });

  it('show a call of an endpoint: what was sent, how long it took, the answer', () => {
    const answer = {
      value: [0.25, 0.75],
      text: '[0.25,0.75]',
      contentType: 'application/json',
      bytes: new Uint8Array(),
      milliseconds: 41.6,
    };
    const view = predictionView(answer, sent('1,2\n3,4\n'));
    expect(view['text/plain']).toBe('Sent to 1,2\n3,4\n: text/csv, 8 bytes\n1,2\n3,4\n\nAnswer: application/json, 42 ms\n0  0.25\n1  0.75');
    expect(view['text/html']).toMatch(/<details><summary>.*8 bytes.*<\/details>.*42 ms.*0\.75/s);
    const binary = predictionView(answer, { endpoint: 'e', contentType: 'application/octet-stream', bytes: new Uint8Array(5) });
    expect(binary['text/plain']).toMatch(/^Sent to e: application\/octet-stream, 5 bytes\nAnswer/);
  });

  it('say that a list goes on', () => {
    const item = {
      kind: 'models',
      name: 'm',
      arn: 'a',
      status: undefined,
      createdAt: new Date(0),
      modifiedAt: undefined,
      endedAt: undefined,
    } as const;
    expect(listView('models', [item], true)['text/plain']).toMatch(/1 shown\. There are more/);
    expect(listView('models', [item])['text/plain']).not.toMatch(/more/);
    expect(listView('models', [])['text/plain']).toContain('None.');
  });

  it('does not change what is listed or copied', () => {
    const value = displayable({ a: 1 }, () => ({ 'text/plain': 'x' }));
    expect(JSON.stringify(value)).toBe('{"a":1}');
    expect(Object.keys(value)).toEqual(['a']);
  });
});

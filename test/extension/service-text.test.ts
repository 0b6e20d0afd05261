import { describe, expect, it } from '@jest/globals';
import { SealabError, type ErrorBody } from '@sealab/sdk';
import { plainText } from '../../extension/service/src/plain-text.ts';
import { appWith, eventsOf, jobWith, line } from './service-lab.ts';

describe('plain text', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b[2J\u001b[1;1Hcleared', 'cleared'],
    ['\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007', 'click'],
    ['\u009b31mC1\u009b0m', 'C1'],
    ['10 %\r50 %\r100 %', '100 %'],
    ['windows line\r\nnext', 'windows line\nnext'],
    ['bell\u0007 null\u0000', 'bell null'],
    ['right\u202eto left', 'rightto left'],
    ['<b onclick="x">tag</b>\tand tab', '<b onclick="x">tag</b>\tand tab'],
    ['Größe 10 µm ✓ 数', 'Größe 10 µm ✓ 数'],
  ])('%j', (given, shown) => {
    expect(plainText(given)).toBe(shown);
  });
});

describe('what a job says', () => {
  const hostile = '\u001b[31m<script>alert(1)</script>\u001b[0m';
  const shown = '<script>alert(1)</script>';

  it('reaches the panel as text in live events', async () => {
    const { ask } = appWith({
      attach: () =>
        jobWith({
          describe: () => Promise.resolve({ TrainingJobStatus: 'Failed', SecondaryStatus: 'Failed', FailureReason: hostile }),
          // eslint-disable-next-line @typescript-eslint/require-await
          async *logs() {
            yield line(hostile, 'c1');
          },
        }),
    });
    const response = await ask('/training-jobs/a-job/events');
    expect(response.headers.get('Content-Type')).toMatch(/^text\/event-stream/);
    const events = await eventsOf(response);
    expect(events.find(({ type }) => type === 'log')).toMatchObject({ lines: [{ message: shown, cursor: 'c1' }] });
    expect(events.find(({ type }) => type === 'state')).toMatchObject({ state: { failure: shown } });
    expect(events.at(-1)).toEqual({ type: 'end' });
  });

  it('is downloaded as a text file, never as a page', async () => {
    const { ask } = appWith({ attach: () => jobWith({}) });
    const response = await ask('/training-jobs/a-job/log');
    expect(response.headers.get('Content-Type')).toMatch(/^text\/plain/);
    expect(response.headers.get('Content-Disposition')).toBe('attachment; filename="a-job.log"');
    expect(await response.text()).toBe('1970-01-01T00:00:00.000Z algo-1 hello\n');
  });

  it('is text in an error as well', async () => {
    const { post } = appWith({
      attach: () => ({ invoke: () => Promise.reject(new SealabError('InvocationFailed', `The model answered: ${hostile}`)) }),
    });
    const response = await post('/endpoints/an-endpoint/invocations', { body: '1,2' });
    expect(response.status).toBe(422);
    expect(((await response.json()) as ErrorBody).message).toBe(`The model answered: ${shown}`);
  });

  it.each(['%3Cscript%3E', 'a_b', '..', 'x'.repeat(64)])('a name that SageMaker would not take is refused: %s', async (name) => {
    const { ask } = appWith({});
    expect((await ask(`/training-jobs/${name}/log`)).status).toBeGreaterThanOrEqual(400);
  });
});

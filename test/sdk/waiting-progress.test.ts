import { afterEach, describe, expect, it } from '@jest/globals';
import { rateLimited } from '../../sdk/src/notebook/progress.ts';
import { summaryText } from '../../sdk/src/waiting/follow.ts';
import { labOnAPort } from './lab-on-a-port.ts';

interface Message {
  readonly type: string;
  readonly content: { readonly data: Record<string, string>; readonly transient: { readonly display_id: string } };
}

afterEach(() => void Reflect.deleteProperty(globalThis, 'Deno'));

/** The kernel as far as a display goes: what it was told, in order. */
function inNotebook(): Message[] {
  const told: Message[] = [];
  const jupyter = {
    broadcast: async (type: string, content: Message['content']) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      told.push({ type, content });
    },
  };
  Object.assign(globalThis, { Deno: { jupyter, addSignalListener: () => undefined } });
  return told;
}

async function labWhere(status: () => string) {
  const { lab } = await labOnAPort(() => ({ json: { TrainingJobStatus: status(), SecondaryStatus: 'Training' } }));
  return lab;
}

describe('a wait in a notebook', () => {
  it('shows one line that is written over, complete when the wait has ended', async () => {
    const told = inNotebook();
    let asked = 0;
    const lab = await labWhere(() => (++asked < 4 ? 'InProgress' : 'Completed'));
    await lab.attach('<b>a</b>').wait();
    expect(told.map(({ type }) => type)).toEqual(['display_data', ...Array.from({ length: told.length - 1 }, () => 'update_display_data')]);
    expect(told.length).toBeLessThan(6);
    expect(new Set(told.map(({ content }) => content.transient.display_id)).size).toBe(1);
    expect(told[0]?.content.data['text/plain']).toMatch(/^<b>a<\/b>: InProgress, Training 00:00$/);
    expect(told.at(-1)?.content.data['text/plain']).toMatch(/: Completed/);
    expect(told.at(-1)?.content.data['text/html']).not.toContain('<b>');
  });

  it('ends clean when aborted: nothing comes afterwards', async () => {
    const told = inNotebook();
    const lab = await labWhere(() => 'InProgress');
    await expect(lab.attach('a').wait({ signal: AbortSignal.timeout(400) })).rejects.toMatchObject({ code: 'WaitEnded' });
    const count = told.length;
    expect(count).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(told).toHaveLength(count);
  });

  it.each([{ show: false }, { onProgress: () => undefined }])('shows nothing with %j', async (options) => {
    const told = inNotebook();
    const lab = await labWhere(() => 'Completed');
    await lab.attach('a').wait(options);
    expect(told).toEqual([]);
  });

  it('for many jobs shows one bar', async () => {
    const told = inNotebook();
    const lab = await labWhere(() => 'Completed');
    await lab.waitAll([lab.attach('a')]);
    expect(told.at(-1)?.content.data).toMatchObject({
      'text/plain': '1 of 1 done: 1 Completed',
      'text/html': expect.stringContaining('<progress value="1.000"'),
    });
  });
});

describe('a line', () => {
  it('is written at once, then as often as it may be, and last with what was shown last', async () => {
    const written: [string, boolean][] = [];
    const line = rateLimited((text, _share, last) => void written.push([text, last]), { every: 50 });
    for (let index = 0; index < 100; index++) {
      line.show(String(index));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await line.end();
    line.show('too late');
    await line.end();
    expect(written[0]).toEqual(['0', false]);
    expect(written.at(-1)).toEqual(['99', true]);
    expect(written.length).toBeLessThan(20);
  });

  it('are not there for what is done at once', async () => {
    const written: string[] = [];
    const line = rateLimited((text) => void written.push(text), { after: 10_000 });
    line.show('half', 0.5);
    line.show('all', 1);
    await line.end();
    expect(written).toEqual([]);
  });

  it('that cannot be shown hinders nobody', async () => {
    const line = rateLimited(() => Promise.reject(new Error('the kernel is gone')));
    line.show('a');
    await expect(line.end()).resolves.toBeUndefined();
  });

  it('counts jobs by status and phase', () => {
    const job = (name: string, status: string, phase?: string) =>
      [name, { name, status, phase, message: undefined, elapsedSeconds: 1 }] as const;
    const states = new Map([
      job('a', 'Completed'),
      job('b', 'InProgress', 'Training'),
      job('c', 'InProgress', 'Training'),
      job('d', 'InProgress', 'Starting'),
    ]);
    expect(summaryText(states, 1, 5)).toBe('1 of 5 done: 1 Completed, 3 InProgress (Training 2, Starting 1)');
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import type { Kernel } from '@jupyterlab/services';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { description } from './running/environment.ts';
import { openKernel, runCell } from './running/jupyterlab-kernel.ts';

const CELLS = 500;

/** How a cell can say something: the code of cell `n`, and what its reader must see. */
const FORMS: Readonly<Record<string, (n: number) => readonly [code: string, seen: string]>> = {
  'the value of its last line': (n) => [`${n} * 2`, String(n * 2)],
  'a string': (n) => [`"cell ${n}"`, `cell ${n}`],
  'an awaited value': (n) => [`await Promise.resolve(${n})`, String(n)],
  'a value after a pause': (n) => [`await new Promise((done) => setTimeout(() => done(${n}), 1))`, String(n)],
  'printed lines': (n) => [`console.log("line ${n}")`, `line ${n}\n`],
  'lines on standard error': (n) => [`console.error("problem ${n}")`, `problem ${n}\n`],
  'a declaration, then its value': (n) => [`const v${n} = { n: ${n} }; v${n}.n`, String(n)],
  'an object that shows itself': (n) => [`({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": "shown ${n}" }) })`, `shown ${n}`],
  'a display before the end': (n) => [`await Deno.jupyter.display({ "text/plain": "display ${n}" }, { raw: true })`, `display ${n}`],
  'an error': (n) => [`throw new Error("wrong ${n}")`, `wrong ${n}`],
};

describe('the TypeScript kernel, through the client of JupyterLab', () => {
  let kernel: Kernel.IKernelConnection & AsyncDisposable;
  beforeAll(async () => {
    kernel = await openKernel('typescript');
  });
  afterAll(async () => {
    await kernel[Symbol.asyncDispose]();
  });

  it.each(Object.entries(FORMS))(
    `loses no output of ${CELLS} cells that end in %s`,
    async (_, form) => {
      const lost: string[] = [];
      for (let n = 0; n < CELLS; n++) {
        const [code, seen] = form(n);
        const { outputs } = await runCell(kernel, code);
        if (!outputs.some((output) => output.includes(seen))) lost.push(`${code}: ${JSON.stringify(outputs)}`);
      }
      expect(lost).toEqual([]);
    },
    300_000,
  );

  it('takes the SDK by its name, and completes what the lab has', async () => {
    const { outputs } = await runCell(
      kernel,
      "import { connect } from '@sealab/sdk'; const lab = await connect(); lab.environment.project",
    );
    expect(outputs.join('')).toContain(description().project);
    const code = 'lab.tra';
    const { content } = await kernel.requestComplete({ code, cursor_pos: code.length });
    expect(content).toMatchObject({ status: 'ok', matches: expect.arrayContaining([expect.stringContaining('train')]) });
  });

  it('ends a wait of the SDK when it is interrupted, and goes on with everything that it knew', async () => {
    await runCell(kernel, "const sleeper = await lab.train({ script: { name: 'sleep.py', text: 'import time; time.sleep(300)' } })");
    const waiting = runCell(kernel, 'await sleeper.wait()');
    await sleep(1_500);
    const asked = performance.now();
    await kernel.interrupt();
    const { reply, outputs } = await waiting;
    expect(reply.status).toBe('error');
    expect(outputs.join('')).toMatch(/WaitEnded/);
    expect(performance.now() - asked).toBeLessThan(2_000);
    const { outputs: after } = await runCell(kernel, 'await sleeper.stop(); (await sleeper.describe()).TrainingJobStatus');
    expect(after.join('')).toMatch(/Stopp/);
  }, 60_000);

  it('is there again after a restart, also from a cell that never ends', async () => {
    const busy = runCell(kernel, 'for (;;);').catch((error: unknown) => String(error));
    await sleep(500);
    await kernel.restart();
    const ended = await busy;
    expect(typeof ended === 'string' ? ended : '').toMatch(/Canceled|disposed|restart/i);
    const { outputs } = await runCell(kernel, 'typeof lab + " " + 6 * 7');
    expect(outputs.join('')).toContain('undefined 42');
  }, 60_000);
});

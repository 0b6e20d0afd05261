import { setTimeout as sleep } from 'node:timers/promises';
import type { Kernel } from '@jupyterlab/services';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { description } from './running/environment.ts';
import { type CellOutputs, openKernel, runCell } from './running/jupyterlab-kernel.ts';

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

/** Cells that an interrupt ends: none of them would end by itself. */
const ENDED: Readonly<Record<string, string>> = {
  'a loop': 'for (;;);',
  'a loop that makes garbage': 'for (const seen = new Map(), n = { n: 0 }; ; n.n++) seen.set(n.n % 1000, { n });',
  'a loop behind an await': 'await Promise.resolve(); for (;;);',
  'a loop of awaits': 'for (;;) await Promise.resolve();',
  'a loop of timers': 'await new Promise(() => (function again() { setTimeout(again, 0); })());',
  'an await that nothing can end': 'await new Promise(() => undefined)',
  'a program': "await new Deno.Command('sleep', { args: ['600'] }).output()",
};

/** Runs a cell and interrupts it; milliseconds from the interrupt to its end. */
async function interrupted(kernel: Kernel.IKernelConnection, code: string): Promise<CellOutputs & { readonly milliseconds: number }> {
  const cell = runCell(kernel, code);
  await sleep(700);
  const asked = performance.now();
  await kernel.interrupt();
  return { ...(await cell), milliseconds: performance.now() - asked };
}

const textOf = async (kernel: Kernel.IKernelConnection, code: string): Promise<string> => (await runCell(kernel, code)).outputs.join('');

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

  it('goes on with everything that it knew when a loop is interrupted in which the SDK cannot hear it', async () => {
    const { reply, milliseconds } = await interrupted(kernel, 'for (;;);');
    expect(reply.status).toBe('error');
    expect(milliseconds).toBeLessThan(3_000);
    expect(await textOf(kernel, 'lab.environment.project')).toContain(description().project);
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

describe('an interrupt of a TypeScript kernel that has not loaded the SDK', () => {
  let kernel: Kernel.IKernelConnection & AsyncDisposable;
  let pid: string;
  beforeAll(async () => {
    kernel = await openKernel('typescript');
    pid = await textOf(kernel, 'const known = 41; Deno.pid');
  });
  afterAll(async () => {
    await kernel[Symbol.asyncDispose]();
  });

  it.each(Object.entries(ENDED))(
    'ends %s, and the kernel goes on with everything that it knew',
    async (_, code) => {
      const { milliseconds } = await interrupted(kernel, code);
      expect(milliseconds).toBeLessThan(3_000);
      expect(await textOf(kernel, '`${known + 1} ${Deno.pid}`')).toContain(`42 ${pid}`);
    },
    60_000,
  );

  it('leaves an await that will end to its end', async () => {
    const { reply, outputs } = await interrupted(kernel, "await new Promise((done) => setTimeout(done, 3_000, 'woken'))");
    expect([reply.status, ...outputs]).toEqual(['ok', '"woken"']);
    expect(await textOf(kernel, '`${known + 1} ${Deno.pid}`')).toContain(`42 ${pid}`);
  }, 60_000);

  it('does nothing to a kernel that does nothing', async () => {
    await kernel.interrupt();
    expect(await textOf(kernel, '`${known + 1} ${Deno.pid}`')).toContain(`42 ${pid}`);
  });

  it('is survived by a kernel that Jupyter started again after a crash; none of its processes outlives it', async () => {
    const pids: string[] = [];
    {
      await using crashing = await openKernel('typescript');
      pids.push(await textOf(crashing, 'Deno.pid'));
      const again = new Promise<void>((resolve) => {
        crashing.statusChanged.connect((_, status) => {
          if (status === 'autorestarting') resolve();
        });
      });
      runCell(crashing, "Deno.kill(Deno.pid, 'SIGKILL')").catch(() => undefined);
      await again;
      pids.push(await textOf(crashing, 'const known = 41; Deno.pid'));
      expect((await interrupted(crashing, 'for (;;);')).milliseconds).toBeLessThan(3_000);
      expect(await textOf(crashing, '`${known + 1} ${Deno.pid}`')).toContain(`42 ${pids[1]}`);
    }
    expect(new Set(pids).size).toBe(2);
    await using python = await openKernel('python');
    expect(await textOf(python, `import os; [os.path.exists(f"/proc/{pid}") for pid in (${pids.join()})]`)).toBe('[False, False]');
  }, 60_000);
});

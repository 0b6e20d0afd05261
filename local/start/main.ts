import { runCheck } from './check.ts';
import type { CheckSummary } from './check.ts';
import { startEnvironment } from './environment.ts';
import type { Step } from './environment.ts';

export interface RunOptions {
  readonly step: Step;
  /** `performance.now()` when the command began. */
  readonly started: number;
  readonly check: boolean;
  /** A CSV with the columns of the credit-default set, for the check. */
  readonly data?: string | undefined;
}

/** `npm start`: runs the environment until Ctrl-C, or the main job once. Returns the exit code. */
export async function runEnvironment({ step, started, check, data }: RunOptions): Promise<number> {
  const interrupt = new AbortController();
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        interrupt.abort(new Error('Stopped before it had started.'));
        resolve();
      });
    }
  });
  const environment = await startEnvironment({ step, signal: interrupt.signal }).catch((error: unknown) => {
    if (!interrupt.signal.aborted) throw error;
  });
  if (environment === undefined) {
    console.error('\nStopped before it had started. Data is kept for the next start.');
    return 130;
  }
  let summary: CheckSummary | undefined;
  try {
    if (check) {
      summary = await Promise.race([runCheck(environment, { step, data }), interrupted.then(() => undefined)]);
      return summary === undefined ? 130 : summary.ok ? 0 : 1;
    }
    console.log(
      `\nSealab is ready after ${((performance.now() - started) / 1000).toFixed(1)} s. Open JupyterLab (once, within five minutes):\n`,
    );
    console.log(`  ${environment.connection.jupyterUrl}\n`);
    console.log('Press Enter for another address, Ctrl-C to stop. Data is kept for the next start.');
    process.stdin.on('data', () => {
      void environment.newJupyterUrl().then(
        (url) => console.log(`\n  ${url}\n`),
        (error: unknown) => console.error((error as Error).message),
      );
    });
    await interrupted;
    return 0;
  } finally {
    process.stdin.pause();
    await step('Stopping', () => environment.stop());
    // The last line, for programs that read it.
    if (summary !== undefined) console.log(JSON.stringify(summary));
  }
}

import { appendFileSync, readFileSync } from 'node:fs';
import type { JobEnd } from './job-interface.ts';
import type { TransformOutcome } from './transform-instance.ts';

export const SEE_LOGS = 'See job logs for more information';

/** Which objects are done, one line each: a restart of the gateway goes on after them. */
export class Journal {
  readonly #path: string;
  readonly #outcomes = new Map<string, TransformOutcome>();

  constructor(path: string) {
    this.#path = path;
    try {
      const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
      for (const line of lines) this.#outcomes.set(...(JSON.parse(line) as [string, TransformOutcome]));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  has(key: string): boolean {
    return this.#outcomes.has(key);
  }

  add(key: string, outcome: TransformOutcome): void {
    appendFileSync(this.#path, `${JSON.stringify([key, outcome])}\n`);
    this.#outcomes.set(key, outcome);
  }

  /** One object that failed fails the job, after the others were done. */
  verdict(): JobEnd {
    const outcomes = [...this.#outcomes.values()];
    const fault = outcomes.find((outcome) => outcome !== 'done');
    return fault === undefined
      ? { outcome: 'Completed' }
      : { outcome: 'Failed', reason: fault === 'client' ? `ClientError: ${SEE_LOGS}` : `AlgorithmError: ${SEE_LOGS}` };
  }
}

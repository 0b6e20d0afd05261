import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { REPOSITORY, TOOLCHAIN } from '../paths.ts';
import { ensurePythonEnvironment, type Progress } from '../toolchain/python.ts';

/** One dimension of the search. */
export type Parameter =
  | {
      readonly name: string;
      readonly type: 'float' | 'int';
      readonly low: number;
      readonly high: number;
      readonly scale: 'linear' | 'log' | 'reverse-log';
    }
  | { readonly name: string; readonly type: 'categorical'; readonly values: readonly string[] };

export interface Trial {
  /** Values as SageMaker passes them to a training job. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly state: 'complete' | 'running' | 'failed';
  /** Of the objective, at the end. */
  readonly value: number | undefined;
  /** Of the objective, as it went: seconds since the epoch and value. */
  readonly points: readonly (readonly [number, number])[];
}

/** Everything that an answer depends on: the same question has the same answer. */
export interface Question {
  readonly seed: number;
  readonly maximize: boolean;
  readonly strategy: 'Bayesian' | 'Random' | 'Grid' | 'Hyperband';
  /** Hyperband: the fewest points that a trial is judged by, and those of a trial that ran to its end. */
  readonly minResource: number;
  readonly maxResource: number;
  readonly parameters: readonly Parameter[];
  readonly trials: readonly Trial[];
  /** How many proposals are wanted. */
  readonly count: number;
}

export interface Answer {
  readonly proposals: readonly Readonly<Record<string, string>>[];
  /** Indexes of running trials that Hyperband gives up. */
  readonly hopeless: readonly number[];
}

const DEADLINE_MS = 120_000;

/** Path of the optimiser's own Python; installs it from its hash lock when that is new. */
export const tunerPython = (onProgress?: Progress): Promise<string> =>
  ensurePythonEnvironment(join(TOOLCHAIN, 'tuner'), join(REPOSITORY, 'local/tuner/requirements.txt'), onProgress);

/** Asks Optuna, in a process of its own that gets the whole history: nothing is lost with it. @throws Error with what it said */
export async function optimise(question: Question): Promise<Answer> {
  const python = await tunerPython();
  const child = spawn(python, ['-I', join(REPOSITORY, 'local/tuner/optimise.py')], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', OMP_NUM_THREADS: '1' },
    timeout: DEADLINE_MS,
  });
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  child.stdin.on('error', () => undefined).end(JSON.stringify(question));
  const [answer, said, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`The optimiser ended with code ${String(code)}: ${said.trim().split('\n').at(-1) ?? ''}`);
  return JSON.parse(answer) as Answer;
}

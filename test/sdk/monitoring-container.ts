import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { TOOLCHAIN } from '../../local/paths.ts';
import { ensureImage } from '../../local/runner/images.ts';
import { findPython } from '../../local/toolchain/python.ts';

/** The Python of the scikit-learn image, as a job has it. It runs one program after another, see `forked_programs.py`. */
export class ImagePython {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #codes: AsyncIterator<string>;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(path: string, env: NodeJS.ProcessEnv) {
    this.#child = spawn(path, [join(import.meta.dirname, 'forked_programs.py')], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#codes = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }
  static async start(): Promise<ImagePython> {
    await ensureImage('sagemaker-scikit-learn');
    const lib = join(TOOLCHAIN, 'images', 'sagemaker-scikit-learn', 'lib');
    const version = readdirSync(lib).find((name) => name.startsWith('python')) ?? '';
    return new ImagePython(await findPython(), { PATH: process.env['PATH'], PYTHONPATH: join(lib, version, 'site-packages') });
  }
  /** What it prints as errors goes to the file `said`. */
  run(program: string, args: readonly string[], said: string, variables: Readonly<Record<string, string>> = {}): Promise<number> {
    const code = this.#last.then(async () => {
      this.#child.stdin.write(`${JSON.stringify({ program, arguments: args, said, variables })}\n`);
      const { value } = (await this.#codes.next()) as IteratorResult<string, undefined>;
      if (value === undefined) throw new Error('the Python of the image has ended');
      return Number(value);
    });
    this.#last = code.catch(() => undefined);
    return code;
  }
  stop(): void {
    this.#child.stdin.end();
  }
}

/** The same numbers every time. */
function random(seed: number) {
  let state = seed;
  const even = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return { even, normal: () => Math.sqrt(-2 * Math.log(even())) * Math.cos(2 * Math.PI * even()) };
}

export interface Shift {
  readonly age?: number;
  readonly region?: string;
  readonly missing?: number;
  readonly flag?: number;
}
/** Customers: two numbers, a category, a flag, an id; the label follows age alone. */
export function customers(rows: number, seed: number, shift: Shift = {}): (string | number)[][] {
  const { even, normal } = random(seed);
  return Array.from({ length: rows }, (_, index) => {
    const age = 40 + 10 * normal() + (shift.age ?? 0);
    const income = Math.exp(10 + 0.5 * normal());
    const region = shift.region !== undefined && even() < 0.2 ? shift.region : (['north', 'south', 'east'][Math.floor(even() * 3)] ?? '');
    const flag = even() < (shift.flag ?? 0.3) ? 1 : 0;
    return [index, age, even() < (shift.missing ?? 0) ? '' : income, region, flag, age + 3 * normal() > 42 ? 1 : 0];
  });
}
export const HEADER = ['id', 'age', 'income', 'region', 'flag', 'label'];
export const csv = (rows: readonly (readonly unknown[])[], header: readonly string[] = HEADER) =>
  `${[header, ...rows].map((row) => row.join(',')).join('\n')}\n`;

/** As an endpoint with data capture writes it: without id and label, an answer beside each request. */
export const captures = (rows: readonly (readonly unknown[])[], score: (row: readonly unknown[]) => number) =>
  rows
    .map((row) =>
      JSON.stringify({
        captureData: {
          endpointInput: {
            observedContentType: 'text/csv',
            mode: 'INPUT',
            encoding: 'BASE64',
            data: Buffer.from(row.slice(1, 5).join(',')).toString('base64'),
          },
          endpointOutput: {
            observedContentType: 'application/json',
            mode: 'OUTPUT',
            encoding: 'JSON',
            data: JSON.stringify([[1 - score(row), score(row)]]),
          },
        },
        eventMetadata: { eventId: 'x', inferenceTime: '2026-01-01T00:00:00Z' },
        eventVersion: '0',
      }),
    )
    .join('\n');

/** A container of a processing job, as far as the program sees it. */
export class Container {
  readonly root = mkdtempSync(join(tmpdir(), 'sealab-monitor-'));
  readonly #python: ImagePython;

  constructor(python: ImagePython) {
    this.#python = python;
  }
  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
  input(name: string, file: string, content: string | Buffer): this {
    const path = join(this.root, 'processing/input', name, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return this;
  }
  async run(
    program: { readonly name: string; readonly text: string },
    ...args: readonly string[]
  ): Promise<{ status: number; message: string; said: string }> {
    const path = join(this.root, program.name);
    writeFileSync(path, program.text);
    const status = await this.#python.run(path, args, join(this.root, 'said'), { SEALAB_MONITOR_ROOT: this.root });
    return { status, message: this.text('output/message'), said: this.text('said') };
  }
  text(path: string): string {
    try {
      return readFileSync(join(this.root, path), 'utf8');
    } catch {
      return '';
    }
  }
  report(file: string): Record<string, unknown> {
    return JSON.parse(this.text(`processing/output/report/${file}`)) as Record<string, unknown>;
  }
}

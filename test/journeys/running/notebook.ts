import { JupyterClient, type Kernel } from '../../../local/start/jupyter-client.ts';
import { presignedUrl } from './environment.ts';

/** Folder of the notebook's volume, inside. */
export const NOTEBOOK_FOLDER = '/home/ec2-user/SageMaker';

/** What a cell raised, or what it had printed when its time was over. */
export class CellError extends Error {
  override readonly name = 'CellError';
}

/** Code that runs in the notebook: with its role's credentials, from inside the network, and nothing else. */
export class Notebook {
  readonly jupyter: JupyterClient;
  readonly #kernel: Kernel;

  private constructor(jupyter: JupyterClient, kernel: Kernel) {
    this.jupyter = jupyter;
    this.#kernel = kernel;
  }

  static async open(language: 'python' | 'typescript'): Promise<Notebook> {
    const jupyter = await JupyterClient.open(await presignedUrl());
    const kernel = await jupyter.kernel(language);
    if (kernel === undefined) throw new Error(`The notebook has no kernel for ${language}.`);
    return new Notebook(jupyter, kernel);
  }

  /** Runs one cell and answers what it printed. @throws CellError */
  async run(code: string, seconds = 60): Promise<string> {
    let printed = '';
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new CellError(`The cell ran longer than ${seconds} s; it had printed:\n${printed}`)), seconds * 1000);
    });
    const cell = this.#kernel.run(code, (text) => (printed += text));
    const { status, error } = await Promise.race([cell, late]).finally(() => clearTimeout(timer));
    if (status === 'error') throw new CellError(`${error ?? ''}\n${printed}`);
    return printed;
  }

  /** Runs a cell whose last printed line is JSON. */
  async json<T>(code: string, seconds?: number): Promise<T> {
    const printed = await this.run(code, seconds);
    return JSON.parse(printed.trim().split('\n').at(-1) ?? '') as T;
  }

  async close(): Promise<void> {
    await this.#kernel.shutDown();
  }
}

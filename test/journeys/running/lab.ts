import { Notebook } from './notebook.ts';

/** How a job ended, as `wait()` and `describe()` say it. */
export interface Ended {
  readonly name: string;
  readonly status: string;
  readonly secondary: string;
  readonly failure: string | undefined;
  readonly artifacts: string | undefined;
  readonly seconds: number;
  readonly lines: readonly string[];
}

/** The SDK in the notebook's TypeScript kernel. */
export class NotebookLab {
  readonly notebook: Notebook;

  private constructor(notebook: Notebook) {
    this.notebook = notebook;
  }

  static async open(): Promise<NotebookLab> {
    const notebook = await Notebook.open('typescript');
    await notebook.run(`
import { connect } from "@sealab/sdk";
globalThis.lab = await connect();
globalThis.print = (value) => console.log(JSON.stringify(value ?? null));
globalThis.ended = async (name) => {
  const job = lab.attach(name);
  await job.wait().catch((error) => { if (error.code !== "JobNotCompleted") throw error; });
  const lines = [];
  for await (const line of job.logs({ follow: false })) lines.push(line.message);
  const { TrainingJobStatus, SecondaryStatus, FailureReason, ModelArtifacts, CreationTime, TrainingEndTime } = await job.describe();
  return { name, status: TrainingJobStatus, secondary: SecondaryStatus, failure: FailureReason, artifacts: ModelArtifacts?.S3ModelArtifacts, seconds: (TrainingEndTime - CreationTime) / 1000, lines };
};`);
    return new NotebookLab(notebook);
  }

  /** Runs an expression of TypeScript and answers its value. */
  json<T>(expression: string, seconds?: number): Promise<T> {
    return this.notebook.json<T>(`print(${expression})`, seconds);
  }

  /** Submits a script and answers the job's name. */
  train(script: string, options: Readonly<Record<string, unknown>> = {}): Promise<string> {
    return this.json<string>(
      `(await lab.train(${JSON.stringify({ script: { name: 'journey.py', text: script }, maxRuntime: 300, ...options })})).name`,
    );
  }

  ended(name: string, seconds = 120): Promise<Ended> {
    return this.json<Ended>(`await ended(${JSON.stringify(name)})`, seconds);
  }

  /** `code` and message of the error that an expression throws. */
  error(expression: string, seconds?: number): Promise<{ name: string; code: string; message: string; details: Record<string, unknown> }> {
    return this.json(
      `await (async () => ${expression})().then((value) => { throw new Error("no error: " + JSON.stringify(value)); }, ({ name, code, message, details }) => ({ name, code, message, details }))`,
      seconds,
    );
  }

  close(): Promise<void> {
    return this.notebook.close();
  }
}

import { createContext, Script } from 'node:vm';
import type { JobMetric } from './job-interface.ts';
import type { LogLine } from './sandbox-log.ts';

export interface MetricDefinition {
  readonly Name: string;
  readonly Regex: string;
}

/** Longer lines are no metrics; the expressions of a job are not trusted with them. */
const LONGEST_LINE = 4_096;
/** An expression can take exponential time; the gateway has other things to do. */
const TIMEOUT_MS = 200;

/** Finds the metrics of a job in its log by the job's own expressions, under a time limit. */
export class MetricExtraction {
  readonly #definitions: { name: string; script: Script; context: object }[] = [];

  constructor(definitions: readonly MetricDefinition[]) {
    for (const { Name, Regex } of definitions) {
      let expression: RegExp;
      try {
        expression = new RegExp(Regex);
      } catch {
        continue;
      }
      const context = createContext({ expression, messages: [] as string[] });
      this.#definitions.push({ name: Name, script: new Script('messages.map((message) => expression.exec(message)?.[1])'), context });
    }
  }

  /** Metric points in the order of the lines. An expression that takes too long is not asked again. */
  extract(lines: readonly LogLine[]): JobMetric[] {
    const points: (JobMetric & { line: number })[] = [];
    const messages = lines.map(({ message }) => message.slice(0, LONGEST_LINE));
    for (const definition of [...this.#definitions]) {
      let found: (string | undefined)[];
      try {
        Object.assign(definition.context, { messages });
        found = definition.script.runInContext(definition.context, { timeout: TIMEOUT_MS }) as (string | undefined)[];
      } catch {
        this.#definitions.splice(this.#definitions.indexOf(definition), 1);
        continue;
      }
      found.forEach((text, line) => {
        const value = text === undefined || text.trim() === '' ? NaN : Number(text);
        if (Number.isFinite(value)) points.push({ name: definition.name, value, timestamp: (lines[line]?.timestamp ?? 0) / 1000, line });
      });
    }
    return points.sort((a, b) => a.line - b.line).map(({ name, value, timestamp }) => ({ name, value, timestamp }));
  }
}

import { join } from 'node:path';
import type { TrainingForm } from './training-form.ts';

const text = (value: string) => `'${value.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n')}'`;
const key = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : text(name));
/** A number is written as one: the SDK turns it into the same string. */
const value = (given: string) => (/^-?(0|[1-9]\d{0,14})(\.\d*[1-9])?$/.test(given) ? given : text(given));
const table = (record: Readonly<Record<string, string>>, write: (given: string) => string) =>
  `{ ${Object.entries(record)
    .map(([name, given]) => `${key(name)}: ${write(given)}`)
    .join(', ')} }`;

/** The cell that submits the same job from a TypeScript notebook. Only what differs from the SDK's defaults is written. */
export function trainingAsTypeScript(form: TrainingForm, folder: string): string {
  const path = (given: string) => text(given.startsWith('s3://') ? given : join(folder, given));
  const lines: (string | false)[] = [
    form.name !== undefined && `name: ${text(form.name)}`,
    `script: ${path(form.script)}`,
    form.data !== undefined && `data: ${path(form.data)}`,
    form.framework !== undefined && `framework: ${text(form.framework)}`,
    `instanceType: ${text(form.instanceType)}`,
    form.instanceCount !== 1 && `instanceCount: ${form.instanceCount}`,
    form.volumeSize !== 30 && `volumeSize: ${form.volumeSize}`,
    Object.keys(form.hyperparameters).length > 0 && `hyperparameters: ${table(form.hyperparameters, value)}`,
    Object.keys(form.metrics).length > 0 && `metrics: ${table(form.metrics, text)}`,
    form.network !== 'isolated' && `network: ${text(form.network)}`,
    form.maxRuntime !== 3600 && `maxRuntime: ${form.maxRuntime}`,
  ];
  return `import { connect } from '@sealab/sdk';

const lab = await connect();
const job = await lab.train({
${lines
  .filter((line) => line !== false)
  .map((line) => `  ${line},`)
  .join('\n')}
});
for await (const { message } of job.logs()) console.log(message);
await job.wait();
`;
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { Lab, LogLine, TrainOptions } from '@sealab/sdk';
import { createApp } from '../../extension/service/src/app.ts';

/** A lab whose AWS side is what a test says; the app above it is the real one. */
export function labWith(parts: Record<string, unknown>): Lab {
  return new Proxy(parts, {
    get: (target, name) => {
      if (name === 'then') return undefined;
      if (name in target) return target[name as string];
      throw new Error(`The test did not expect lab.${String(name)}.`);
    },
  }) as unknown as Lab;
}

export const line = (message: string, cursor = '0'): LogLine => ({ source: 'algo-1', timestamp: new Date(0), message, cursor });

export function jobWith(parts: Record<string, unknown>) {
  return {
    kind: 'training-jobs',
    name: 'a-job',
    describe: () => Promise.resolve({ TrainingJobStatus: 'Completed', SecondaryStatus: 'Completed' }),
    // eslint-disable-next-line @typescript-eslint/require-await
    async *logs() {
      yield line('hello');
    },
    ...parts,
  };
}

const folder = mkdtempSync(join(tmpdir(), 'sealab-service-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder that goes when the file's tests are over. */
export const newFolder = (): string => mkdtempSync(join(folder, '-'));

export const SECRET = 'what-jupyter-adds';
const ORIGIN = 'http://jupyter.example:8888';

/** Headers of a request that the panel makes: through Jupyter's login, from Jupyter's page, with its token. */
export const panelHeaders = {
  Host: 'jupyter.example:8888',
  Origin: ORIGIN,
  Cookie: '_xsrf=2|abc|def|1700000000; username-8888=login',
  'X-XSRFToken': '2|abc|def|1700000000',
  'X-Sealab-Proxy': SECRET,
  'Sec-Fetch-Site': 'same-origin',
};

export function appWith(parts: Record<string, unknown> | (() => Promise<Lab>)) {
  const notebookFolder = newFolder();
  writeFileSync(join(notebookFolder, 'train.py'), 'print("training")\n');
  writeFileSync(join(notebookFolder, 'data.csv'), '1,2\n');
  const reported: string[] = [];
  const app = createApp({
    lab: typeof parts === 'function' ? parts : () => Promise.resolve(labWith(parts)),
    notebookFolder,
    proxySecret: SECRET,
    report: (method, route, error) => reported.push(`${method} ${route} ${String(error)}`),
  });
  const ask = (path: string, init: RequestInit = {}) =>
    app.request(path, { ...init, headers: { ...panelHeaders, ...(init.headers as Record<string, string>) } });
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    ask(path, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...headers } });
  return { app, ask, post, notebookFolder, reported };
}

/** Events of a stream, in order. */
export async function eventsOf(response: Response): Promise<Record<string, unknown>[]> {
  return (await response.text())
    .split('\n')
    .filter((part) => part.startsWith('data: '))
    .map((part) => JSON.parse(part.slice(6)) as Record<string, unknown>);
}

export type { TrainOptions };

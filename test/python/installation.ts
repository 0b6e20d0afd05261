import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { environmentJsonSchema } from '@sealab/sdk/contract';
import type { EnvironmentDescription } from '@sealab/sdk/contract';
import { exportControls } from '@sealab/sdk/secure';
import { pipelineJsonSchema } from '../../sdk/src/pipelines/definition.ts';
import { environment } from '../sdk/environment-fixture.ts';

export const repository = resolve(import.meta.dirname, '../..');

/** Writes the Python side of a release, as `scripts/build-release.mjs` does. */
export function writePython(to: string): void {
  cpSync(join(repository, 'sdk/python'), to, { recursive: true, filter: (source) => !source.includes('__pycache__') });
  writeFileSync(join(to, 'sealab_defaults/controls.json'), JSON.stringify(exportControls()));
  writeFileSync(join(to, 'sealab_defaults/environment.schema.json'), JSON.stringify(environmentJsonSchema()));
  writeFileSync(join(to, 'sealab_defaults/pipeline.schema.json'), JSON.stringify(pipelineJsonSchema()));
}

/** The Python side of a release in a folder of its own, with an environment document beside it. */
export class Installation {
  readonly folder = mkdtempSync(join(tmpdir(), 'sealab-python-'));
  readonly python = join(this.folder, 'python');
  readonly document = join(this.folder, 'environment.json');

  constructor() {
    writePython(this.python);
    this.describe(environment);
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  describe(document: EnvironmentDescription | string): void {
    this.write('environment.json', typeof document === 'string' ? document : JSON.stringify(document));
  }

  /** Variables of a process; without `PYTHONPATH`, the defaults are not there. */
  variables(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
    return { PATH: process.env['PATH'], HOME: this.folder, PYTHONPATH: this.python, SEALAB_ENVIRONMENT: this.document, ...more };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeState } from '../gateway/state-file.ts';
import { readJson } from '../json-file.ts';
import { PATHS } from '../paths.ts';
import type { Attributes } from './resource-type.ts';

export interface ResourceState {
  readonly type: string;
  /** Everything but `complete` means that a run ended in between: the next one finishes the work. */
  readonly status: 'creating' | 'updating' | 'unfinished' | 'complete';
  readonly physicalId: string | undefined;
  readonly attributes: Attributes;
  /** As applied, all intrinsics resolved. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Counts replacements; part of generated names. */
  readonly generation: number;
  readonly dependsOn: readonly string[];
  readonly deletionPolicy: 'Delete' | 'Retain';
}

export interface StackOutput {
  readonly value: string;
  readonly description?: string | undefined;
  readonly exportName?: string | undefined;
}

export interface StackState {
  readonly version: 1;
  readonly name: string;
  readonly id: string;
  status: 'in-progress' | 'complete' | 'failed' | 'deleting';
  /** What the last run failed with. */
  failure?: string;
  parameters: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
  readonly resources: Record<string, ResourceState>;
  /** Resources that were replaced and wait for their removal. */
  replaced: { readonly logicalId: string; readonly state: ResourceState }[];
  outputs: Record<string, StackOutput>;
}

export const STATE_FOLDER = join(PATHS.state, 'deploy');

/** The state of one stack on disk: replaced atomically after every step, so that a crash leaves the last complete one. */
export class StateFile {
  readonly path: string;
  readonly folder: string;

  constructor(name: string, folder: string = STATE_FOLDER) {
    this.folder = folder;
    this.path = join(folder, `${name}.json`);
  }

  read(): StackState | undefined {
    return readJson(this.path) as StackState | undefined;
  }

  write(state: StackState): void {
    writeState(this.path, state);
  }

  remove(): void {
    rmSync(this.path, { force: true });
  }
}

/** An export of any deployed stack. */
export function exportedValue(name: string, folder: string = STATE_FOLDER): string | undefined {
  if (!existsSync(folder)) return undefined;
  for (const file of readdirSync(folder).filter((entry) => entry.endsWith('.json'))) {
    const state = readJson(join(folder, file)) as StackState | undefined;
    const output = Object.values(state?.outputs ?? {}).find((candidate) => candidate.exportName === name);
    if (output !== undefined) return output.value;
  }
  return undefined;
}

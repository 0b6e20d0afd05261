import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PATHS } from '../../../paths.ts';
import { readState, writeState } from '../../state-file.ts';

/** Seconds since the epoch, as the JSON protocol of AWS writes times. */
export const now = (): number => Date.now() / 1000;

export interface Resource {
  readonly name: string;
  readonly arn: string;
  readonly creationTime: number;
  lastModifiedTime: number;
}

/** Resources of one kind: in memory for reading, one file each on disk, written before a change is visible. */
export class Store<T extends Resource> {
  readonly #folder: string;
  readonly #resources = new Map<string, T>();

  constructor(kind: string) {
    this.#folder = join(PATHS.state, 'sagemaker', kind);
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    for (const file of readdirSync(this.#folder)) {
      if (!file.endsWith('.json')) continue;
      const resource = readState<T | undefined>(join(this.#folder, file), undefined);
      if (resource !== undefined) this.#resources.set(resource.name, resource);
    }
  }

  get(name: string): T | undefined {
    return this.#resources.get(name);
  }

  all(): IterableIterator<T> {
    return this.#resources.values();
  }

  /** Creates or changes; the caller's object is the resource from then on. */
  save(resource: T): T {
    resource.lastModifiedTime = now();
    writeState(this.#file(resource.name), resource);
    this.#resources.set(resource.name, resource);
    return resource;
  }

  delete(name: string): void {
    rmSync(this.#file(name), { force: true });
    this.#resources.delete(name);
  }

  /** Names of SageMaker resources are safe as file names: the service model's pattern allows letters, digits and hyphens. */
  #file(name: string): string {
    return join(this.#folder, `${name}.json`);
  }
}

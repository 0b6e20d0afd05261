import { createHash } from 'node:crypto';
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

  /** Most names are safe as file names; a version of a model package has a slash in its name, a pipeline's may be longer than a file's. */
  #file(name: string): string {
    const safe = encodeURIComponent(name);
    return join(this.#folder, `${safe.length > 200 ? createHash('sha256').update(name).digest('hex') : safe}.json`);
  }
}

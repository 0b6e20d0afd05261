import { closeSync, constants, mkdirSync, openSync, readSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, writeJson } from '../json-file.ts';
import { HOME } from '../paths.ts';

/** FailureReason and ExitMessage take this many characters of the container's own message. */
const MESSAGE_BYTES = 1024;

/** What a job or a hosted container has on disk while it lives: `/opt/ml`, its writable layer, and what the runner remembers of it. */
export class ContainerFolder<Memory extends object> {
  readonly path: string;

  constructor(id: string) {
    this.path = join(HOME, 'containers', id);
  }

  /** Host path of something below `/opt/ml`. */
  ml(...parts: readonly string[]): string {
    return join(this.path, 'ml', ...parts);
  }

  makeMl(...names: readonly string[]): void {
    for (const name of names) mkdirSync(this.ml(name), { recursive: true });
  }

  /**
   * A folder below `/opt/ml` after the container ended, or `undefined` where the container put something else in its place: a link
   * there would lead the platform out of the sandbox.
   */
  ownFolder(name: string): string | undefined {
    try {
      return realpathSync(this.ml(name)) === join(realpathSync(this.path), 'ml', name) ? this.ml(name) : undefined;
    } catch {
      return undefined;
    }
  }

  /** First characters of a message file that the container may have left, never through a link. */
  message(folder: string, name: string): string {
    const own = this.ownFolder(folder);
    if (own === undefined) return '';
    try {
      const file = openSync(join(own, name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      const buffer = Buffer.alloc(MESSAGE_BYTES);
      const text = buffer.toString('utf8', 0, readSync(file, buffer));
      closeSync(file);
      return text.replace(/\uFFFD+$/, '').trim();
    } catch {
      return '';
    }
  }

  remember(memory: Memory): void {
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    writeJson(join(this.path, 'memory.json'), memory);
  }

  recall(): Memory | undefined {
    return readJson(join(this.path, 'memory.json')) as Memory | undefined;
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, readlink, realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { JobCheckpoints } from './job-plan.ts';
import { joinS3 } from './s3-locations.ts';
import { NoObjects } from './s3-objects.ts';
import { downloadPrefix, putObject } from './s3-transfer.ts';

const PAUSE_MS = 2_000;

/**
 * Keeps a container's folder of checkpoints and its place in S3 the same: restored before the job starts, copied while it runs.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html
 */
export class CheckpointSync {
  readonly #checkpoints: JobCheckpoints;
  readonly #client: () => Promise<S3Client>;
  /** Size and time of change of what S3 has, by path. */
  readonly #known = new Map<string, string>();

  constructor(checkpoints: JobCheckpoints, client: () => Promise<S3Client>) {
    this.#checkpoints = checkpoints;
    this.#client = client;
  }

  async restore(signal: AbortSignal): Promise<void> {
    const { uri, folder } = this.#checkpoints;
    await downloadPrefix(await this.#client(), uri, folder, signal).catch((error: unknown) => {
      if (!(error instanceof NoObjects)) throw error;
    });
    for await (const { path, state } of this.#files()) this.#known.set(path, state);
  }

  /** Copies what changes until `ended` resolves, and then what is left. A copy that fails is tried again; at the end it throws. */
  async follow(ended: Promise<unknown>): Promise<void> {
    const job = { over: false };
    const end = ended.catch(() => undefined).then(() => (job.over = true));
    for (;;) {
      const last = job.over;
      const copied = this.#copy();
      if (last) return copied;
      await copied.catch(() => undefined);
      await Promise.race([sleep(PAUSE_MS, undefined, { ref: false }), end]);
    }
  }

  async #copy(): Promise<void> {
    const { uri, folder, kmsKeyId } = this.#checkpoints;
    for await (const { path, state } of this.#files()) {
      if (this.#known.get(path) === state) continue;
      const file = await openInside(folder, path);
      if (file === undefined) continue;
      // The stream closes the file.
      await putObject(await this.#client(), joinS3(uri, path), file.createReadStream(), kmsKeyId);
      this.#known.set(path, state);
    }
  }

  /** Plain files: a link could point anywhere. */
  async *#files(): AsyncGenerator<{ path: string; state: string }> {
    const { folder } = this.#checkpoints;
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      const found = await lstat(file).catch(() => undefined);
      if (found !== undefined) yield { path: relative(folder, file), state: `${String(found.size)} ${String(found.mtimeMs)}` };
    }
  }
}

/** Opens a file for reading, unless a link leads out of the folder by now: the container is running, and may change names at any time. */
async function openInside(folder: string, path: string): Promise<FileHandle | undefined> {
  const file = await open(join(folder, path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => undefined);
  if (file === undefined) return undefined;
  const [really, inside] = await Promise.all([readlink(`/proc/self/fd/${String(file.fd)}`), realpath(folder)]);
  if (really === join(inside, path) && (await file.stat()).isFile()) return file;
  await file.close();
  return undefined;
}

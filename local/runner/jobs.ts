import type { Platform } from '../gateway/platform.ts';
import { failureReason } from './failures.ts';
import type { Job, JobEnd, JobKind, JobListener, JobRunner } from './job-interface.ts';
import { graceSeconds, sandboxIds } from './job-hosts.ts';
import { instancesOf } from './job-plan.ts';
import { JobRun, type Running, SHUTDOWN_GRACE_SECONDS } from './job-run.ts';
import { attachSandbox, stopSandbox } from './sandbox.ts';
import { TransformRun } from './transform-run.ts';

const idOf = ({ kind, name }: Pick<Job, 'kind' | 'name'>): string => `${kind}-${name}`;

const start = (...given: ConstructorParameters<typeof JobRun>): JobRun | TransformRun =>
  given[1].kind === 'transform-job' ? new TransformRun(...given) : new JobRun(...given);

/** Runs training, processing and transform jobs in sandboxes, each from its recorded phase on, so that a restart of the gateway loses none. */
export function createJobRunner(platform: Platform): JobRunner {
  const running = new Map<string, Running & { readonly sandboxes: readonly string[]; readonly done: Promise<void> }>();

  const stopAll = (sandboxes: readonly string[], seconds: number): Promise<unknown> =>
    Promise.all(sandboxes.filter((id) => attachSandbox(id) !== undefined).map((id) => stopSandbox(id, seconds)));

  function run(job: Job, listener: JobListener): void {
    const id = idOf(job);
    const sandboxes = sandboxIds(id, instancesOf(job.kind, job.request));
    const entry = { id, abort: new AbortController(), stopping: undefined, sandboxes, done: Promise.resolve() };
    running.set(id, entry);
    let over = false;
    const ended = (end: JobEnd): void => {
      if (!over) listener.ended(end);
      over = true;
    };
    const done = Promise.resolve()
      .then(() => start(platform, job, { ...listener, ended }, entry).run())
      .catch((error: unknown) => ended({ outcome: 'Failed', reason: failureReason(error) }))
      .finally(() => running.delete(id));
    Object.assign(entry, { done });
  }

  function stop(job: { readonly kind: JobKind; readonly name: string }): void {
    const entry = running.get(idOf(job));
    if (entry === undefined || entry.stopping !== undefined) return;
    entry.stopping = 'user';
    entry.abort.abort();
    void stopAll(entry.sandboxes, graceSeconds());
  }

  return {
    run,
    stop,
    async shutDown() {
      await Promise.allSettled(
        [...running.values()].map(async (entry) => {
          entry.stopping ??= 'shut-down';
          entry.abort.abort();
          await stopAll(entry.sandboxes, SHUTDOWN_GRACE_SECONDS);
          await entry.done;
        }),
      );
    },
  };
}

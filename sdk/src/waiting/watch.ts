import { setMaxListeners } from 'node:events';
import type { LabContext } from '../context.ts';
import type { Page } from '../listing/api.ts';
import { deadline, waitEnded } from './sleep.ts';
import { Watcher } from './watcher.ts';

/** What is known of a resource that is waited for. */
export interface WatchedState {
  readonly status: string | undefined;
  readonly phase?: string | undefined;
  readonly message?: string | undefined;
}

/** A resource as a list shows it. */
export interface Sighting extends WatchedState {
  readonly name: string;
  readonly modifiedAt: Date | undefined;
}

/** One page of a kind's resources, newest first; with `modifiedAfter` those that have changed since then. */
export type ListSightings = (
  query: { readonly modifiedAfter?: Date; readonly nextToken?: string },
  signal: AbortSignal,
) => Promise<Page<Sighting>>;

/** Something to wait for. */
export interface Watched<Answer> {
  /** Waits of one kind share their questions: `training-jobs`. */
  readonly kind: string;
  readonly name: string;
  /** For messages: `Training job`. */
  readonly title: string;
  /** Describes it. */
  readonly ask: (options: { readonly abortSignal: AbortSignal }) => Promise<Answer>;
  readonly stateOf: (answer: Answer) => WatchedState;
  readonly isEnd: (status: string | undefined) => boolean;
  /** Lists its kind; a kind without a list is described one by one. */
  readonly list?: ListSightings | undefined;
}

export interface WatchOptions {
  readonly onState?: ((state: WatchedState, elapsedSeconds: number) => void) | undefined;
  readonly signal: AbortSignal;
  /** Seconds. */
  readonly timeout?: number | undefined;
}

/** The longest that a timer takes; it is set again for what lies beyond. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const watchers = new WeakMap<LabContext, Map<string, Watcher>>();

function watcherOf(context: LabContext, kind: string): Watcher {
  const all = watchers.get(context) ?? new Map<string, Watcher>();
  watchers.set(context, all);
  let watcher = all.get(kind);
  if (watcher === undefined) {
    watcher = new Watcher(() => all.delete(kind));
    all.set(kind, watcher);
  }
  return watcher;
}

/**
 * Waits until a resource has come to an end, and gives what Describe says of it then. All waits of a lab for one kind
 * share one loop: a single resource is described, several are listed, and each is described once it has ended. Throttling,
 * lost connections and credentials that end on the way do not end the wait.
 *
 * @throws SealabError `WaitEnded` at the deadline or when aborted.
 */
export function watch<Answer>(context: LabContext, watched: Watched<Answer>, { onState, signal, timeout }: WatchOptions): Promise<Answer> {
  if (signal.aborted) return Promise.reject(waitEnded(signal));
  const watcher = watcherOf(context, watched.kind);
  const started = performance.now();
  return new Promise<Answer>((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const settled = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const leave = watcher.join(watched as Watched<unknown>, {
      tell: (state) => onState?.(state, (performance.now() - started) / 1000),
      resolve: (answer) => {
        settled();
        resolve(answer as Answer);
      },
      reject: (error) => {
        settled();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    });
    const end = (error: Error) => {
      settled();
      leave();
      reject(error);
    };
    const onAbort = () => end(waitEnded(signal));
    // As many as there are waits: no leak, each is taken away with its wait.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', onAbort, { once: true });
    if (timeout === undefined) return;
    const arm = () => {
      const left = timeout * 1000 - (performance.now() - started);
      if (left <= 0) end(deadline(`${watched.title} ${watched.name}`, timeout));
      else timer = setTimeout(arm, Math.min(Math.ceil(left), LONGEST_TIMER_MS));
    };
    timer = setTimeout(arm, 0);
  });
}

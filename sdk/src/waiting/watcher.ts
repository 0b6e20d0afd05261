import { setMaxListeners } from 'node:events';
import { isAborted } from './sleep.ts';
import { isThrottled, isTransient } from './transient.ts';
import type { ListSightings, Sighting, Watched, WatchedState } from './watch.ts';

/** Milliseconds before the second round; grows to the slowest one. */
const QUICKEST = 300;
const SLOWEST = 5_000;
/** After a failure rounds may come even more slowly. */
const SLOWEST_AFTER_FAILURE = 20_000;
/** A newcomer among others gets its first answer this long after the round before. */
const NEWCOMER = 1_000;
const GIVE_UP_AFTER = 12;
/** Lists lag behind: what changed this long before the newest change that was seen is asked for again. */
const OVERLAP_MS = 30_000;
/** In between everything is listed, whether changed or not: a change that no list showed is found then. */
const FULL_EVERY_MS = 120_000;
/** What no list has shown for so long is described. */
const OVERDUE_MS = 600_000;
const PAGE = 100;
const MOST_PAGES = 10;
/** Describes at the same time. */
const AT_ONCE = 8;

/** Who waits: told of each round, then answered once. */
export interface Waiter {
  tell(state: WatchedState): void;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

interface Target {
  readonly watched: Watched<unknown>;
  readonly waiters: Set<Waiter>;
  state: WatchedState | undefined;
  /** When it was last listed or described, `performance.now()`. */
  seenAt: number;
}

/** The one loop that asks for all resources of a kind that somebody waits for. It lives as long as anybody waits. */
export class Watcher {
  readonly #targets = new Map<string, Target>();
  readonly #stopped = new AbortController();
  readonly #onEnd: () => void;
  #list: ListSightings | undefined;
  /** The newest change that a list showed, by SageMaker's clock. */
  #newest: number | undefined;
  #fullAt = -Infinity;
  #pause = QUICKEST;
  #failures = 0;
  #roundAt = -Infinity;
  #wake: ((at: number) => void) | undefined;
  #running = false;

  /** @param onEnd called when nobody waits any more */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
    // Each request under way listens.
    setMaxListeners(0, this.#stopped.signal);
  }

  /** Adds a wait; the function that is returned takes it away again. */
  join(watched: Watched<unknown>, waiter: Waiter): () => void {
    const target = this.#targets.get(watched.name) ?? { watched, waiters: new Set(), state: undefined, seenAt: -Infinity };
    this.#targets.set(watched.name, target);
    target.waiters.add(waiter);
    this.#pause = QUICKEST;
    if (this.#running) this.#wake?.(this.#roundAt + NEWCOMER);
    else {
      this.#running = true;
      this.#list = watched.list;
      // In a moment, so that waits that begin together share the first round.
      setTimeout(() => void this.#run(), 0);
    }
    return () => this.#leave(target, waiter);
  }

  #leave(target: Target, waiter: Waiter): void {
    target.waiters.delete(waiter);
    if (target.waiters.size === 0) this.#forget(target);
  }

  #forget(target: Target): void {
    if (this.#targets.get(target.watched.name) === target) this.#targets.delete(target.watched.name);
    if (this.#targets.size > 0 || this.#stopped.signal.aborted) return;
    this.#stopped.abort();
    this.#wake?.(-Infinity);
    this.#onEnd();
  }

  #settle(target: Target, how: (waiter: Waiter) => void): void {
    const waiters = [...target.waiters];
    target.waiters.clear();
    this.#forget(target);
    waiters.forEach(how);
  }

  async #run(): Promise<void> {
    while (!isAborted(this.#stopped.signal)) {
      this.#roundAt = performance.now();
      try {
        await this.#round();
        this.#failures = 0;
        this.#pause = Math.min(this.#pause * 1.4, SLOWEST);
      } catch (error) {
        if (isAborted(this.#stopped.signal)) return;
        // Being throttled says that the service is there: the wait goes on, more slowly.
        if (!isTransient(error) || (!isThrottled(error) && ++this.#failures >= GIVE_UP_AFTER)) {
          for (const target of [...this.#targets.values()]) this.#settle(target, (waiter) => waiter.reject(error));
          return;
        }
        this.#pause = Math.min(Math.max(this.#pause * 2, 2 * QUICKEST), isThrottled(error) ? SLOWEST_AFTER_FAILURE : SLOWEST);
      }
      await this.#rest(this.#pause * (0.75 + Math.random() / 2));
    }
  }

  /** Until the pause is over, somebody joined, or nobody waits any more. */
  #rest(milliseconds: number): Promise<void> {
    if (this.#stopped.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      let due = performance.now() + milliseconds;
      let timer: ReturnType<typeof setTimeout>;
      const arm = () => (timer = setTimeout(done, Math.max(0, due - performance.now())));
      const done = () => {
        this.#wake = undefined;
        resolve();
      };
      this.#wake = (at) => {
        if (at >= due) return;
        clearTimeout(timer);
        due = at;
        arm();
      };
      arm();
    });
  }

  async #round(): Promise<void> {
    const before = [...this.#targets.values()];
    const listed = before.length > 1 && (await this.#listChanges());
    const now = performance.now();
    // Alone, or not listable: each is asked for itself. Else those that have ended, and those that no list shows.
    const asked = !listed
      ? before
      : before.filter(({ watched, state, seenAt }) => state === undefined || watched.isEnd(state.status) || now - seenAt > OVERDUE_MS);
    await this.#describe(asked.filter(({ waiters }) => waiters.size > 0));
    for (const target of [...this.#targets.values()]) if (target.state !== undefined) this.#tell(target, target.state);
  }

  /** Brings the states up to date by lists. `false` when this kind has none, or the caller may not list. */
  async #listChanges(): Promise<boolean> {
    const list = this.#list;
    if (list === undefined) return false;
    const missing = new Set([...this.#targets].filter(([, { state }]) => state === undefined).map(([name]) => name));
    const pages = Math.ceil(this.#targets.size / PAGE);
    const full = this.#newest === undefined || missing.size > pages + 1 || performance.now() - this.#fullAt > FULL_EVERY_MS;
    const since = full || this.#newest === undefined ? {} : { modifiedAfter: new Date(this.#newest - OVERLAP_MS) };
    const unseen = full ? new Set(this.#targets.keys()) : undefined;
    let nextToken: string | undefined;
    try {
      for (let page = 0; page < (full ? Math.min(pages + 2, MOST_PAGES) : MOST_PAGES); page++) {
        const answer = await list({ ...since, ...(nextToken === undefined ? {} : { nextToken }) }, this.#stopped.signal);
        for (const item of answer.items) {
          this.#sighted(item);
          unseen?.delete(item.name);
        }
        nextToken = answer.nextToken;
        if (nextToken === undefined || unseen?.size === 0) break;
      }
    } catch (error) {
      if (this.#stopped.signal.aborted || isTransient(error)) throw error;
      // Who may describe but not list is served as before.
      this.#list = undefined;
      return false;
    }
    if (full) this.#fullAt = performance.now();
    return true;
  }

  #sighted({ name, modifiedAt, ...state }: Sighting): void {
    if (modifiedAt !== undefined) this.#newest = Math.max(this.#newest ?? -Infinity, modifiedAt.getTime());
    const target = this.#targets.get(name);
    if (target === undefined) return;
    target.state = state;
    target.seenAt = performance.now();
  }

  async #describe(targets: readonly Target[]): Promise<void> {
    const queue = [...targets];
    let problem: unknown;
    const one = async (target: Target) => {
      const { watched } = target;
      try {
        const answer = await watched.ask({ abortSignal: this.#stopped.signal });
        if (target.waiters.size === 0) return;
        target.state = watched.stateOf(answer);
        target.seenAt = performance.now();
        if (!watched.isEnd(target.state.status)) return;
        this.#tell(target, target.state);
        this.#settle(target, (waiter) => waiter.resolve(answer));
      } catch (error) {
        if (this.#stopped.signal.aborted) return;
        if (isTransient(error)) problem = error;
        else this.#settle(target, (waiter) => waiter.reject(error));
      }
    };
    const worker = async () => {
      // One failure that passes ends the round: to ask on would only add to it.
      for (let target = queue.shift(); target !== undefined && problem === undefined; target = queue.shift()) await one(target);
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, queue.length) }, worker));
    if (problem !== undefined) throw problem as Error;
  }

  #tell(target: Target, state: WatchedState): void {
    for (const waiter of [...target.waiters]) {
      try {
        waiter.tell(state);
      } catch (error) {
        this.#leave(target, waiter);
        waiter.reject(error);
      }
    }
  }
}

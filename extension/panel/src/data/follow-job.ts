import type { JobEvent } from '@sealab/service';
import { useEffect, useState } from 'react';
import { service } from './client.ts';
import { events } from './event-source.ts';
import { queries, queryClient, refreshLists } from './queries.ts';
import { mayPass, ServiceError } from './service-error.ts';

export type LogLine = Extract<JobEvent, { type: 'log' }>['lines'][number] & { readonly timestamp: string | Date };

export interface Followed {
  readonly lines: readonly LogLine[];
  /** `following`: the stream is open. `ended`: the last line was read. */
  readonly stream: 'following' | 'reconnecting' | 'ended' | 'paused';
  readonly error: Error | undefined;
}

const RETRY_MS = [1000, 2000, 4000, 10_000];
const pause = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** A stream's parts of a job replace those that were asked for once. */
function takeState(name: string, state: object): void {
  queryClient.setQueryData(queries.job(name).queryKey, (before) => (before === undefined ? before : { ...before, ...state }));
  void queryClient.invalidateQueries({ queryKey: queries.metrics(name).queryKey });
  void refreshLists();
}

/**
 * Follows a job's state and log while `visible`. A stream that breaks is taken up behind the last line, so no line is
 * lost or shown twice, however often the connection, the service or the browser's tab goes away.
 */
export function useFollowedJob(name: string, visible: boolean): Followed {
  const [followed, setFollowed] = useState<Followed>({ lines: [], stream: 'following', error: undefined });
  const ended = followed.stream === 'ended';

  useEffect(() => {
    if (!visible || ended) return;
    const leaving = new AbortController();
    const { signal } = leaving;
    let after = followed.lines.at(-1)?.cursor;
    let failures = 0;
    const update = (part: Partial<Followed>) => {
      if (!signal.aborted) setFollowed((before) => ({ ...before, ...part }));
    };

    /** `true` when there is nothing more to come. */
    const readOnce = async (): Promise<boolean> => {
      const url = service['training-jobs'][':name'].events.$url({ param: { name }, query: after === undefined ? {} : { after } });
      for await (const event of events<JobEvent>(url, { signal })) {
        failures = 0;
        if (event.type === 'state') takeState(name, event.state);
        else if (event.type === 'log') {
          after = event.lines.at(-1)?.cursor ?? after;
          if (!signal.aborted) setFollowed((before) => ({ ...before, stream: 'following', lines: [...before.lines, ...event.lines] }));
        } else return event.type === 'end';
      }
      return false;
    };

    /** `true` when there is nothing more to wait for. */
    const readOrSay = async (): Promise<boolean> => {
      try {
        if (!(await readOnce())) return false;
        update({ stream: 'ended' });
        return true;
      } catch (error) {
        const known = error instanceof ServiceError ? error : ServiceError.unreachable(error);
        if (!mayPass(known)) {
          update({ stream: 'paused', error: known });
          return true;
        }
        update({ stream: 'reconnecting' });
        await pause(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)] ?? 10_000, signal);
        return false;
      }
    };

    void (async () => {
      update({ stream: 'following', error: undefined });
      let done = false;
      while (!done && !signal.aborted) done = await readOrSay();
    })();
    return () => leaving.abort();
    // Lines are read once, for where to go on: a new line must not open a new stream.
  }, [name, visible, ended]);

  return followed;
}

import { useEffect, useState } from 'react';
import { service } from "./client.js";
import { events } from "./event-source.js";
import { queries, queryClient, refreshLists } from "./queries.js";
import { mayPass, ServiceError } from "./service-error.js";
const RETRY_MS = [1000, 2000, 4000, 10_000];
const pause = (milliseconds, signal) => new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
});
/** A stream's parts of a job replace those that were asked for once. */
function takeState(name, state) {
    queryClient.setQueryData(queries.job(name).queryKey, (before) => (before === undefined ? before : { ...before, ...state }));
    void queryClient.invalidateQueries({ queryKey: queries.metrics(name).queryKey });
    void refreshLists();
}
/**
 * Follows a job's state and log while `visible`. A stream that breaks is taken up behind the last line, so no line is
 * lost or shown twice, however often the connection, the service or the browser's tab goes away.
 */
export function useFollowedJob(name, visible) {
    const [followed, setFollowed] = useState({ lines: [], stream: 'following', error: undefined });
    const ended = followed.stream === 'ended';
    useEffect(() => {
        if (!visible || ended)
            return;
        const leaving = new AbortController();
        const { signal } = leaving;
        let after = followed.lines.at(-1)?.cursor;
        let failures = 0;
        const update = (part) => {
            if (!signal.aborted)
                setFollowed((before) => ({ ...before, ...part }));
        };
        /** `true` when there is nothing more to come. */
        const readOnce = async () => {
            const url = service['training-jobs'][':name'].events.$url({ param: { name }, query: after === undefined ? {} : { after } });
            for await (const event of events(url, { signal })) {
                failures = 0;
                if (event.type === 'state')
                    takeState(name, event.state);
                else if (event.type === 'log') {
                    after = event.lines.at(-1)?.cursor ?? after;
                    if (!signal.aborted)
                        setFollowed((before) => ({ ...before, stream: 'following', lines: [...before.lines, ...event.lines] }));
                }
                else
                    return event.type === 'end';
            }
            return false;
        };
        void (async () => {
            update({ stream: 'following', error: undefined });
            while (!signal.aborted) {
                try {
                    if (await readOnce()) {
                        update({ stream: 'ended' });
                        return;
                    }
                }
                catch (error) {
                    if (signal.aborted)
                        return;
                    const known = error instanceof ServiceError ? error : ServiceError.unreachable(error);
                    if (!mayPass(known)) {
                        update({ stream: 'paused', error: known });
                        return;
                    }
                    update({ stream: 'reconnecting' });
                    await pause(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)] ?? 10_000, signal);
                }
            }
        })();
        return () => leaving.abort();
        // Lines are read once, for where to go on: a new line must not open a new stream.
    }, [name, visible, ended]);
    return followed;
}
//# sourceMappingURL=follow-job.js.map
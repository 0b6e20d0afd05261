import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { isAborted, sleep, waitEnded } from '../waiting/sleep.ts';
import { isThrottled, isTransient } from '../waiting/transient.ts';
import type { LogLine, LogOptions } from './api.ts';
import { decodeCursor } from './cursor.ts';
import { StreamsReader } from './read-streams.ts';
import type { LogSource } from './read-streams.ts';

interface FollowOptions extends LogOptions {
  readonly group: string;
  /** Streams whose names begin so belong to the job. */
  readonly prefix: string;
  /** Whether no more lines will be written. */
  readonly ended: () => Promise<boolean>;
}

const QUICKEST = 400;
const SLOWEST = 1_500;
const SLOWEST_AFTER_FAILURE = 5_000;
/** CloudWatch Logs delivers the last lines of a job a little after its status has changed. */
const QUIET_ROUNDS_AT_END = 3;
/** How often the job's state and its list of streams are asked for: both change rarely, and AWS counts the calls. */
const ASK_EVERY_MS = 1_500;
const LIST_EVERY_MS = 10_000;
const GIVE_UP_AFTER = 12;

/** The lines of a job or endpoint. A `break` out of the loop, an abort or closing the lab ends it. */
export async function* followLogs(context: LabContext, options: FollowOptions): AsyncGenerator<LogLine, undefined> {
  const signal = endSignal(context, options.signal);
  const reader = new StreamsReader(
    cloudWatch(context, options),
    options.prefix,
    options.after === undefined ? {} : decodeCursor(options.after),
  );
  let pause = QUICKEST;
  let quiet = 0;
  let failures = 0;
  let ended = options.follow === false;
  let askedAt = -Infinity;
  for (;;) {
    if (isAborted(signal)) throw waitEnded(signal);
    let any = false;
    try {
      // Asked before reading: what was written until then is read below, so nothing written before the end is missed.
      if (!ended && performance.now() - askedAt > ASK_EVERY_MS) {
        ended = await options.ended();
        askedAt = performance.now();
      }
      for await (const line of reader.read(signal, ended)) {
        any = true;
        yield line;
      }
      failures = 0;
      if (options.follow === false) return undefined;
      quiet = ended && !any ? quiet + 1 : 0;
      if (quiet >= QUIET_ROUNDS_AT_END) return undefined;
    } catch (error) {
      if (isAborted(signal)) throw waitEnded(signal);
      if (!isTransient(error) || (!isThrottled(error) && ++failures >= GIVE_UP_AFTER)) throw error;
      // More slowly, whatever came before.
      await sleep(Math.min(QUICKEST * 2 ** Math.min(failures, 4), SLOWEST_AFTER_FAILURE) * (0.8 + Math.random() * 0.4), signal);
    }
    pause = any ? QUICKEST : Math.min(pause * 1.3, quiet > 0 ? QUICKEST * 2 : SLOWEST);
    await sleep(pause * (0.8 + Math.random() * 0.4), signal);
  }
}

function cloudWatch({ clients }: LabContext, { group, prefix }: FollowOptions): LogSource {
  const missing = (error: unknown) => (error as Error).name === 'ResourceNotFoundException';
  let listed: readonly string[] = [];
  let listedAt = -Infinity;
  return {
    async streams(abortSignal, fresh) {
      if (!fresh && listed.length > 0 && performance.now() - listedAt < LIST_EVERY_MS) return listed;
      const [client, { DescribeLogStreamsCommand }] = await Promise.all([clients.logs(), import('../clients/logs.ts')]);
      const names: string[] = [];
      let nextToken: string | undefined;
      try {
        do {
          const page = await client.send(
            new DescribeLogStreamsCommand({
              logGroupName: group,
              ...(prefix === '' ? {} : { logStreamNamePrefix: prefix }),
              ...(nextToken === undefined ? {} : { nextToken }),
            }),
            { abortSignal },
          );
          names.push(...(page.logStreams ?? []).flatMap(({ logStreamName }) => logStreamName ?? []));
          nextToken = page.nextToken;
        } while (nextToken !== undefined);
      } catch (error) {
        // The group appears with the first job's first line.
        if (!missing(error)) throw error;
      }
      listed = names.sort();
      listedAt = performance.now();
      return listed;
    },
    async page(logStreamName, nextToken, abortSignal) {
      const [client, { GetLogEventsCommand }] = await Promise.all([clients.logs(), import('../clients/logs.ts')]);
      const answer = await client.send(
        new GetLogEventsCommand({
          logGroupName: group,
          logStreamName,
          startFromHead: true,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
        { abortSignal },
      );
      return {
        events: (answer.events ?? []).map(({ timestamp = 0, message = '' }) => ({ timestamp, message })),
        next: answer.nextForwardToken ?? nextToken ?? '',
      };
    },
  };
}

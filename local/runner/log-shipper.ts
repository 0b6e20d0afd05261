import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Platform, PlatformClientConfig } from '../gateway/platform.ts';
import { type LogLine, readLog } from './sandbox-log.ts';

const PAUSE_MS = 500;
/** CloudWatch Logs counts 26 bytes more for each event, and takes a MiB and 10,000 events at once. */
const EVENT_OVERHEAD = 26;
const MOST_BYTES = 1_000_000;
const MOST_EVENTS = 10_000;
/** While a part of the environment is down and restarted, lines wait; then the log is given up, and the job goes on. */
const PATIENCE_MS = 120_000;
const SLOWEST_RETRY_MS = 2_000;

export interface LogDestination {
  readonly group: string;
  readonly stream: string;
}

/**
 * Carries a sandbox's log to CloudWatch Logs while it is written. One line is one event, in order, so the number of events that
 * are there says where to go on: nothing is lost or repeated when the gateway is killed at any moment.
 */
export class LogShipper {
  readonly #file: string;
  readonly #to: LogDestination;
  readonly #platform: Platform;
  readonly #config: () => Promise<PlatformClientConfig>;
  readonly #onLines: (lines: readonly LogLine[]) => void;
  #offset = 0;
  #refused = false;

  /** `config` gives the credentials of the job's role: without its permission there is no log, as on AWS. */
  constructor(
    platform: Platform,
    file: string,
    to: LogDestination,
    config: () => Promise<PlatformClientConfig>,
    onLines: (lines: readonly LogLine[]) => void = () => undefined,
  ) {
    this.#platform = platform;
    this.#file = file;
    this.#to = to;
    this.#config = config;
    this.#onLines = onLines;
  }

  /** Ships until `ended` resolves and the last line is there. Never throws: a job does not fail for its log. */
  async run(ended: Promise<unknown>, resume: boolean): Promise<void> {
    const sandbox = { over: false };
    const end = ended.catch(() => undefined).then(() => (sandbox.over = true));
    await this.#trying(() => this.#open(resume));
    for (;;) {
      // Asked before reading: a line written before the end is read after it.
      const last = sandbox.over;
      let lines: LogLine[];
      while ((lines = await readLog(this.#file, this.#offset)).length > 0) {
        for (const batch of batches(lines)) await this.#ship(batch);
      }
      if (last) return;
      await Promise.race([sleep(PAUSE_MS), end]);
    }
  }

  async #ship(lines: readonly LogLine[]): Promise<void> {
    await this.#trying(async () => {
      const client = new CloudWatchLogsClient(await this.#config());
      // An event without text is refused, and an empty line is a line.
      const logEvents = lines.map(({ timestamp, message }) => ({ timestamp, message: message === '' ? ' ' : message }));
      await client.send(new PutLogEventsCommand({ logGroupName: this.#to.group, logStreamName: this.#to.stream, logEvents }));
    });
    this.#offset = lines.at(-1)?.end ?? this.#offset;
    this.#onLines(lines);
  }

  async #open(resume: boolean): Promise<void> {
    const { group: logGroupName, stream: logStreamName } = this.#to;
    const exists = (error: unknown): void => {
      if ((error as Error).name !== 'ResourceAlreadyExistsException') throw error;
    };
    const client = new CloudWatchLogsClient(await this.#config());
    await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName })).catch(async (error: unknown) => {
      if ((error as Error).name !== 'ResourceNotFoundException') {
        exists(error);
        return;
      }
      await client.send(new CreateLogGroupCommand({ logGroupName })).catch(exists);
      await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName })).catch(exists);
    });
    if (resume) await this.#skip(await this.#shipped());
  }

  /** How many events the stream has. The platform looks for itself: the role may write logs without being able to read them. */
  async #shipped(): Promise<number> {
    const client = new CloudWatchLogsClient(this.#platform.administratorConfig());
    let count = 0;
    for (let nextToken: string | undefined; ;) {
      const { events = [], nextForwardToken } = await client.send(
        new GetLogEventsCommand({
          logGroupName: this.#to.group,
          logStreamName: this.#to.stream,
          startFromHead: true,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      count += events.length;
      if (events.length === 0 || nextForwardToken === nextToken) return count;
      nextToken = nextForwardToken;
    }
  }

  async #skip(count: number): Promise<void> {
    for (let left = count; left > 0;) {
      const lines = (await readLog(this.#file, this.#offset)).slice(0, left);
      if (lines.length === 0) return;
      this.#offset = lines.at(-1)?.end ?? this.#offset;
      left -= lines.length;
    }
  }

  async #trying(work: () => Promise<void>): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    for (let pause = 200; !this.#refused; pause = Math.min(pause * 2, SLOWEST_RETRY_MS)) {
      try {
        await work();
        return;
      } catch (error) {
        if (Date.now() > deadline || /AccessDenied/.test((error as Error).name)) this.#refused = true;
        else await sleep(pause);
      }
    }
  }
}

function* batches(lines: readonly LogLine[]): Generator<LogLine[]> {
  let batch: LogLine[] = [];
  let bytes = 0;
  for (const line of lines) {
    const size = Buffer.byteLength(line.message) + EVENT_OVERHEAD;
    if (batch.length === MOST_EVENTS || bytes + size > MOST_BYTES) {
      if (batch.length > 0) yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(line);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

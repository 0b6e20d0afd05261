import { writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { isDiskFull } from '../disk-full.ts';

/** One line of output. */
export interface LogLine {
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
  /** Bytes of the log up to and with this line: where to go on reading after it. */
  readonly end: number;
}

/** CloudWatch Logs takes events of up to 1 MB; longer lines are split well below. */
const LONGEST_LINE = 200_000;
/** A job that prints without end must not fill the disk. */
const LARGEST_LOG = 512 * 1024 * 1024;

/** Appends output to a log file, one line a line, each with the time at which it was complete: `<epoch ms> <text>`. */
export class LogWriter {
  readonly #file: number;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';
  #written = 0;

  constructor(file: number) {
    this.#file = file;
  }

  write(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop() ?? '';
    this.#append(lines);
    while (this.#rest.length > LONGEST_LINE) {
      this.#append([this.#rest.slice(0, LONGEST_LINE)]);
      this.#rest = this.#rest.slice(LONGEST_LINE);
    }
  }

  close(): void {
    const rest = this.#rest + this.#decoder.end();
    if (rest !== '') this.#append([rest]);
  }

  #append(lines: readonly string[]): void {
    if (lines.length === 0 || this.#written > LARGEST_LOG) return;
    const now = String(Date.now());
    const text = lines.flatMap(pieces).map((line) => `${now} ${line.replace(/\r$/, '')}\n`);
    try {
      this.#written += writeSync(this.#file, text.join(''));
    } catch (error) {
      // The container goes on, as it would beside a log service that is down; what it prints meanwhile is lost.
      if (!isDiskFull(error)) throw error;
    }
    if (this.#written > LARGEST_LOG) writeSync(this.#file, `${now} The log has reached its limit; what follows is not kept.\n`);
  }
}

const pieces = (line: string): string[] =>
  line.length <= LONGEST_LINE ? [line] : (line.match(new RegExp(`.{1,${String(LONGEST_LINE)}}`, 'gsu')) ?? []);

/** Complete lines of a log from a byte offset on; at most about `limit` bytes of them. */
export async function readLog(path: string, offset: number, limit = 1024 * 1024): Promise<LogLine[]> {
  const file = await open(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return [];
  try {
    const buffer = Buffer.alloc(limit);
    const { bytesRead } = await file.read(buffer, 0, limit, offset);
    const lines: LogLine[] = [];
    for (let start = 0; ;) {
      const newline = buffer.subarray(0, bytesRead).indexOf(0x0a, start);
      if (newline < 0) return lines;
      const line = buffer.toString('utf8', start, newline);
      const blank = line.indexOf(' ');
      start = newline + 1;
      lines.push({ timestamp: Number(line.slice(0, blank)), message: line.slice(blank + 1), end: offset + start });
    }
  } finally {
    await file.close();
  }
}

import { randomUUID } from 'node:crypto';
import { escaped } from './html.ts';

/** The part of Deno's Jupyter kernel that is needed. */
interface Kernel {
  broadcast(message: 'display_data' | 'update_display_data', content: object): Promise<void>;
}

/** One line that is written over while something goes on. */
export interface ProgressLine {
  /** @param share of what there is to do, 0 to 1; a bar shows it */
  show(text: string, share?: number): void;
  /** Writes what was shown last and leaves it there; the cell's output is complete then. */
  end(): Promise<void>;
}

/** Quicker than this nobody reads, and a notebook keeps every update. */
const EVERY_MS = 250;
const BAR = 24;

type Write = (text: string, share: number | undefined, last: boolean) => Promise<void> | void;

/** A line in the notebook's cell, or on a terminal; `undefined` where there is neither. */
export function progressLine(options: { readonly after?: number } = {}): ProgressLine | undefined {
  const kernel = runningKernel();
  const write = kernel !== undefined ? inNotebook(kernel) : process.stderr.isTTY ? inTerminal : undefined;
  return write === undefined ? undefined : rateLimited(write, options);
}

/** Whether this runs in a notebook, where what is under way shows itself. */
export const inKernel = (): boolean => runningKernel() !== undefined;

function runningKernel(): Kernel | undefined {
  try {
    // Outside the kernel the getter throws.
    return (globalThis as { Deno?: { jupyter?: Kernel } }).Deno?.jupyter;
  } catch {
    return undefined;
  }
}

function inNotebook(kernel: Kernel): Write {
  const display_id = `sealab-${randomUUID()}`;
  let message: 'display_data' | 'update_display_data' = 'display_data';
  return (text, share) => {
    const bar = share === undefined ? '' : `<progress value="${share.toFixed(3)}" max="1"></progress> `;
    const content = {
      data: { 'text/plain': text, 'text/html': `<div role="status">${bar}${escaped(text)}</div>` },
      metadata: {},
      transient: { display_id },
    };
    const sent = kernel.broadcast(message, content);
    message = 'update_display_data';
    return sent;
  };
}

const inTerminal: Write = (text, share, last) => {
  const done = Math.round((share ?? 0) * BAR);
  const bar = share === undefined ? '' : `[${'#'.repeat(done)}${'.'.repeat(BAR - done)}] `;
  const line = `${bar}${text}`.slice(0, Math.max(20, process.stderr.columns - 1));
  process.stderr.write(`\r\u001b[K${line}${last ? '\n' : ''}`);
};

/**
 * The first at once (or `after` milliseconds: what is done sooner shows nothing), then the latest of each interval; one after the
 * other. A display that fails hinders nobody.
 */
export function rateLimited(write: Write, { every = EVERY_MS, after = 0 } = {}): ProgressLine {
  const started = performance.now();
  let latest: { text: string; share: number | undefined } | undefined;
  let written = '';
  let at = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  let queue = Promise.resolve();
  const flush = (last: boolean) => {
    clearTimeout(timer);
    timer = undefined;
    if (latest === undefined || (!last && latest.text === written)) return;
    const { text, share } = latest;
    written = text;
    at = performance.now();
    queue = queue.then(() => write(text, share, last)).catch(() => undefined);
  };
  return {
    show: (text, share) => {
      if (ended || performance.now() - started < after) return;
      latest = { text, share };
      const wait = at + every - performance.now();
      if (wait <= 0) flush(false);
      else timer ??= setTimeout(() => flush(false), wait);
    },
    end: () => {
      if (!ended) flush(true);
      ended = true;
      return queue;
    },
  };
}

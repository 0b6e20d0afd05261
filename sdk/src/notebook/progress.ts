import { randomUUID } from 'node:crypto';
import { escaped } from './html.ts';

/** The part of Deno's Jupyter kernel that is needed; there is none elsewhere. */
interface Kernel {
  broadcast(type: 'display_data' | 'update_display_data', content: object): Promise<void>;
}

/** Milliseconds: what is done sooner shows nothing, and no more often than this does a bar move. */
const FIRST_MS = 400;
const PACE_MS = 150;

/** A bar below the running cell. */
export interface ProgressBar {
  /** @param share 0 to 1 */
  show(share: number, text: string): void;
  /** Leaves the text where the bar was, when there was one. */
  end(text: string): void;
}

const idle: ProgressBar = { show: () => undefined, end: () => undefined };

/** Outside the kernel the getter throws. */
function kernel(): Kernel | undefined {
  try {
    return (globalThis as { Deno?: { jupyter?: Kernel } }).Deno?.jupyter;
  } catch {
    return undefined;
  }
}

/** A progress bar in the notebook, one display that is written anew; nothing outside one. */
export function progressBar(title: string, now: () => number = () => performance.now()): ProgressBar {
  const jupyter = kernel();
  if (jupyter === undefined) return idle;
  const started = now();
  const transient = { display_id: randomUUID() };
  let last: number | undefined;
  const write = (html: string, plain: string) => {
    const content = { data: { 'text/html': html, 'text/plain': plain }, metadata: {}, transient };
    // A bar that cannot be shown is no reason to stop an upload.
    void jupyter.broadcast(last === undefined ? 'display_data' : 'update_display_data', content).catch(() => undefined);
    last = now();
  };
  return {
    show: (share, text) => {
      const time = now();
      if (time - started < FIRST_MS || (last !== undefined && time - last < PACE_MS)) return;
      const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
      write(
        `<div><label>${escaped(title)} <progress max="100" value="${percent}"></progress> ${escaped(text)}</label></div>`,
        `${title}: ${percent} %, ${text}`,
      );
    },
    end: (text) => {
      if (last !== undefined) write(`<div>${escaped(text)}</div>`, text);
    },
  };
}

/** A number of bytes for people: `1.5 MB`. Powers of 1,000, as S3 and disks count. */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power] ?? ''}`;
}

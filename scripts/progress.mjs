/** Prints one line a step: a spinner with the elapsed time on a terminal, plain lines elsewhere. */
const terminal = process.stdout.isTTY === true && process.env.CI === undefined;
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const seconds = (from) => `${((performance.now() - from) / 1000).toFixed(1)} s`;

/** A failure with a sentence for the user: what is wrong and what to do. Everything else is a fault of ours. */
export class UserError extends Error {}

/** Runs `work(tell)`; `tell(text)` shows what it is doing right now. Returns what `work` returns. */
export async function step(title, work) {
  const started = performance.now();
  let detail = '';
  let frame = 0;
  let lastLine = started;
  const draw = () => {
    const room = (process.stdout.columns ?? 100) - 1;
    process.stdout.write(`\r\x1b[2K${`${FRAMES[frame++ % FRAMES.length]} ${title}  ${seconds(started)}  ${detail}`.slice(0, room)}`);
  };
  const timer = terminal ? setInterval(draw, 100) : undefined;
  const tell = (text) => {
    detail = text.trim().split('\n').at(-1) ?? '';
    // Without a terminal: a sign of life for long steps, not every package.
    if (!terminal && performance.now() - lastLine > 15_000) {
      lastLine = performance.now();
      console.log(`  … ${title}: ${detail}`);
    }
  };
  try {
    const result = await work(tell);
    clearInterval(timer);
    process.stdout.write(terminal ? `\r\x1b[2K✔ ${title}  ${seconds(started)}\n` : `ok ${title}  ${seconds(started)}\n`);
    return result;
  } catch (error) {
    clearInterval(timer);
    process.stdout.write(terminal ? `\r\x1b[2K✖ ${title}  ${seconds(started)}\n` : `failed ${title}  ${seconds(started)}\n`);
    throw error;
  }
}

/** What people can do about failures of the machine that any step may meet. */
const REMEDIES = [
  [/ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/, 'The disk is full: make room on it and start again.'],
  [/EROFS|Read-only file system/, 'The disk can only be read: use a checkout and a SEALAB_HOME that can be written.'],
  [/EMFILE|ENFILE|Too many open files/, 'Too few files may be open at once: raise the limit (ulimit -n 4096) and start again.'],
];

/** Prints a failure as sentences; the stack only when `SEALAB_DEBUG` is set. */
export function printFailure(error) {
  const message = error instanceof Error ? error.message : String(error);
  const [, remedy = error?.remedy] = REMEDIES.find(([pattern]) => pattern.test(message)) ?? [];
  console.error(`\n${message}`);
  if (typeof remedy === 'string') console.error(remedy);
  if (process.env.SEALAB_DEBUG !== undefined && error instanceof Error) console.error(error.stack);
}

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

/** Prints a failure as sentences; the stack only when `SEALAB_DEBUG` is set. */
export function printFailure(error) {
  const message = error instanceof Error ? error.message : String(error);
  console.error(`\n${message}`);
  if (typeof error?.remedy === 'string') console.error(error.remedy);
  if (process.env.SEALAB_DEBUG !== undefined && error instanceof Error) console.error(error.stack);
}

/** The part of Deno that is needed; there is none in Node. */
interface DenoLike {
  readonly jupyter?: unknown;
  addSignalListener(signal: 'SIGINT', handler: () => void): void;
}

let current: AbortController | undefined;
let installed: boolean | undefined;

/**
 * A signal that aborts when the user interrupts the running cell (Jupyter's stop button); `undefined` outside Deno's
 * Jupyter kernel, where SIGINT keeps its usual meaning. Without a listener the interrupt would kill the kernel.
 */
export function interruptSignal(): AbortSignal | undefined {
  installed ??= install();
  if (!installed) return undefined;
  current ??= new AbortController();
  return current.signal;
}

function install(): boolean {
  const deno = (globalThis as { Deno?: DenoLike }).Deno;
  if (deno === undefined || !inKernel(deno)) return false;
  deno.addSignalListener('SIGINT', () => {
    const interrupted = current;
    current = undefined;
    interrupted?.abort(new DOMException('Interrupted.', 'AbortError'));
  });
  return true;
}

/** Outside the kernel the getter throws. */
function inKernel(deno: DenoLike): boolean {
  try {
    return deno.jupyter !== undefined;
  } catch {
    return false;
  }
}

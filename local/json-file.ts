import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/**
 * The content of a JSON file, or `undefined` when there is none.
 * @throws Error that names the file when its content is not JSON: cut short, empty or written by somebody else
 */
export function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} ${text.trim() === '' ? 'is empty' : 'is damaged'}: it should hold JSON.`, { cause: error });
  }
}

/** Writes atomically and readable by the owner alone: whoever reads meanwhile, or after a crash, finds the old content or the new. */
export function writeJson(path: string, value: unknown): void {
  // Beside the file, as only a rename within one file system is atomic; no reader of a folder takes `.part` for a record.
  const part = `${path}.${String(process.pid)}.part`;
  writeFileSync(part, JSON.stringify(value), { mode: 0o600 });
  renameSync(part, path);
}

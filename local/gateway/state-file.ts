import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { readJson, writeJson } from '../json-file.ts';

/** Reads a JSON state file; `fallback` where there is none yet. */
export function readState<T>(path: string, fallback: T): T {
  return (readJson(path) as T | undefined) ?? fallback;
}

/** Writes atomically, as `writeJson` does, into a folder that need not be there yet. */
export function writeState(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeJson(path, value);
}

import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import type * as z from 'zod';
import { Settings } from './settings.ts';

/** sealab.yaml cannot be used. The message names the file, each place in it, and what to write there. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** @throws SettingsError */
export function readSettings(file: string): Settings {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new SettingsError(`${file}: the file is not there. Copy the sample from the repository and fill it in.`);
  }
  return parseSettings(text, file);
}

/** @throws SettingsError */
export function parseSettings(text: string, file: string): Settings {
  const document = parseDocument(text);
  const [syntax] = document.errors;
  if (syntax !== undefined) throw new SettingsError(`${file}: not YAML. ${syntax.message.split('\n')[0] ?? ''}`);
  const result = Settings.safeParse(document.toJS() ?? {}, { reportInput: true });
  if (result.success) return result.data;
  throw new SettingsError(result.error.issues.map((issue) => `${file}: ${complaint(issue)}.`).join('\n'));
}

function complaint(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys')
    return `${place([...issue.path, issue.keys[0] ?? ''])}: there is no such setting; remove it or correct its name`;
  return `${place(issue.path)}: ${issue.code === 'invalid_type' ? wrongType(issue.expected, issue.input) : issue.message}`;
}

function wrongType(expected: string, input: unknown): string {
  if (input === undefined) return `missing; write a value (${expected})`;
  // YAML reads 111122223333 as a number and `on` as text: quotes, or none, are what is wrong.
  return expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')
    ? `write it in quotes: '${String(input)}'`
    : `write a value of another type (${expected})`;
}

/** `instanceTypes.training[1]` */
const place = (path: readonly PropertyKey[]): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`)).join('') || 'the file';

import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
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
  const result = Settings.safeParse(document.toJS() ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return `${file}: ${place([...issue.path, issue.keys[0] ?? ''])}: there is no such setting; remove it or correct its name.`;
    }
    const missing = issue.code === 'invalid_type' && issue.input === undefined;
    return `${file}: ${place(issue.path)}: ${missing ? `missing; write a value (${issue.expected})` : issue.message}.`;
  });
  throw new SettingsError(problems.join('\n'));
}

/** `instanceTypes.training[1]` */
const place = (path: readonly PropertyKey[]): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`)).join('') || 'the file';

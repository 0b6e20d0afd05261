import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../paths.ts';

/** Approved versions by package name. */
export type Approved = ReadonlyMap<string, ReadonlySet<string>>;

export const APPROVED_PYTHON = 'infra/packages/approved-python.txt';
export const APPROVED_NPM = 'infra/packages/approved-npm.txt';

/** PEP 503: the form in which two spellings of a Python project are the same. */
export const normalizePython = (name: string) => name.toLowerCase().replaceAll(/[-_.]+/g, '-');

/** Parses `name<separator>version` lines; anything else is an error, so that a slip approves nothing by accident. */
export function parseApproved(text: string, separator: '==' | '@', file: string): Approved {
  const approved = new Map<string, Set<string>>();
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/(^|\s)#.*$/, '').trim();
    if (line === '') continue;
    const at = line.lastIndexOf(separator);
    const version = line.slice(at + separator.length);
    if (at < 1 || !/^[A-Za-z0-9][A-Za-z0-9.+!-]*$/.test(version))
      throw new Error(`${file}:${index + 1}: expected name${separator}version, found "${line}"`);
    const name = separator === '==' ? normalizePython(line.slice(0, at)) : line.slice(0, at);
    approved.set(name, (approved.get(name) ?? new Set()).add(version));
  }
  return approved;
}

const read = (file: string, separator: '==' | '@') => parseApproved(readFileSync(join(REPOSITORY, file), 'utf8'), separator, file);

export const approvedPython = (): Approved => read(APPROVED_PYTHON, '==');
export const approvedNpm = (): Approved => read(APPROVED_NPM, '@');

/** What a user is told about a package that is not in the list. */
export function refusal(what: string, file: string): string {
  return `${what} is not an approved package of this project. To ask for it, add it with its dependencies to ${file} in a merge request.`;
}

/**
 * Project and version in the name of a distribution file (PEP 427 wheels, PEP 625 source archives), or `undefined`.
 * `.metadata` beside a wheel (PEP 658) belongs to the wheel.
 */
export function parseDistribution(file: string): { name: string; version: string } | undefined {
  const name = file.replace(/\.metadata$/, '');
  const match =
    /^([A-Za-z0-9_.]+)-([^-]+)-(?:[^-]+-)?[^-]+-[^-]+-[^-]+\.whl$/.exec(name) ?? /^(.+)-([^-]+)\.(?:tar\.gz|tar\.bz2|zip)$/.exec(name);
  return match?.[1] !== undefined && match[2] !== undefined ? { name: normalizePython(match[1]), version: match[2] } : undefined;
}

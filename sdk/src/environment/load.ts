import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ENVIRONMENT_PATHS, ENVIRONMENT_VARIABLE, EnvironmentDescription, SCHEMA_VERSION, SealabError } from '../contract/index.ts';

const remedy =
  'Ask your administrator whether the notebook’s lifecycle configuration ran, or set SEALAB_ENVIRONMENT to the document’s path.';

/** What `loadEnvironment` reads of its surroundings; handed in by tests. */
export interface Surroundings {
  readonly variable?: string | undefined;
  readonly home?: string;
  readonly places?: readonly string[];
}

/**
 * Where the document is looked for, in order. `$SEALAB_ENVIRONMENT`, when set, is the only place: a document that was
 * asked for by name is never silently replaced by another.
 */
export function environmentPlaces(surroundings: Surroundings = {}): readonly string[] {
  const variable = 'variable' in surroundings ? surroundings.variable : process.env[ENVIRONMENT_VARIABLE];
  if (variable !== undefined && variable !== '') return [variable];
  const home = surroundings.home ?? homedir();
  return (surroundings.places ?? ENVIRONMENT_PATHS).map((place) => (place.startsWith('~/') ? join(home, place.slice(2)) : place));
}

/**
 * Reads and checks the environment document.
 *
 * @param path a document by path; searched for unless given: `$SEALAB_ENVIRONMENT`, else `/etc/sealab/environment.json`, then
 * `~/.config/sealab/environment.json`.
 * @throws SealabError `EnvironmentNotFound` (details.places), `EnvironmentInvalid` (details.path, field, problem, problems) or
 * `EnvironmentVersionUnknown` (details.path, found, known).
 */
export function loadEnvironment(path?: string, surroundings: Surroundings = {}): EnvironmentDescription {
  const places = path === undefined ? environmentPlaces(surroundings) : [path];
  for (const place of places) {
    const text = read(place);
    if (text !== undefined) return parseEnvironment(text, place);
  }
  throw new SealabError('EnvironmentNotFound', `No environment document at ${places.join(' or ')}.`, { remedy, details: { places } });
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw invalid(path, [{ field: '', problem: `cannot be read (${code ?? (error as Error).name})` }], error);
  }
}

/** Checks a document's text. `path` is only for messages. */
export function parseEnvironment(text: string, path: string): EnvironmentDescription {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw invalid(path, [{ field: '', problem: `is not JSON (${(error as Error).message})` }], error);
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw invalid(path, [{ field: '', problem: 'is not a JSON object' }]);
  const found = (document as Record<string, unknown>)['schemaVersion'];
  if (found === undefined) throw invalid(path, [{ field: 'schemaVersion', problem: 'is missing' }]);
  if (found !== SCHEMA_VERSION) {
    throw new SealabError(
      'EnvironmentVersionUnknown',
      `${path} has schemaVersion ${JSON.stringify(found)}; this SDK reads ${SCHEMA_VERSION}.`,
      {
        remedy: 'Restart the notebook, so that its lifecycle script installs the SDK that belongs to the document.',
        details: { path, found, known: [SCHEMA_VERSION] },
      },
    );
  }
  // Compiling a parser would pay for many documents; this is one.
  const result = EnvironmentDescription.safeParse(document, { jitless: true });
  if (result.success) return result.data;
  throw invalid(
    path,
    result.error.issues.map((issue) => ({
      field: dotted(issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path),
      problem: issue.code === 'unrecognized_keys' ? 'is not a field of the document' : issue.message,
    })),
    result.error,
  );
}

const dotted = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`),
    '',
  );

function invalid(path: string, problems: readonly { field: string; problem: string }[], cause?: unknown): SealabError {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  const where = first?.field === '' ? '' : `: ${first?.field ?? ''}`;
  return new SealabError('EnvironmentInvalid', `${path}${where} ${first?.problem ?? 'is not valid'}${more}.`, {
    remedy:
      'Restart the notebook to fetch the document again; if that does not help, ask your administrator to deploy the environment again.',
    details: { path, field: first?.field, problem: first?.problem, problems },
    cause,
  });
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvironment } from '@sealab/sdk';
import { environment } from './environment-fixture.ts';
import { refusal } from './refusals.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealab-environment-'));
  mkdirSync(join(folder, '.config/sealab'), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

describe('loadEnvironment', () => {
  it('takes the first of its places that is there', () => {
    const first = join(folder, 'etc.json');
    const second = written('.config/sealab/environment.json', { ...environment, project: 'second' });
    const places = [first, '~/.config/sealab/environment.json'];
    expect(loadEnvironment(undefined, { variable: undefined, home: folder, places }).project).toBe('second');
    written('etc.json', environment);
    expect(loadEnvironment(undefined, { variable: undefined, home: folder, places }).project).toBe('credit-risk');
    expect(loadEnvironment(undefined, { variable: second, home: folder, places }).project).toBe('second');
  });

  it('lists the places when there is none', () => {
    const error = refusal(() =>
      loadEnvironment(undefined, { variable: undefined, home: '/nowhere', places: ['/nowhere/a.json', '~/b.json'] }),
    );
    expect(error.code).toBe('EnvironmentNotFound');
    expect(error.details['places']).toEqual(['/nowhere/a.json', '/nowhere/b.json']);
    expect(error.message).toContain('/nowhere/b.json');
  });

  it('never falls back when SEALAB_ENVIRONMENT names a file that is not there', () => {
    written('.config/sealab/environment.json', environment);
    const error = refusal(() => loadEnvironment(undefined, { variable: join(folder, 'gone.json'), home: folder }));
    expect(error.code).toBe('EnvironmentNotFound');
    expect(error.details['places']).toEqual([join(folder, 'gone.json')]);
  });

  it.each([
    ['not JSON', '{"schemaVersion":', '', /is not JSON/],
    ['a list', [], '', /is not a JSON object/],
    ['no version', { project: 'x' }, 'schemaVersion', /is missing/],
    ['a key alias', { ...environment, keys: { ...environment.keys, storage: 'alias/storage' } }, 'keys.storage', /ARN of a KMS key/],
    [
      'a bad subnet',
      { ...environment, network: { ...environment.network, subnets: [{ id: 'x', availabilityZone: 'a' }] } },
      'network.subnets[0].id',
      /./,
    ],
    ['a missing role', { ...environment, roles: { ...environment.roles, jobExecution: undefined } }, 'roles.jobExecution', /./],
    ['an unknown field', { ...environment, keys: { ...environment.keys, extra: 'x' } }, 'keys.extra', /is not a field/],
  ])('names path, field and problem: %s', (_title, content, field, problem) => {
    const path = written('broken.json', content);
    const error = refusal(() => loadEnvironment(path));
    expect(error.code).toBe('EnvironmentInvalid');
    expect(error.details).toMatchObject({ path, field });
    expect(error.details['problem']).toMatch(problem);
    expect(error.message).toContain(path);
    expect(error.message).toContain(field);
  });

  it('refuses another generation of the document, whatever else is in it', () => {
    const path = written('newer.json', { schemaVersion: '9.0', somethingNew: true });
    const error = refusal(() => loadEnvironment(path));
    expect(error.code).toBe('EnvironmentVersionUnknown');
    expect(error.details).toMatchObject({ path, found: '9.0', known: ['1.0'] });
  });

  it('says that a document cannot be read', () => {
    const path = join(folder, 'a-folder');
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o700);
    expect(refusal(() => loadEnvironment(path)).message).toMatch(/cannot be read \(EISDIR\)/);
  });
});

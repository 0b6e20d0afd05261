import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ENVIRONMENT_PATHS, ENVIRONMENT_VARIABLE, SCHEMA_VERSION } from '@sealab/sdk/contract';
import { environment } from '../sdk/environment-fixture.ts';
import { repository } from './sandbox.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealab-constants-'));
afterAll(() => rmSync(folder, { recursive: true }));

function python(code: string, document: string): { status: number | null; out: string; err: string } {
  const path = join(folder, 'environment.json');
  writeFileSync(path, document);
  const env = {
    PATH: process.env['PATH'],
    PYTHONPATH: join(repository, 'sdk/python'),
    PYTHONDONTWRITEBYTECODE: '1',
    SEALAB_ENVIRONMENT: path,
  };
  const { status, stdout, stderr } = spawnSync('python3', ['-c', code], { encoding: 'utf8', env });
  return { status, out: stdout.trim(), err: stderr.trim() };
}
const valid = JSON.stringify(environment);
const json = (code: string) => JSON.parse(python(`import json, sealab_environment as e; print(json.dumps(${code}))`, valid).out) as unknown;

describe('the Python constants', () => {
  it('agree with the contract about where the document is and which generation it has', () => {
    expect(json('[e.document.SCHEMA_VERSION, e.document.ENVIRONMENT_VARIABLE, e.document.ENVIRONMENT_PATHS]')).toEqual([
      SCHEMA_VERSION,
      ENVIRONMENT_VARIABLE,
      [...ENVIRONMENT_PATHS],
    ]);
  });

  it('have each value under the upper-case form of its path', () => {
    expect(
      json('[e.PROJECT, e.NETWORK_VPC_ID, e.NETWORK_SECURITY_GROUP_IDS, e.KEYS_VOLUME, e.BUCKETS_DATA, e.IMAGES_SCIKIT_LEARN]'),
    ).toEqual([
      environment.project,
      environment.network.vpcId,
      environment.network.securityGroupIds,
      environment.keys.volume,
      environment.buckets.data,
      environment.images['scikit-learn'],
    ]);
    expect(json('e.NETWORK_SUBNETS')).toEqual(environment.network.subnets.map(({ id }) => id));
    expect(json('e.DOCUMENT')).toEqual(environment);
  });

  it('have the names of the first generation', () => {
    expect(json('[e.SAGEMAKER_SUBNETS, e.SAGEMAKER_KMS_KEY_ID, e.SAGEMAKER_DATA_BUCKET]')).toEqual([
      environment.network.subnets.map(({ id }) => id),
      environment.keys.storage,
      environment.buckets.data,
    ]);
  });

  it('can be imported with a star and are listed', () => {
    expect(python('from sealab_environment import *; print(PROJECT)', valid).out).toBe(environment.project);
    expect(json('[name for name in dir(e) if name == "BUCKETS_MODEL"]')).toEqual(['BUCKETS_MODEL']);
  });

  it.each([
    ['a broken document', '{"half":', 'is not JSON'],
    ['another generation', '{"schemaVersion": "0.9"}', "schemaVersion is '0.9', this release reads '1.0'"],
    ['something else', '[]', 'is not a JSON object'],
  ])('refuse %s and name the file', (_, document, problem) => {
    const { status, err } = python('from sealab_environment import PROJECT', document);
    expect(status).toBe(1);
    expect(err).toContain(problem);
    expect(err).toContain(join(folder, 'environment.json'));
  });

  it('refuse a name that the document does not give, and say which there are', () => {
    expect(python('from sealab_environment import NOTHING', valid).err).toContain('NOTHING');
    expect(python('import sealab_environment; sealab_environment.NOTHING', valid).err).toMatch(/gives no NOTHING; it gives .*BUCKETS_DATA/);
  });
});

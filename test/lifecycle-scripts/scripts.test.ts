import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { EnvironmentDescription } from '@sealab/sdk/contract';

const root = resolve(import.meta.dirname, '../../lifecycle-scripts');
const scripts = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.sh'))
  .sort();
const hooks = scripts.filter((path) => path.startsWith('notebook/'));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Longest values that the header can have: a parameter path, a bucket with a hash, a key ARN. */
const HEADER = [
  `export SEALAB_ENVIRONMENT_PARAMETER='/sealab/${'p'.repeat(20)}/environment'`,
  `export SEALAB_RELEASE_URI='s3://${'b'.repeat(63)}/release/${'f'.repeat(64)}'`,
  `export SEALAB_STORAGE_KEY='arn:aws-iso-b:kms:us-isob-east-1:111122223333:key/mrk-${'0'.repeat(32)}'`,
].join('\n');

describe('the lifecycle scripts', () => {
  it('are on-create, on-start and a library', () =>
    expect(scripts).toEqual(['lib/install.sh', 'notebook/on-create.sh', 'notebook/on-start.sh']));

  it('pass ShellCheck with every optional check that finds faults', () => {
    const checked = spawnSync('shellcheck', ['--norc', '--severity=style', ...scripts.map((path) => join(root, path))], {
      encoding: 'utf8',
    });
    expect({ problem: checked.error?.message, status: checked.status, output: checked.stdout }).toEqual({
      problem: undefined,
      status: 0,
      output: '',
    });
  });

  it.each(hooks)('%s fits into a lifecycle configuration with its header', (path) => {
    const bytes = Buffer.from(`${HEADER}\n${read(path)}`);
    expect(bytes.length).toBeLessThan(12_288);
    expect(bytes.toString('base64').length).toBeLessThanOrEqual(16_384);
  });

  it.each(hooks)('%s stops at errors, sets its PATH and writes a log', (path) => {
    const text = read(path);
    expect(text.split('\n')[0]).toBe('#!/bin/bash');
    expect(text).toContain('set -euo pipefail');
    expect(text).toMatch(/^export PATH=\/usr\/local\/sbin:/m);
    expect(text).toContain('/var/log/sealab-lifecycle.log');
    expect(text).not.toContain('\r');
  });

  it.each(scripts)('%s knows no field of the environment document', (path) => {
    const names = new Set<string>();
    const collect = (shape: Record<string, unknown>): void => {
      for (const [name, field] of Object.entries(shape)) {
        names.add(name);
        const inner = (field as { shape?: Record<string, unknown> }).shape;
        if (inner !== undefined) collect(inner);
      }
    };
    collect(EnvironmentDescription.shape);
    // Words of English or of a command line that are field names as well.
    for (const word of [
      'project',
      'mirror',
      'network',
      'links',
      'repository',
      'domain',
      'region',
      'data',
      'model',
      'images',
      'keys',
      'roles',
      'tags',
      'notebook',
      'kind',
      'logs',
      'storage',
      'volume',
      'account',
      'partition',
      'endpoints',
      'training',
      'processing',
      'hosting',
      'artifacts',
      'buckets',
    ])
      names.delete(word);
    expect([...names].filter((name) => new RegExp(`\\b${name}\\b`).test(read(path)))).toEqual([]);
    // Nor does it take the document apart.
    expect(read(path)).not.toMatch(/environment\.json["')\]]*\)?\[/);
    expect(read(path)).not.toMatch(/\bjq\b/);
  });

  it('are bash that parses', () => {
    for (const path of scripts) execFileSync('bash', ['-n', join(root, path)]);
  });
});

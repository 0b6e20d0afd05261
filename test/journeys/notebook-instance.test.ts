import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Platform } from '../../local/gateway/platform.ts';
import type { NotebookInstance } from '../../local/runner/notebook-instance-interface.ts';

// A home of its own: the instances here are not the environment's.
const home = mkdtempSync(join(tmpdir(), 'sealab-instance-'));
const before = process.env['SEALAB_HOME'];
process.env['SEALAB_HOME'] = home;
writeFileSync(join(home, 'ca.pem'), '');
const { createNotebookRunner } = await import('../../local/runner/notebook-instance.ts');
if (before === undefined) delete process.env['SEALAB_HOME'];
else process.env['SEALAB_HOME'] = before;
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** A platform whose AWS answers nobody: what starts and stops an instance is the matter here. */
const platform = {
  endpointUrl: 'https://127.0.0.1:18443',
  region: 'eu-west-1',
  caFile: join(home, 'ca.pem'),
  onShutdown: () => undefined,
  openSandbox: () => Promise.resolve({ folder: home, close: () => Promise.resolve() }),
  assumeForService: () => Promise.reject(Object.assign(new Error('nobody'), { name: 'AccessDenied' })),
} as unknown as Platform;

const instance = (onStart: string): NotebookInstance => ({
  name: 'alone',
  arn: 'arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/alone',
  roleArn: 'arn:aws:iam::111122223333:role/nobody',
  vpcId: 'vpc-1',
  instanceType: 'ml.t3.medium',
  lifecycle: {
    arn: 'arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance-lifecycle-config/alone',
    onCreate: '#!/bin/bash\necho created >> /home/ec2-user/SageMaker/created\n',
    onStart,
  },
});

describe('a notebook instance', () => {
  const runner = createNotebookRunner(platform);
  afterAll(() => runner.delete('alone'));

  it('fails with AWS’s reason when its lifecycle script fails', async () => {
    await expect(runner.start(instance('#!/bin/bash\nexit 3\n'))).rejects.toMatchObject({
      reason: expect.stringMatching(
        /^Notebook Instance Lifecycle Config 'arn:.*\/alone' for Notebook Instance 'arn:.*\/alone' took longer than 5 minutes\./,
      ),
    });
    expect(runner.address('alone')).toBeUndefined();
  }, 60_000);

  it('runs OnCreate until the instance was there once, OnStart at every start, and keeps SageMaker/ and the port alone', async () => {
    await runner.start(instance('#!/bin/bash\nset -e\ntouch /home/ec2-user/forgotten /opt/sealab/forgotten\n'));
    const address = runner.address('alone');
    expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
    await runner.stop('alone');
    expect(runner.address('alone')).toBeUndefined();
    // Fails unless what is said here holds: created twice (the failed start was no start), nothing but the volume kept.
    const script =
      '#!/bin/bash\nset -e\n[[ $(wc -l < /home/ec2-user/SageMaker/created) == 2 ]]\n[[ ! -e /home/ec2-user/forgotten && ! -e /opt/sealab/forgotten ]]\n';
    await runner.start(instance(script));
    expect(runner.address('alone')).toBe(address);
  }, 120_000);
});

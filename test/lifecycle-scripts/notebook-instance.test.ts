import { statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { environment } from '../sdk/environment-fixture.ts';
import { Machine } from './sandbox.ts';

let machine: Machine;
beforeEach(() => {
  machine = new Machine();
  machine.write('cloud/parameter', JSON.stringify(environment));
});
afterEach(() => machine.remove());

const calls = (what: string) =>
  machine
    .read('cloud/calls')
    .split('\n')
    .filter((call) => call.startsWith(what)).length;

describe('on-create', () => {
  it('says what the platform is and that everything can be read', () => {
    const { status, output } = machine.run('on-create');
    expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('environment parameter and release are readable') });
    expect(output).toContain('jupyter-lab: /home/ec2-user/anaconda3/envs/JupyterSystemEnv/bin/jupyter-lab');
    expect(machine.read('log/sealab-lifecycle.log')).toBe(output);
  });

  it('fails with the reason when the parameter or the release cannot be read', () => {
    machine.remove('cloud/parameter');
    expect(machine.run('on-create')).toEqual({
      status: 1,
      output: expect.stringContaining('cannot read the parameter /sealab/credit-risk/environment'),
    });
    machine.write('cloud/parameter', JSON.stringify(environment));
    machine.remove('cloud/release');
    expect(machine.run('on-create')).toEqual({
      status: 1,
      output: expect.stringContaining('cannot read the release at s3://artifacts/release/0123abcd'),
    });
  });
});

describe('on-start', () => {
  it('makes the instance part of its project', () => {
    const { status, output } = machine.run('on-start');
    expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('sealab on-start done') });
    expect(JSON.parse(machine.read('etc/sealab/environment.json'))).toEqual(environment);
    expect(statSync(machine.path('etc/sealab/environment.json')).mode & 0o777).toBe(0o444);
    expect(machine.read('cloud/pip')).toContain('--no-index --find-links=/opt/sealab/releases/0123abcd/wheels jupyterlab_sealab');
    expect(JSON.parse(machine.read('home/deno.json'))).toMatchObject({
      imports: { '@sealab/sdk': '/opt/sealab/current/sdk/sealab-sdk.js' },
    });
    expect(machine.read('etc/profile.d/sealab.sh')).toContain('/opt/sealab/current/python');
    expect(machine.has('home/SageMaker/sealab-samples/data-scientist/credit-default/train.py')).toBe(true);
  });

  it('prepares every Python of the platform, in a file that only root may write', () => {
    const { status } = machine.run('on-start');
    expect(status).toBe(0);
    const line = 'home/anaconda3/envs/JupyterSystemEnv/lib/python3.11/site-packages/sealab.pth';
    expect(machine.read(line)).toBe('/opt/sealab/current/python\nimport sealab_defaults.startup\n');
    expect(statSync(machine.path(line)).mode & 0o777).toBe(0o444);
    const written = statSync(machine.path(line)).mtimeMs;
    machine.run('on-start');
    expect(statSync(machine.path(line)).mtimeMs).toBe(written);
    expect(JSON.parse(machine.read('etc/sealab/sagemaker.yaml'))).toMatchObject({
      SageMaker: { PythonSDK: { Modules: { Session: { DefaultS3Bucket: environment.buckets.model }, TelemetryOptOut: true } } },
    });
    expect(machine.read('etc/profile.d/sealab.sh')).toContain('SAGEMAKER_ADMIN_CONFIG_OVERRIDE=/etc/sealab/sagemaker.yaml');
  });

  it('points pip, uv and npm at the mirror, in files that only their owner can read', () => {
    machine.run('on-start');
    expect(machine.read('home/.config/pip/pip.conf')).toMatch(
      /^index-url = https:\/\/aws:token-\d+@mirror\.example\/pypi\/approved\/simple\/$/m,
    );
    expect(machine.read('home/.config/uv/uv.toml')).toContain('@mirror.example/pypi/approved/simple/"');
    expect(machine.read('home/.npmrc')).toMatch(
      /^registry=https:\/\/mirror\.example\/npm\/approved\/\n\/\/mirror\.example\/npm\/approved\/:_authToken=token-\d+$/m,
    );
    for (const file of ['home/.config/pip/pip.conf', 'home/.config/uv/uv.toml', 'home/.npmrc'])
      expect(statSync(machine.path(file)).mode & 0o777).toBe(0o600);
  });

  it('changes nothing when it runs again, and fetches and installs nothing twice', () => {
    machine.run('on-start');
    const before = [machine.read('etc/sealab/environment.json'), machine.read('home/deno.json'), machine.read('cloud/pip')];
    const { status, output } = machine.run('on-start');
    expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('samples: 0 written') });
    expect([machine.read('etc/sealab/environment.json'), machine.read('home/deno.json'), machine.read('cloud/pip')]).toEqual(before);
    expect(calls('s3 cp --recursive')).toBe(1);
    expect(machine.list('opt/sealab/releases')).toEqual(['0123abcd']);
    expect(machine.list('etc/sealab')).toEqual(['environment.json', 'sagemaker.yaml']);
  });

  it('keeps the document that is there when the new one is broken, and says what is wrong with it', () => {
    machine.run('on-start');
    const before = machine.read('etc/sealab/environment.json');
    machine.write('cloud/parameter', '{"schemaVersion": "9.9"}');
    expect(machine.run('on-start')).toEqual({
      status: 1,
      output: expect.stringMatching(/schemaVersion is '9\.9', this release reads '1\.0'/),
    });
    machine.write('cloud/parameter', '{"half":');
    expect(machine.run('on-start')).toEqual({ status: 1, output: expect.stringContaining('is not JSON') });
    expect(machine.read('etc/sealab/environment.json')).toBe(before);
  });

  it('fails when the TypeScript kernel is missing', () => {
    machine.write('cloud/kernels', '{"kernelspecs": {}}');
    expect(machine.run('on-start')).toEqual({ status: 1, output: expect.stringContaining('the TypeScript kernel is not registered') });
  });

  it('leaves no half-fetched release behind', () => {
    machine.remove('cloud/release');
    expect(machine.run('on-start')).toEqual({ status: 1, output: expect.stringContaining('the release could not be fetched') });
    expect(machine.list('opt/sealab/releases')).toEqual([]);
  });

  it('never touches what a user changed or removed among the samples, and renews the rest', () => {
    machine.run('on-start');
    const sample = 'home/SageMaker/sealab-samples/data-scientist/credit-default/train.py';
    const other = 'home/SageMaker/sealab-samples/data-scientist/credit-default/generate.py';
    machine.write(sample, '# mine');
    machine.write('opt/sealab/releases/0123abcd/notebooks/data-scientist/credit-default/train.py', '# newer');
    machine.write('opt/sealab/releases/0123abcd/notebooks/data-scientist/credit-default/generate.py', '# newer');
    machine.remove('home/SageMaker/sealab-samples/data-scientist/01-train-and-host.ipynb');
    machine.run('on-start');
    expect(machine.read(sample)).toBe('# mine');
    expect(machine.read(other)).toBe('# newer');
    expect(machine.has('home/SageMaker/sealab-samples/data-scientist/01-train-and-host.ipynb')).toBe(false);
  });
});

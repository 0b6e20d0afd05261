import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';

const launch = resolve(import.meta.dirname, '../../extension/jupyterlab_sealab/launch.py');
const document = {
  region: 'cn-north-1',
  partition: 'aws-cn',
  buckets: { data: 'the-data' },
  endpoints: { sagemaker: 'https://vpce-1.api.sagemaker.cn-north-1.vpce.amazonaws.com.cn' },
};

const folder = mkdtempSync(join(tmpdir(), 'sealab-launch-'));
writeFileSync(join(folder, 'environment.json'), JSON.stringify(document));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The flags that Deno gets, by the real launcher, in an environment that is exactly `env`. */
function flags(env: Record<string, string>): Record<string, string[]> {
  const script = `import importlib.util, json
spec = importlib.util.spec_from_file_location("launch", ${JSON.stringify(launch)})
launch = importlib.util.module_from_spec(spec); spec.loader.exec_module(launch)
print(json.dumps(launch.service_process(${JSON.stringify(folder)})["command"]("/run/x/socket")))`;
  const output = execFileSync('python3', ['-B', '-c', script], {
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, SEALAB_ENVIRONMENT: join(folder, 'environment.json'), ...env },
    encoding: 'utf8',
  });
  const list = JSON.parse(output) as string[];
  return Object.fromEntries(
    list
      .filter((flag) => flag.startsWith('--'))
      .map((flag) => [flag.split('=')[0] ?? '', flag.includes('=') ? flag.slice(flag.indexOf('=') + 1).split(',') : []]),
  );
}

describe('permissions of the service', () => {
  it('follow from the environment document on AWS', () => {
    const { '--allow-net': net } = flags({});
    expect(net).toEqual(
      expect.arrayContaining([
        'api.sagemaker.cn-north-1.amazonaws.com.cn:443',
        'the-data.s3.cn-north-1.amazonaws.com.cn:443',
        '169.254.169.254:80',
      ]),
    );
    expect(net).toContain('vpce-1.api.sagemaker.cn-north-1.vpce.amazonaws.com.cn:443');
  });

  it('are one endpoint and the credentials where AWS_ENDPOINT_URL says so', () => {
    const { '--allow-net': net } = flags({
      AWS_ENDPOINT_URL: 'https://127.0.0.1:4566',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:4567/credentials',
    });
    expect(net).toEqual(['127.0.0.1:4566', '127.0.0.1:4567', 'vpce-1.api.sagemaker.cn-north-1.vpce.amazonaws.com.cn:443']);
  });

  it('are nothing more', () => {
    const all = flags({});
    expect(
      Object.keys(all)
        .filter((flag) => flag.startsWith('--allow'))
        .sort(),
    ).toEqual(['--allow-env', '--allow-net', '--allow-read', '--allow-sys', '--allow-write']);
    expect(all['--allow-write']).toEqual(['/run/x/socket']);
    expect(all['--allow-sys']).toEqual(['homedir', 'osRelease']);
    expect(all).toHaveProperty('--no-prompt');
    expect(all).toHaveProperty('--no-remote');
    for (const values of Object.values(all)) expect(values).not.toContain('');
  });
});

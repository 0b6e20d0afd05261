import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { environment } from './environment-fixture.ts';

let folder: string;
let document: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealab-cli-'));
  document = join(folder, 'environment.json');
  writeFileSync(document, JSON.stringify(environment));
  const source = resolve(import.meta.dirname, '../../sdk/src');
  await build({
    entryPoints: { 'sealab-sdk': join(source, 'index.ts'), sealab: join(source, 'cli.ts') },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    minify: true,
    banner: { js: "import{createRequire as sealabRequire}from'node:module';const require=sealabRequire(import.meta.url);" },
  });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function sealab(args: readonly string[], input = '', reads = true): Promise<{ code: number; out: string; problem: string }> {
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [join(folder, 'sealab.mjs'), ...args],
      { env: { ...process.env, SEALAB_ENVIRONMENT: document, NODE_OPTIONS: '' } },
      (error, out, problem) => {
        done({ code: error === null ? 0 : Number(error.code), out, problem });
      },
    );
    child.stdin?.end(input);
    if (!reads) child.stdout?.destroy();
  });
}

describe('sealab', () => {
  it('env shows the environment, as JSON too', async () => {
    expect((await sealab(['env'])).out).toMatch(/project\n {2}name +credit-risk/);
    expect(JSON.parse((await sealab(['env', '--json'])).out)).toEqual(environment);
  });

  it('explain says what to write', async () => {
    const message =
      'User: arn:aws:sts::111122223333:assumed-role/r/s is not authorized to perform: iam:PassRole on resource: arn:aws:iam::111122223333:role/Admin because no identity-based policy allows the iam:PassRole action';
    const { out, code } = await sealab(['explain', '--operation', 'CreateTrainingJob'], message);
    expect([code, out]).toEqual([0, expect.stringContaining(`Write: RoleArn: "${environment.roles.jobExecution}"`)]);
  });

  it('plan shows what a request in a file would send, and where each value comes from', async () => {
    const request = join(folder, 'request.json');
    writeFileSync(
      request,
      JSON.stringify({ script: { name: 'train.py', text: 'print(1)' }, name: 'once', data: 's3://credit-risk-data/x/' }),
    );
    const { out, code } = await sealab(['plan', request]);
    expect([code, out]).toEqual([0, expect.stringMatching(/EnableNetworkIsolation +true +contract/)]);
    expect(out).toMatch(/TrainingJobName +once +caller/);
    const { calls } = JSON.parse((await sealab(['plan', '--json', request])).out) as { calls: { operation: string }[] };
    expect(calls.map(({ operation }) => operation)).toEqual(['CreateTrainingJob']);
  });

  it('says in a sentence what is wrong, without a stack', async () => {
    const { code, problem } = await sealab(['env', '--environment', '/nowhere.json']);
    expect([code, problem]).toEqual([2, expect.stringMatching(/^sealab: No environment document at \/nowhere\.json\.\n/)]);
    expect(problem).not.toMatch(/ at .*\.mjs/);
  });

  it.each(['env', 'controls'])('%s ends quietly when nobody reads on, as with `| head -1`', async (command) => {
    const { code, problem } = await sealab([command], '', false);
    expect([code, problem]).toEqual([0, '']);
  });
});

describe('the bundle', () => {
  it('connects in a process of its own, and its entry stays small', async () => {
    const script = `import { connect } from ${JSON.stringify(pathToFileURL(join(folder, 'sealab-sdk.mjs')).href)}; const lab = await connect(); console.log(lab.environment.project);`;
    const out = await new Promise<string>((done, fail) =>
      execFile(
        process.execPath,
        ['--input-type=module', '-e', script],
        { env: { ...process.env, SEALAB_ENVIRONMENT: document, NODE_OPTIONS: '' } },
        (error, text) => {
          if (error === null) done(text);
          else fail(new Error(error.message));
        },
      ),
    );
    expect(out.trim()).toBe('credit-risk');
    // What is loaded for a submission is in chunks; the client of EC2, the largest of all, is not among them until `checks` asks for it.
    expect(statSync(join(folder, 'sealab-sdk.mjs')).size).toBeLessThan(10_000);
  });
});

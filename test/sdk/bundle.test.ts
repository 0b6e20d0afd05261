import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundle, reachable, SDK_ENTRIES } from '../../scripts/bundle.mjs';
import type { Metafile } from '../../scripts/bundle.mjs';
import { deno } from './deno.ts';
import { environment } from './environment-fixture.ts';
import { serviceOnAPort } from './service-on-a-port.ts';
import type { Outcome, Received } from './service-on-a-port.ts';

/** What is shipped for notebooks, with every chunk that it can load; kB are 1,000 bytes. */
const MOST_BYTES = 700_000;
/** What an import of the SDK loads, which is all that a submission needs but the container's credentials. */
const MOST_AT_IMPORT = 460_000;

const folder = mkdtempSync(join(tmpdir(), 'sealab-bundle-'));
const outdir = join(folder, 'sdk');
let metafile: Metafile;
let entry: string;

beforeAll(async () => {
  metafile = await bundle(SDK_ENTRIES, outdir);
  entry = Object.keys(metafile.outputs).find((path) => path.endsWith('/sealab-sdk.js')) ?? '';
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bytes = (paths: Iterable<string>) => [...paths].reduce((sum, path) => sum + (metafile.outputs[path]?.bytes ?? 0), 0);
const inputsOf = (paths: Iterable<string>) =>
  [...paths].flatMap((path) =>
    Object.entries(metafile.outputs[path]?.inputs ?? {})
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([input]) => input),
  );

describe('the SDK as shipped for notebooks', () => {
  it('is small with all that it can do', () => {
    expect(bytes(reachable(metafile, [entry], true))).toBeLessThanOrEqual(MOST_BYTES);
  });

  it('loads little to begin with', () => {
    expect(bytes(reachable(metafile, [entry], false))).toBeLessThanOrEqual(MOST_AT_IMPORT);
  });

  it.each([
    ['clients that no submission asks', /client-(?!s3|sagemaker\/)[a-z-]+\/dist-es/],
    ['other ways to credentials than the container’s', /credential-provider-(ini|process|web-identity|http)|credential-provider-imds/],
    ['uploads in parts', /lib-storage/],
    ['event streams', /event-streams\/EventStreamSerde/],
    ['charts', /sdk\/src\/notebook\/charts\//],
    ['capabilities', /sdk\/src\/(posture\/checks|planning\/plan\.|processing\/process\.|hosting\/deploy\.)/],
  ])('leaves %s for later', (_, pattern) => {
    expect(inputsOf(reachable(metafile, [entry], false)).filter((input) => pattern.test(input))).toEqual([]);
    // The pattern means something: it is there to be loaded later.
    expect(inputsOf(reachable(metafile, [entry], true)).filter((input) => pattern.test(input))).not.toEqual([]);
  });

  it('holds shapes of the operations that it calls, not of all that a service has', () => {
    // 1.9 MB in the package; the largest client, of which five reads are used.
    const ec2 = Object.entries(metafile.outputs).find(([path]) => path.includes('/ec2-'));
    expect(ec2?.[1].bytes).toBeLessThan(40_000);
  });

  it('has no chunk that nothing loads', () => {
    const there = readdirSync(outdir, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
    const entries = Object.keys(metafile.outputs).filter((path) => /\/sealab(-sdk)?\.js$/.test(path));
    expect(there).toHaveLength(reachable(metafile, entries, true).size);
  });
});

const xml = (body: string): Outcome => ({ content: body, headers: { 'content-type': 'text/xml' }, status: 400 });
const answer = ({ operation, body }: Received): Outcome => {
  if (operation === 'DescribeTrainingJob') return { error: 'ValidationException', message: 'Requested resource not found.' };
  if (body.includes('Action=GetCallerIdentity'))
    return xml(
      '<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>It has ended.</Message></Error></ErrorResponse>',
    );
  if (body.includes('Action=DescribeSubnets'))
    return {
      content:
        '<DescribeSubnetsResponse><subnetSet><item><subnetId>subnet-1</subnetId><availableIpAddressCount>7</availableIpAddressCount></item></subnetSet></DescribeSubnetsResponse>',
      headers: { 'content-type': 'text/xml' },
    };
  if (operation.startsWith('PUT /credit-risk-data/absent'))
    return xml('<Error><Code>NoSuchBucket</Code><Message>The bucket is not there.</Message></Error>');
  if (operation === 'DescribeKey') return { error: 'NotFoundException', message: 'Key is not there.' };
  return { json: { TrainingJobArn: 'arn' } };
};

const PROGRAM = `
const [sdk, url, document] = (globalThis.Deno?.args ?? process.argv.slice(2));
const { connect } = await import(sdk);
const lab = await connect({ environment: JSON.parse(document), credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }, endpointUrl: url });
const errorOf = (promise) => promise.then(() => 'no error', ({ name, message }) => name + ': ' + message);
const job = await lab.train({ script: { name: 'train.py', text: 'print(1)' }, data: { text: 'a,b\\n1,2\\n' }, name: 'first' });
const { checks } = await lab.checks();
console.log(JSON.stringify({
  name: job.name,
  absent: await errorOf(lab.attach('nobody').describe()),
  subnets: checks.find(({ id }) => id === 'network.subnets-in-vpc').detail,
  key: checks.find(({ id }) => id.startsWith('keys.')).detail,
  identity: checks.find(({ id }) => id === 'identity.project-role').detail,
  object: await errorOf(lab.upload({ text: 'a' }, { prefix: 'absent' })),
  chart: typeof (await job[Symbol.for('Jupyter.display')]())['text/html'],
}));
lab.close();
`;

describe.each(['node', 'deno'])('in %s', (runtime) => {
  it('submits, reads and keeps the names and messages of errors', async () => {
    const program = runtime === 'node' ? process.execPath : deno(folder);
    const service = await serviceOnAPort(answer);
    const script = join(folder, 'program.mjs');
    writeFileSync(script, PROGRAM);
    const args = [...(runtime === 'deno' ? ['run', '--allow-all', '--no-prompt'] : []), script, join(outdir, 'sealab-sdk.js'), service.url];
    const { stdout } = await promisify(execFile)(program, [...args, JSON.stringify(environment)], {
      env: { ...process.env, DENO_DIR: join(folder, 'deno-cache') },
    }).finally(() => service.close());
    expect(JSON.parse(stdout)).toEqual({
      name: 'first',
      // JSON, XML of the query protocol, XML of EC2 and XML of S3: the classes of errors are not in the bundle, what AWS says of them is.
      absent: 'ValidationException: Requested resource not found.',
      identity: expect.stringContaining('It has ended.'),
      subnets: 'Not in vpc-0a1b2c3d: subnet-1.',
      key: 'It is not there: Key is not there.',
      object: 'NoSuchBucket: The bucket is not there.',
      chart: 'string',
    });
  }, 60_000);
});

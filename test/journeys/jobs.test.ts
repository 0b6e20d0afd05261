import { once } from 'node:events';
import { createServer, connect, type AddressInfo } from 'node:net';
import { homedir, hostname } from 'node:os';
import { resolve } from 'node:path';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdministrator, connection, description, home, uniqueName } from './running/environment.ts';
import { NotebookLab } from './running/lab.ts';

/** Told to stop, it has 120 seconds on SageMaker, and here: it starts first and is looked at last. */
const STUBBORN = `
import signal, time
signal.signal(signal.SIGTERM, lambda *_: print("no", flush=True))
print("waiting", flush=True)
while True:
    time.sleep(1)
`;

let lab: NotebookLab;
let stubborn: string;
/** Resolves when the job has printed a line that holds the text. */
const said = (name: string, text: string) =>
  lab.json(
    `await (async () => { for await (const { message } of lab.attach("${name}").logs()) if (message.includes("${text}")) return true; })()`,
    90,
  );
beforeAll(async () => {
  lab = await NotebookLab.open();
  stubborn = await lab.train(STUBBORN, { maxRuntime: 600 });
  await said(stubborn, 'waiting');
  await lab.json(`await lab.attach("${stubborn}").stop()`);
}, 120_000);
afterAll(() => lab.close());

describe('a training job', () => {
  it('without network reaches no listener on this machine and sees nothing of its files', async () => {
    let met = 0;
    const listener = createServer((socket) => {
      met += 1;
      socket.end();
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    // The listener is there for everybody else.
    await once(connect(port, '127.0.0.1'), 'close');
    expect(met).toBe(1);

    const repository = resolve(import.meta.dirname, '../..');
    const gateway = Number(new URL(connection().endpointUrl).port);
    const script = `
import json, os, socket
def attempt(host, port):
    try:
        socket.create_connection((host, port), timeout=3).close()
        return "connected"
    except OSError as error:
        return type(error).__name__
def names(folder):
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return None
print("FOUND " + json.dumps({
    "listener": attempt("127.0.0.1", ${port}),
    "gateway": attempt("127.0.0.1", ${gateway}),
    "elsewhere": attempt("192.0.2.1", 443),
    "interfaces": sorted(name for _, name in socket.if_nameindex()),
    "repository": names(${JSON.stringify(repository)}),
    "home": names(${JSON.stringify(homedir())}),
    "state": names(${JSON.stringify(home())}),
    "homes": names("/home"),
    "tmp": names("/tmp"),
    "hostname": socket.gethostname(),
    "secrets": sorted(name for name in os.environ if "SECRET" in name or "ACCESS_KEY" in name or "TOKEN" in name),
    "processes": sum(name.isdigit() for name in os.listdir("/proc")),
}))
`;
    const ended = await lab.ended(await lab.train(script));
    listener.close();
    expect(ended).toMatchObject({ status: 'Completed' });
    const found = JSON.parse(ended.lines.find((line) => line.startsWith('FOUND '))?.slice(6) ?? '{}') as Record<string, unknown>;
    expect(met).toBe(1);
    for (const attempt of ['listener', 'gateway', 'elsewhere']) expect(found[attempt]).not.toBe('connected');
    expect(found['interfaces']).toEqual(['lo']);
    expect(found['repository']).toBeNull();
    expect(found['state']).toBeNull();
    // A home of the same name may exist inside; what is in it is not the host's.
    expect(found['home'] ?? []).toEqual([]);
    expect(found['secrets']).toEqual([]);
    expect(found['hostname']).not.toBe(hostname());
    expect(found['processes']).toBeLessThan(20);
  }, 120_000);

  it('is told to stop, and keeps what it had saved', async () => {
    const name = await lab.train(`
import os, signal, sys, time
def stop(*_):
    open(os.path.join(os.environ["SM_MODEL_DIR"], "model.txt"), "w").write("half")
    print("saved", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print("waiting", flush=True)
time.sleep(250)
`);
    await said(name, 'waiting');
    await lab.json(`await lab.attach("${name}").stop()`);
    const ended = await lab.ended(name);
    expect(ended).toMatchObject({ status: 'Stopped', secondary: 'Stopped' });
    expect(ended.lines.join('\n')).toContain('saved');
    expect(ended.artifacts).toMatch(/model\.tar\.gz$/);
  }, 120_000);

  it('that fails says why, in the container’s own words', async () => {
    const ended = await lab.ended(await lab.train(`raise ValueError("column 'LIMIT_BAL' is missing")`));
    expect(ended.status).toBe('Failed');
    expect(ended.failure).toContain("column 'LIMIT_BAL' is missing");
    const error = await lab.error(`lab.attach("${ended.name}").wait()`);
    expect(error).toMatchObject({ code: 'JobNotCompleted' });
    expect(error.message).toContain("column 'LIMIT_BAL' is missing");
  }, 120_000);

  it('that outlives its longest run time is stopped', async () => {
    const ended = await lab.ended(await lab.train('import time\nprint("started", flush=True)\ntime.sleep(200)', { maxRuntime: 6 }));
    expect(ended).toMatchObject({ status: 'Stopped', secondary: 'MaxRuntimeExceeded' });
    expect(ended.seconds).toBeLessThan(60);
  }, 120_000);

  it('has its metrics by regular expression, and its artefacts in the model bucket under the storage key', async () => {
    const script = `
import os
for value in (0.5, 0.75, 0.875):
    print(f"score={value}", flush=True)
open(os.path.join(os.environ["SM_MODEL_DIR"], "model.txt"), "w").write("whole")
`;
    const ended = await lab.ended(await lab.train(script, { metrics: { score: 'score=([0-9.]+)' } }));
    expect(ended.status).toBe('Completed');
    const metrics = await lab.json<{ points: { value: number }[]; last: Record<string, number> }>(
      `await lab.attach("${ended.name}").metrics()`,
    );
    expect(metrics.points.map(({ value }) => value)).toEqual([0.5, 0.75, 0.875]);
    expect(metrics.last).toEqual({ score: 0.875 });
    const { buckets, keys } = description();
    expect(ended.artifacts).toContain(`s3://${buckets.model}/`);
    const key = ended.artifacts?.split('/').slice(3).join('/') ?? '';
    const head = await new S3Client(asAdministrator()).send(new HeadObjectCommand({ Bucket: buckets.model, Key: key }));
    expect(head.SSEKMSKeyId).toBe(keys.storage);
  }, 120_000);
});

describe('the SDK against the running environment', () => {
  it('names the field when a caller’s value conflicts', async () => {
    const error = await lab.error(`lab.train({ script: { name: "a.py", text: "" }, instanceType: "ml.p3.2xlarge" })`);
    expect(error).toMatchObject({ code: 'SecureFieldConflict' });
    expect(error.message).toContain('ResourceConfig.InstanceType');
  });

  it('refuses names as AWS does', async () => {
    const name = uniqueName('twice');
    await lab.train('print("one")', { name });
    const twice = await lab.error(`lab.train({ script: { name: "b.py", text: "print(2)" }, name: "${name}" })`);
    expect(`${twice.name} ${twice.message}`).toMatch(/ResourceInUse|already exists/);
    const bad = await lab.error(`lab.train({ script: { name: "b.py", text: "" }, name: "<b>bold</b>" })`);
    expect(bad.code).toBe('InvalidInput');
  });

  it('says which input is missing', async () => {
    expect(await lab.error(`lab.train({ script: "nowhere.py" })`)).toMatchObject({ code: 'InputNotFound' });
    expect(await lab.error(`lab.train({ script: { name: "a.py", text: "" }, data: "nowhere.csv" })`)).toMatchObject({
      code: 'InputNotFound',
    });
    const ended = await lab.ended(await lab.train('print(1)', { data: `s3://${description().buckets.data}/nothing-here/` }));
    expect(ended.status).toBe('Failed');
    expect(ended.failure).toMatch(/no S3 objects|not found|NoSuchKey|No S3 objects/i);
  }, 120_000);
});

it('a job that does not listen is killed when its grace period is over (see start-environment.mjs)', async () => {
  const ended = await lab.ended(stubborn, 100);
  expect(ended).toMatchObject({ status: 'Stopped', secondary: 'Stopped' });
  expect(ended.lines).toContain('no');
  expect(ended.seconds).toBeGreaterThan(28);
  expect(ended.seconds).toBeLessThan(80);
}, 120_000);

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type * as SandboxModule from '../../../local/runner/sandbox.ts';
import type { SandboxImage } from '../../../local/runner/image-relocation.ts';

const home = mkdtempSync(join(tmpdir(), 'sealab-runner-'));
process.env['SEALAB_HOME'] = home;
let sandboxes: typeof SandboxModule;
let image: SandboxImage;
let repository: string;

beforeAll(async () => {
  sandboxes = await import('../../../local/runner/sandbox.ts');
  const { relocateEnvironment } = await import('../../../local/runner/image-relocation.ts');
  const { findPython } = await import('../../../local/toolchain/python.ts');
  repository = (await import('../../../local/paths.ts')).REPOSITORY;
  execFileSync(await findPython(), ['-m', 'venv', '--without-pip', join(home, 'image')]);
  image = relocateEnvironment(join(home, 'image'), '/opt/image');
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

let count = 0;
type Options = Partial<SandboxModule.SandboxOptions>;
const start = (script: string, options: Options = {}) =>
  sandboxes.startSandbox({
    id: `test-${String(++count)}`,
    image,
    command: ['python', '-c', script],
    network: 'none',
    limits: { memoryMb: 512 },
    user: 'root',
    ...options,
  });
const output = (sandbox: SandboxModule.Sandbox) => readFileSync(sandbox.logFile, 'utf8').replace(/^\d+ /gm, '').trimEnd();
async function run(script: string, options: Options = {}) {
  const sandbox = await start(script, options);
  const exit = await sandbox.exited();
  return { exit, output: output(sandbox) };
}
async function said(sandbox: SandboxModule.Sandbox, text: string) {
  while (!output(sandbox).includes(text)) await sleep(20);
}
async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

describe('a sandbox without network', () => {
  it('does not reach a listener on loopback that this machine reaches', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.end();
    });
    const port = await listening(server);
    const script = `
import socket
print([name for _, name in socket.if_nameindex()])
for address in [("127.0.0.1", ${String(port)}), ("192.0.2.1", 80)]:
    try:
        socket.create_connection(address, timeout=2)
        print("reached")
    except OSError as error:
        print(error.strerror)
`;
    const { output: text } = await run(script);
    expect(text.split('\n')).toEqual(["['lo']", 'Connection refused', 'Network is unreachable']);
    expect(connections).toBe(0);
    await once(connect(port, '127.0.0.1'), 'close');
    expect(connections).toBe(1);
    server.close();
  });

  it('sees neither homes nor the project nor other processes, and holds no privilege', async () => {
    const script = `
import json, os
def names(path):
    try: return sorted(os.listdir(path))
    except OSError as error: return type(error).__name__
print(json.dumps({
    "paths": [names(path) for path in ${JSON.stringify([repository, home, '/root', '/home/ec2-user', '/srv', '/mnt', '/var/lib'])}],
    "processes": len([name for name in os.listdir("/proc") if name.isdigit()]),
    "capabilities": [line.split()[1] for line in open("/proc/self/status") if line.startswith("Cap")],
    "text": ${JSON.stringify([repository, homedir()])}[0] in open("/opt/image/pyvenv.cfg").read(),
}))
`;
    const found = JSON.parse((await run(script)).output) as Record<string, unknown>;
    expect(found).toMatchObject({
      paths: ['FileNotFoundError', 'FileNotFoundError', [], [], 'FileNotFoundError', 'FileNotFoundError', 'FileNotFoundError'],
      processes: 3,
      capabilities: Array.from({ length: 5 }, () => '0000000000000000'),
      text: false,
    });
  });

  it("lets the platform's variables win and drops what would change which programs run", async () => {
    const { output: text } = await run(
      'import os; print(os.environ["PATH"].split(":")[0], os.environ.get("LD_PRELOAD"), os.environ.get("PYTHONPATH"), os.environ["COLOUR"], os.environ["ROLE"])',
      {
        env: { PATH: '/tmp/evil', LD_PRELOAD: '/tmp/evil.so', PYTHONPATH: '/tmp', COLOUR: 'blue', ROLE: 'caller' },
        platformEnv: { ROLE: 'platform' },
      },
    );
    expect(text).toBe('/opt/image/bin None None blue platform');
  });

  it('tells who it is as SageMaker does', async () => {
    const { output: text } = await run(
      'import getpass, os, socket; print(getpass.getuser(), os.path.expanduser("~"), socket.gethostname(), socket.gethostbyname("algo-1"))',
      { user: 'ec2-user' },
    );
    expect(text).toBe('ec2-user /home/ec2-user algo-1 127.0.0.1');
  });
});

describe('the end of a sandbox', () => {
  it('carries the exit code', async () => {
    expect((await run('raise SystemExit(7)')).exit).toMatchObject({ reason: 'exited', exitCode: 7 });
  });

  it('says why a command cannot start', async () => {
    await expect(start('', { command: ['no-such-program'] })).rejects.toThrow('cannot start: no-such-program: No such file or directory');
  });

  it('comes after SIGTERM, and time to save', async () => {
    const sandbox = await start(
      'import signal, sys, time\ndef end(*_):\n  time.sleep(0.3); print("saved"); sys.exit(0)\nsignal.signal(signal.SIGTERM, end); print("ready"); time.sleep(60)',
    );
    await said(sandbox, 'ready');
    expect(await sandboxes.stopSandbox(sandbox.id, 10)).toMatchObject({ reason: 'stopped', exitCode: 0 });
    expect(output(sandbox)).toBe('ready\nsaved');
  });

  it('comes with SIGKILL when SIGTERM is ignored', async () => {
    const sandbox = await start('import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN); print("ready"); time.sleep(60)');
    await said(sandbox, 'ready');
    const asked = Date.now();
    expect(await sandboxes.stopSandbox(sandbox.id, 1)).toMatchObject({ reason: 'stopped', exitCode: 137 });
    expect(Date.now() - asked).toBeGreaterThanOrEqual(1_000);
    expect(Date.now() - asked).toBeLessThan(5_000);
  });

  it('comes when its time is over', async () => {
    expect(
      (await run('import time; time.sleep(60)', { limits: { memoryMb: 256, maxRuntimeSeconds: 1 }, graceSeconds: 1 })).exit,
    ).toMatchObject({ reason: 'max-runtime' });
  });

  it('comes when its processes together use more memory than they may', async () => {
    const script =
      'import os, time\nfor _ in range(4):\n  if os.fork() == 0:\n    block = b"x" * (90 << 20); time.sleep(60)\ntime.sleep(60)';
    expect((await run(script, { limits: { memoryMb: 256 } })).exit).toMatchObject({ reason: 'out-of-memory', exitCode: 137 });
  });

  it('is only an error inside when one process asks for more memory than there is', async () => {
    expect((await run('try:\n  b"x" * (400 << 20)\nexcept MemoryError:\n  print("no")', { limits: { memoryMb: 256 } })).output).toBe('no');
  });
});

describe('a supervisor', () => {
  it('is found again by whoever knows the id, with its whole log', async () => {
    const { id } = await start('import time\nfor i in range(5):\n  print("line", i); time.sleep(0.1)');
    const again = sandboxes.attachSandbox(id);
    expect(again?.exit()).toBeUndefined();
    expect(await again?.exited()).toMatchObject({ reason: 'exited', exitCode: 0 });
    expect(output(again as SandboxModule.Sandbox)).toBe('line 0\nline 1\nline 2\nline 3\nline 4');
    expect(sandboxes.attachSandbox('never-started')).toBeUndefined();
  });

  it('takes its sandbox with it when it is killed, and the loss is noticed', async () => {
    const marker = join(home, 'alive');
    mkdirSync(marker);
    const sandbox = await start('import time\nwhile True:\n  open("/marker/beat", "w").write(str(time.time())); time.sleep(0.05)', {
      mounts: [{ source: marker, target: '/marker', writable: true }],
    });
    while (!existsSync(join(marker, 'beat'))) await sleep(20);
    const { pid } = JSON.parse(readFileSync(join(sandbox.folder, 'process.json'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    expect(await sandbox.exited()).toMatchObject({ reason: 'lost' });
    await sleep(300);
    const beat = readFileSync(join(marker, 'beat'), 'utf8');
    await sleep(300);
    expect(readFileSync(join(marker, 'beat'), 'utf8')).toBe(beat);
  });

  it('does not show the environment in the list of processes', async () => {
    const sandbox = await start('print("ready"); import time; time.sleep(60)', { env: { PASSPHRASE: 'correct-horse' } });
    await said(sandbox, 'ready');
    expect(execFileSync('ps', ['-eo', 'args', 'ww'], { encoding: 'utf8' })).not.toContain('correct-horse');
    await sandboxes.stopSandbox(sandbox.id, 0);
  });
});

describe('a sandbox with sockets', () => {
  it('reaches what it was given, also when that is made anew, and nothing else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sealab-s-'));
    const socket = join(folder, 'mirror.sock');
    const serve = async (text: string) => {
      const server = createServer((client) => client.end(text));
      await once(server.listen(socket), 'listening');
      return server;
    };
    const tcp = createServer((client) => client.end('outside'));
    const port = await listening(tcp);
    const script = `
import socket, sys
def ask(port):
    try: return socket.create_connection(("127.0.0.1", port), timeout=2).makefile().read()
    except OSError as error: return error.strerror
print(ask(4000), ask(${String(port)}))
open("/tmp/asked", "w").close()
import os, time
while not os.path.exists("/tmp/again"): time.sleep(0.02)
print(ask(4000))
`;
    const first = await serve('one');
    const sandbox = await start(script, { network: 'sockets', sockets: { mirror: { socket, port: 4000 } } });
    await said(sandbox, 'one');
    await new Promise((resolve) => first.close(resolve));
    rmSync(socket, { force: true });
    const second = await serve('two');
    writeFileSync(join(sandbox.folder, 'tmp', 'again'), '');
    await sandbox.exited();
    expect(output(sandbox)).toBe('one Connection refused\ntwo');
    second.close();
    tcp.close();
    rmSync(folder, { recursive: true });
  });

  it('can be asked through the socket that it publishes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sealab-s-'));
    const socket = join(folder, 'serve.sock');
    const sandbox = await start(
      'import socket\nserver = socket.create_server(("127.0.0.1", 8080)); print("ready")\nclient, _ = server.accept(); client.sendall(client.recv(99).upper()); client.close()',
      {
        publish: { socket, port: 8080 },
      },
    );
    await said(sandbox, 'ready');
    const client = connect(socket);
    client.end('hello');
    const [answer] = (await once(client, 'data')) as [Buffer];
    expect(answer.toString()).toBe('HELLO');
    await sandbox.exited();
    rmSync(folder, { recursive: true });
  });
});

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BareMachine, expectRefusal, PYTHON, ROOT } from './bare-machine.ts';

const IS_ROOT = process.getuid?.() === 0;
const FORBIDDEN = `[ "$1" = --version ] && exit 0
echo 'bwrap: No permissions to create new namespace' >&2
exit 1`;

let machine: BareMachine;
afterEach(() => machine.remove());

describe('without bubblewrap', () => {
  it('says which package to install where it cannot install it', async () => {
    machine = new BareMachine(['bwrap', 'apt-get']);
    expectRefusal(await machine.start(), /Missing on this machine: bubblewrap\. Install bubblewrap .*apt-get install bubblewrap/, machine);
  });

  it('says why the installation failed', async () => {
    machine = new BareMachine(['bwrap'], {
      'apt-get': `case "$*" in *--version*) ;; *) echo 'E: Could not get lock'; exit 100 ;; esac`,
    });
    const ended = await machine.start();
    expectRefusal(ended, /Missing on this machine: bubblewrap\./, machine);
    expect(ended.output.includes('E: Could not get lock')).toBe(IS_ROOT);
  });

  it('installs it as root and goes on', async () => {
    machine = new BareMachine(['bwrap']);
    writeFileSync(join(machine.folder, 'bwrap'), `#!/bin/sh\n${FORBIDDEN}\n`);
    // The package: a bubblewrap that this machine forbids, which is the next thing to be noticed.
    machine.write(
      'apt-get',
      `case "$*" in *install*bubblewrap*) cp ../bwrap . ; chmod 755 bwrap ;; esac`.replace('cp', `cd ${machine.bin}; cp`),
    );
    expectRefusal(await machine.start(), IS_ROOT ? /cannot make a sandbox here/ : /Missing on this machine/, machine);
  });

  it('passes on why the kernel makes no sandbox, and what to allow', async () => {
    machine = new BareMachine([], { bwrap: FORBIDDEN });
    expectRefusal(await machine.start(), /\(No permissions to create new namespace\)\.\n.*unprivileged user namespaces/, machine);
  });
});

describe('Python', () => {
  const wrapper = (before: string): string => `[ "$2" = -c ] && exec ${PYTHON} -I -c "${before}\n$3"; exec ${PYTHON} "$@"`;
  it.each([
    ['is missing', {}, /Missing on this machine: Python 3\.11 or newer\. Install python3 /],
    [
      'is too old',
      { python3: wrapper('import sys; sys.version_info = (3, 9, 2)') },
      /Python 3\.11 or newer \(.* is 3\.9\.2; SEALAB_PYTHON/,
    ],
    ['has no ensurepip', { python3: wrapper("import sys; sys.modules['ensurepip'] = None") }, /the venv module of .*python3-venv/],
  ])('%s', async (_name, scripts, sentence) => {
    machine = new BareMachine(['python3', 'apt-get'], scripts);
    expectRefusal(await machine.start({ env: { SEALAB_PYTHON: '' } }), sentence, machine);
  });

  it('that was chosen is none', async () => {
    machine = new BareMachine(['apt-get']);
    expectRefusal(await machine.start({ env: { SEALAB_PYTHON: '/bin/false' } }), /SEALAB_PYTHON is \/bin\/false, which is none/, machine);
  });
});

describe('Node.js that is too old', () => {
  it('gets a sentence', async () => {
    machine = new BareMachine([]);
    const old = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"16.20.2"}})';
    expectRefusal(await machine.start({ node: ['--import', old] }), /^Node\.js 20\.19 or newer is needed, this is 16\.20\.2/, machine);
  });

  it.each(['start', 'test'])('can read scripts/%s.mjs: it imports nothing newer before the version is known', (name) => {
    machine = new BareMachine([]);
    const imports = readFileSync(join(ROOT, `scripts/${name}.mjs`), 'utf8').match(/^import.*/gm);
    expect(imports).toEqual(["import './node-version.mjs';", `import('./${name}-command.mjs');`]);
  });
});

describe('the folder of the environment', () => {
  it('is on a full disk', async () => {
    machine = new BareMachine([]);
    const disk = join(machine.folder, 'disk');
    mkdirSync(disk);
    const inside = ['bwrap', '--dev-bind', '/', '/', '--size', String(8 << 20), '--tmpfs', disk];
    expectRefusal(
      await machine.start({ inside, env: { SEALAB_HOME: disk } }),
      /1 GB of free disk are needed below .*, there are 0\.0 GB/,
      machine,
    );
    expect(readdirSync(disk)).toEqual([]);
  });

  it('cannot be written', async () => {
    machine = new BareMachine([]);
    const disk = join(machine.folder, 'disk');
    mkdirSync(disk);
    const inside = ['bwrap', '--dev-bind', '/', '/', '--ro-bind', disk, disk];
    const ended = await machine.start({ inside, env: { SEALAB_HOME: join(disk, 'home') } });
    expectRefusal(ended, /disk is not writable: set SEALAB_HOME to a folder/, machine);
  });

  it('is a file', async () => {
    machine = new BareMachine([]);
    const file = join(machine.folder, 'file');
    writeFileSync(file, '');
    expectRefusal(await machine.start({ env: { SEALAB_HOME: file } }), /is a file where a folder is needed/, machine);
  });

  it('has no room for sockets beside it', async () => {
    machine = new BareMachine([]);
    const long = join(machine.folder, 'x'.repeat(60));
    expectRefusal(await machine.start({ env: { TMPDIR: long } }), /too long a path for the sockets in it: set TMPDIR/, machine);
  });
});

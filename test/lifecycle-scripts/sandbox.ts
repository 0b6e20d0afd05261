import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writePython } from '../python/installation.ts';

export const repository = resolve(import.meta.dirname, '../..');
const PREFIX = '/home/ec2-user/anaconda3/envs/JupyterSystemEnv';
const RELEASE = 's3://artifacts/release/0123abcd';
const PARAMETER = '/sealab/credit-risk/environment';

/** `aws` over a folder: the three calls of the scripts, with the CLI's exit codes. The journeys run the real one. */
const AWS = `#!/bin/bash
set -eu
echo "$*" >>/cloud/calls
case "$1 $2" in
  'ssm get-parameter') [[ -f /cloud/parameter ]] || exit 254; cat /cloud/parameter ;;
  's3 cp')
    [[ -d /cloud/release ]] || exit 1
    if [[ $* == *--recursive* ]]; then cp -r /cloud/release/. "\${*: -1}"; else cat /cloud/release/lib/install.sh; fi ;;
  'codeartifact get-repository-endpoint') [[ $* == *npm* ]] && echo https://mirror.example/npm/approved/ || echo https://mirror.example/pypi/approved/ ;;
  'codeartifact get-authorization-token') echo token-$(wc -l </cloud/calls) ;;
  *) exit 252 ;;
esac
`;

/** The platform's Jupyter environment, as far as the scripts use it: they ask pip to install and Jupyter for its kernels. */
const PYTHON = `#!/bin/bash
echo "$*" >>/cloud/pip
`;
const JUPYTER = `#!/bin/bash
cat /cloud/kernels
`;

/** A notebook instance's machine: folders that the scripts may change, in a bubblewrap sandbox as root without a network. */
export class Machine {
  readonly folder = mkdtempSync(join(tmpdir(), 'sealab-lifecycle-'));

  constructor() {
    for (const name of ['etc', 'opt', 'home/SageMaker', 'log', 'bin', 'cloud/release/wheels', 'cloud/release/sdk'])
      mkdirSync(join(this.folder, name), { recursive: true });
    for (const [from, to] of [
      ['lifecycle-scripts/lib', 'lib'],
      ['notebooks', 'notebooks'],
    ] as const) {
      cpSync(join(repository, from), join(this.folder, 'cloud/release', to), { recursive: true });
    }
    writePython(join(this.folder, 'cloud/release/python'));
    const environment = join(this.folder, 'home', PREFIX.slice('/home/ec2-user/'.length), 'bin');
    mkdirSync(environment, { recursive: true });
    for (const [name, text] of Object.entries({ python: PYTHON, jupyter: JUPYTER, 'jupyter-lab': JUPYTER }))
      this.#program(join(environment, name), text);
    mkdirSync(join(environment, '../lib/python3.11/site-packages'), { recursive: true });
    this.#program(join(this.folder, 'bin/aws'), AWS);
    this.write('cloud/kernels', JSON.stringify({ kernelspecs: { deno: { spec: { language: 'typescript' } } } }));
  }

  /** Runs a script as infra renders it, the way the platform does: by its first line, as root, in `/`. */
  run(script: 'on-create' | 'on-start'): { status: number | null; output: string } {
    const [shebang = '', ...body] = readFileSync(join(repository, 'lifecycle-scripts/notebook', `${script}.sh`), 'utf8').split('\n');
    const header = [
      `export SEALAB_ENVIRONMENT_PARAMETER='${PARAMETER}'`,
      `export SEALAB_RELEASE_URI='${RELEASE}'`,
      `export SEALAB_STORAGE_KEY='unused'`,
    ];
    this.#program(join(this.folder, 'script'), [shebang, ...header, ...body].join('\n'));
    const done = spawnSync('bwrap', [...this.#arguments(), '/tmp/script'], { encoding: 'utf8', timeout: 60_000 });
    return { status: done.status, output: `${done.stdout}${done.stderr}${done.error?.message ?? ''}` };
  }

  path = (name: string): string => join(this.folder, name);
  read = (name: string): string => readFileSync(this.path(name), 'utf8');
  has = (name: string): boolean => existsSync(this.path(name));
  list = (name: string): string[] => readdirSync(this.path(name)).sort();
  write = (name: string, text: string): void => writeFileSync(this.path(name), text);
  copy = (from: string, to: string): void => copyFileSync(this.path(from), this.path(to));

  remove(name = ''): void {
    rmSync(join(this.folder, name), { recursive: true, force: true });
  }

  #program(path: string, text: string): void {
    writeFileSync(path, text);
    chmodSync(path, 0o755);
  }

  #arguments(): string[] {
    const links = ['/bin', '/sbin', '/lib', '/lib64'].flatMap((path) => {
      if (!existsSync(path)) return [];
      return lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
    });
    return [
      ...['--unshare-all', '--die-with-parent', '--uid', '0', '--gid', '0', '--clearenv', '--chdir', '/'],
      ...['--ro-bind', '/usr', '/usr', ...links, '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--tmpfs', '/run'],
      ...[
        '--bind',
        this.path('etc'),
        '/etc',
        '--dir',
        '/etc/profile.d',
        '--bind',
        this.path('opt'),
        '/opt',
        '--bind',
        this.path('log'),
        '/var/log',
      ],
      ...[
        '--bind',
        this.path('home'),
        '/home/ec2-user',
        '--bind',
        this.path('cloud'),
        '/cloud',
        '--bind',
        this.path('bin'),
        '/usr/local/bin',
        ...this.#python(),
      ],
      ...['--ro-bind', this.path('script'), '/tmp/script'],
      ...[
        '--setenv',
        'PATH',
        '/sbin:/bin:/usr/sbin:/usr/bin',
        '--setenv',
        'AWS_REGION',
        'eu-west-1',
        '--setenv',
        'PYTHONDONTWRITEBYTECODE',
        '1',
      ],
    ];
  }

  /** The platform has a python3 in its PATH; where this machine keeps it outside /usr, it is bound in. */
  #python(): string[] {
    if (existsSync('/usr/bin/python3')) return [];
    const prefix = realpathSync(spawnSync('python3', ['-c', 'import sys; print(sys.base_prefix)'], { encoding: 'utf8' }).stdout.trim());
    this.#program(join(this.folder, 'bin/python3'), `#!/bin/sh\nexec ${prefix}/bin/python3 "$@"\n`);
    return ['--ro-bind', prefix, prefix];
  }
}

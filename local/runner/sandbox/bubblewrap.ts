import { existsSync, lstatSync, mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REPOSITORY } from '../../paths.ts';
import type { SandboxSpec } from './spec.ts';

const INIT = join(REPOSITORY, 'local/runner/sandbox/init.py');
const INIT_INSIDE = '/run/sealab/init.py';

/** Host folders with programs and libraries; never a home, never the project. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
/** What programs look up in /etc and that tells nothing about the host. */
const ETC = ['/etc/alternatives', '/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d', '/etc/ssl', '/etc/ca-certificates', '/etc/fonts', '/etc/mime.types', '/etc/localtime'];

/** Arguments for bwrap: namespaces of its own for everything, a minimal root, then the spec's mounts. */
export function bubblewrapArguments(spec: SandboxSpec, folder: string, infoFd: number): string[] {
  const etc = join(folder, 'etc');
  mkdirSync(etc, { recursive: true });
  const write = (name: string, text: string): string => {
    writeFileSync(join(etc, name), text);
    return join(etc, name);
  };
  const { uid, name, home } = spec.user;
  const people = uid === 0 ? [] : [`${name}:x:${uid}:${uid}:${name}:${home}:/bin/bash`];
  const files: [string, string][] = [
    ['/etc/passwd', write('passwd', [`root:x:0:0:root:/root:/bin/bash`, ...people, 'nobody:x:65534:65534:nobody:/:/bin/false', ''].join('\n'))],
    ['/etc/group', write('group', ['root:x:0:', ...(uid === 0 ? [] : [`${name}:x:${uid}:`]), 'nogroup:x:65534:', ''].join('\n'))],
    ['/etc/hosts', write('hosts', `127.0.0.1 localhost ${spec.hostname}\n`)],
    ['/etc/hostname', write('hostname', `${spec.hostname}\n`)],
    ['/etc/nsswitch.conf', write('nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files\n')],
  ];
  const settings = JSON.stringify({
    out: spec.waysOut,
    in: spec.waysIn,
    memoryBytes: spec.limits.memoryBytes ?? null,
    processes: spec.limits.processes ?? null,
  });
  return [
    ...['--unshare-all', '--die-with-parent', '--new-session', '--as-pid-1', '--info-fd', String(infoFd)],
    ...['--uid', String(uid), '--gid', String(uid), '--hostname', spec.hostname, '--clearenv'],
    ...SYSTEM.flatMap(systemFolder),
    ...ETC.flatMap((path) => ['--ro-bind-try', path, path]),
    ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--tmpfs', '/run', '--tmpfs', '/opt', '--tmpfs', '/home', '--tmpfs', '/root', '--tmpfs', '/var', '--dir', '/var/tmp'],
    ...files.flatMap(([target, source]) => ['--ro-bind', source, target]),
    ...spec.mounts.flatMap(({ source, target, writable }) => [writable === true ? '--bind' : '--ro-bind', source, target]),
    ...['--ro-bind', INIT, INIT_INSIDE],
    // Folders, not sockets: a gateway that comes back makes new sockets, which a bound file would not show.
    ...[...new Set([...Object.values(spec.waysOut), ...Object.keys(spec.waysIn)].map((socket) => dirname(socket)))].flatMap((path) => ['--bind', path, path]),
    ...Object.entries(spec.env).flatMap(([key, value]) => ['--setenv', key, value]),
    ...['--chdir', spec.workingFolder, '--', spec.python, '-I', '-B', INIT_INSIDE, settings, '--', ...spec.command],
  ];
}

function systemFolder(path: string): string[] {
  if (!existsSync(path)) return [];
  return lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}

export const supervisorScript = (): string => join(dirname(fileURLToPath(import.meta.url)), 'supervisor.js');

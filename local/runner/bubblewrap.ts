import { execFile } from 'node:child_process';
import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { promisify } from 'node:util';
import { REPOSITORY } from '../paths.ts';

/** No sandbox can be had on this machine: whatever needs isolation is refused. The message says what to install or allow. */
export class SandboxUnavailable extends Error {
  override readonly name = 'SandboxUnavailable';
}

const run = promisify(execFile);
let probed: Promise<void> | undefined;

/** Throws {@link SandboxUnavailable} unless bubblewrap is there and the kernel lets it isolate. Asked once per process. */
export function requireBubblewrap(): Promise<void> {
  probed ??= probe().catch((error: unknown) => {
    probed = undefined;
    throw error;
  });
  return probed;
}

async function probe(): Promise<void> {
  try {
    await run('bwrap', ['--unshare-all', '--die-with-parent', ...systemFolders(), '--proc', '/proc', '--', '/bin/true'], {
      timeout: 10_000,
    });
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') throw new SandboxUnavailable('bubblewrap is missing: install the package bubblewrap.', { cause: error });
    throw new SandboxUnavailable(
      `bubblewrap may not make sandboxes on this machine (${stderr.trim() || 'no answer'}): allow unprivileged user namespaces ` +
        '(sysctl kernel.unprivileged_userns_clone=1, or kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu).',
      { cause: error },
    );
  }
}

/** Read-only view of the distribution: programs and libraries, nothing of /home, /root, /var, /srv, /mnt. */
export function systemFolders(): string[] {
  const links = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'].flatMap((folder) => {
    const stat = lstatSync(folder, { throwIfNoEntry: false });
    if (stat === undefined) return [];
    return stat.isSymbolicLink() ? ['--symlink', readlinkSync(folder), folder] : ['--ro-bind', folder, folder];
  });
  // A checkout or a home below /usr (containers use /usr/src/app) would come along: cover it.
  const covered = [homedir(), REPOSITORY]
    .filter((folder) => folder.startsWith('/usr/') && existsSync(folder))
    .flatMap((folder) => ['--tmpfs', folder]);
  return ['--ro-bind', '/usr', '/usr', ...covered, ...links];
}

/** Settings of the distribution that programs need to start at all. */
export function systemSettings(): string[] {
  const files = ['alternatives', 'ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'localtime', 'timezone', 'mime.types', 'fonts'];
  return files.flatMap((name) => ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]);
}

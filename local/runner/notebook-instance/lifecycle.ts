import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Platform } from '../../gateway/platform.ts';
import { LogShipper } from '../log-shipper.ts';
import { type NotebookInstance, NotebookInstanceFailure } from '../notebook-instance-interface.ts';
import { RoleSession } from '../role-session.ts';
import { removeSandbox, type SandboxOptions, startSandbox } from '../sandbox.ts';

/** Where AWS puts the output of lifecycle scripts, in a stream `<instance>/<hook>`. */
const LOG_GROUP = '/aws/sagemaker/NotebookInstances';
const LONGEST_SECONDS = 300;
/** The platform's PATH for lifecycle scripts (API reference, NotebookInstanceLifecycleHook). */
const PLATFORM_PATH = '/sbin:/bin:/usr/sbin:/usr/bin';

const HOOKS = ['LifecycleConfigOnCreate', 'LifecycleConfigOnStart'] as const;
export type Hook = (typeof HOOKS)[number];

const hookSandboxId = (instance: string, hook: Hook): string => `notebook-${instance}-${hook}`;
/** Sandboxes in which scripts of an instance run or ran. */
export const hookSandboxIds = (instance: string): string[] => HOOKS.map((hook) => hookSandboxId(instance, hook));

/** Everything of a sandbox that does not depend on what runs in it. */
export type SandboxBase = Omit<SandboxOptions, 'id' | 'command' | 'user' | 'mounts'>;

/**
 * Runs a script of the lifecycle configuration as root in a fresh sandbox over the instance's folders; its output goes to
 * CloudWatch Logs as it comes.
 * @throws NotebookInstanceFailure with AWS's sentence when it fails or needs longer than five minutes
 */
export async function runHook(
  platform: Platform,
  instance: NotebookInstance,
  hook: Hook,
  script: string,
  folder: string,
  base: SandboxBase,
  mounts: NonNullable<SandboxOptions['mounts']>,
): Promise<void> {
  const file = await scriptFile(folder, hook, script);
  const id = hookSandboxId(instance.name, hook);
  const sandbox = await startSandbox({
    ...base,
    id,
    command: [file.inside],
    platformEnv: { ...base.platformEnv, PATH: PLATFORM_PATH },
    mounts: [...mounts, { source: file.outside, target: file.inside }],
    limits: { ...base.limits, maxRuntimeSeconds: LONGEST_SECONDS },
    graceSeconds: 1,
    user: 'root',
    workingDirectory: '/',
  });
  const ended = sandbox.exited();
  const role = new RoleSession(platform, instance.roleArn, instance.arn);
  const log = new LogShipper(platform, sandbox.logFile, { group: LOG_GROUP, stream: `${instance.name}/${hook}` }, () =>
    role.config({ kind: 'host' }),
  );
  await log.run(ended, false);
  const exit = await ended;
  if (exit.reason === 'exited' && exit.exitCode === 0) {
    removeSandbox(id);
    return;
  }
  // AWS says this of scripts that fail at once as well; the log has the reason.
  throw new NotebookInstanceFailure(
    `Notebook Instance Lifecycle Config '${instance.lifecycle?.arn ?? ''}' for Notebook Instance '${instance.arn}' took longer than 5 minutes. ` +
      'Please check your CloudWatch logs for more details if your Notebook Instance has Internet access.',
  );
}

/** The platform runs `/tmp/OnStart_2026-11-21-10-12abcdefgh`, by its first line. */
async function scriptFile(folder: string, hook: Hook, script: string): Promise<{ outside: string; inside: string }> {
  await mkdir(folder, { recursive: true });
  const outside = join(folder, `${hook}.sh`);
  await writeFile(outside, script);
  await chmod(outside, 0o755);
  const stamp = new Date().toISOString().slice(0, 16).replaceAll(/[T:]/g, '-');
  return { outside, inside: `/tmp/${hook.replace('LifecycleConfig', '')}_${stamp}` };
}

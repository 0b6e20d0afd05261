import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Platform } from '../../gateway/platform.ts';
import { readLog } from '../sandbox-log.ts';
import { removeSandbox, type Sandbox, type SandboxOptions, startSandbox } from '../sandbox.ts';
import { type NotebookInstance, NotebookInstanceFailure } from '../notebook-instance-interface.ts';

/** Where AWS puts the output of lifecycle scripts, in a stream `<instance>/<hook>`. */
const LOG_GROUP = '/aws/sagemaker/NotebookInstances';
const LONGEST_SECONDS = 300;
/** The platform's PATH for lifecycle scripts (API reference, NotebookInstanceLifecycleHook). */
const PLATFORM_PATH = '/sbin:/bin:/usr/sbin:/usr/bin';

export type Hook = 'LifecycleConfigOnCreate' | 'LifecycleConfigOnStart';

/** Everything of a sandbox that does not depend on what runs in it. */
export type SandboxBase = Omit<SandboxOptions, 'id' | 'command' | 'limits' | 'user' | 'mounts'> & { readonly memoryMb: number };

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
  const { memoryMb, ...rest } = base;
  const id = `notebook-${instance.name}-${hook}`;
  const sandbox = await startSandbox({
    ...rest,
    id,
    command: [file.inside],
    platformEnv: { ...rest.platformEnv, PATH: PLATFORM_PATH },
    mounts: [...mounts, { source: file.outside, target: file.inside }],
    limits: { memoryMb, maxRuntimeSeconds: LONGEST_SECONDS },
    graceSeconds: 1,
    user: 'root',
    workingDirectory: '/',
  });
  await forwardLog(platform, sandbox, `${instance.name}/${hook}`);
  const exit = await sandbox.exited();
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

/** Copies lines to CloudWatch Logs until the sandbox has ended and its last line is there. */
async function forwardLog(platform: Platform, sandbox: Sandbox, logStreamName: string): Promise<void> {
  const logs = new CloudWatchLogsClient(platform.administratorConfig());
  const ignoreExisting = (error: unknown): void => {
    if ((error as Error).name !== 'ResourceAlreadyExistsException') throw error;
  };
  try {
    await logs.send(new CreateLogGroupCommand({ logGroupName: LOG_GROUP })).catch(ignoreExisting);
    await logs.send(new CreateLogStreamCommand({ logGroupName: LOG_GROUP, logStreamName })).catch(ignoreExisting);
    for (let offset = 0; ; ) {
      const ended = sandbox.exit() !== undefined;
      const lines = await readLog(sandbox.logFile, offset);
      if (lines.length > 0) {
        const logEvents = lines.map(({ timestamp, message }) => ({ timestamp, message: message === '' ? ' ' : message }));
        for (let at = 0; at < logEvents.length; at += 1_000) {
          await logs.send(new PutLogEventsCommand({ logGroupName: LOG_GROUP, logStreamName, logEvents: logEvents.slice(at, at + 1_000) }));
        }
        offset = lines.at(-1)?.end ?? offset;
      } else if (ended) return;
      else await pause(250);
    }
  } finally {
    logs.destroy();
  }
}

import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTrainingJobCommand, DescribeTrainingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { EnvironmentDescription } from '@sealab/sdk/contract';
import { hostClientConfig } from '../../local/deploy/clients.ts';
import type { Connection } from '../../local/start/connection.ts';

const START = resolve(import.meta.dirname, '../../scripts/start.mjs');
const folder = mkdtempSync(join(tmpdir(), 'sealab-mishaps-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npm start` in a home of this test's own; `inside`: a command line in front of it. */
function start(home: string, inside: readonly string[] = []) {
  const [command, ...args] = [...inside, process.execPath, START];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, SEALAB_HOME: home, CI: 'true' } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((done) => child.once('close', done));
  return {
    pid: child.pid ?? 0,
    ended,
    output: () => output,
    async says(pattern: RegExp): Promise<void> {
      while (!pattern.test(output)) {
        if (child.exitCode !== null) throw new Error(`npm start ended:\n${output}`);
        await pause(50);
      }
    },
  };
}

/** Processes that were started for a home, or see it in their sandbox. */
const left = (home: string): string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((pid) => ['environ', 'cmdline', 'mountinfo'].some((file) => read(`/proc/${pid}/${file}`).includes(home)))
    .map((pid) => read(`/proc/${pid}/cmdline`));

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

describe('Ctrl-C while the environment starts', () => {
  it('ends it soon, wherever it is, and the next start goes on', async () => {
    const home = join(folder, 'interrupted');
    for (const [step, seconds] of [['Python environments and images', 1] as const, ['Local AWS', 2] as const, ['Deploy', 4] as const]) {
      const started = start(home);
      await started.says(new RegExp(`^ok ${step}`, 'm'));
      await pause(seconds * 1000);
      const at = performance.now();
      process.kill(started.pid, 'SIGINT');
      expect(await started.ended).toBe(130);
      expect(performance.now() - at).toBeLessThan(15_000);
      expect(started.output()).toMatch(/^Stopped before it had started\./m);
      expect(started.output()).not.toMatch(/^\s+at /m);
      expect(left(home)).toEqual([]);
    }
    const whole = start(home);
    await whole.says(/authToken=/);
    process.kill(whole.pid, 'SIGINT');
    expect(await whole.ended).toBe(0);
    expect(left(home)).toEqual([]);
  }, 240_000);
});

describe('a full disk', () => {
  it('refuses what changes something, in a sentence, keeps what there is, and goes on when there is room', async () => {
    const home = join(folder, 'disk');
    mkdirSync(home);
    const started = start(home, ['bwrap', '--dev-bind', '/', '/', '--size', String(1200 << 20), '--tmpfs', home, '--die-with-parent']);
    await started.says(/authToken=/);
    // The disk is mounted for the command alone: this is the way to it.
    const disk = `/proc/${started.pid}/root${home}`;
    const visible =
      read(`${disk}/connection.json`) === ''
        ? `/proc/${read(`/proc/${started.pid}/task/${started.pid}/children`).trim()}/root${home}`
        : disk;
    const connection = JSON.parse(read(join(visible, 'connection.json'))) as Connection;
    const { buckets, images } = JSON.parse(read(join(visible, 'environment.json'))) as EnvironmentDescription;
    const { endpointUrl, region, administrator: credentials } = connection;
    const clients = hostClientConfig({ endpointUrl, caFile: join(visible, 'certificates/ca.pem'), region, credentials });
    const [sageMaker, s3] = [new SageMakerClient({ ...clients, maxAttempts: 1 }), new S3Client({ ...clients, maxAttempts: 1 })];
    const submit = (TrainingJobName: string) =>
      sageMaker.send(
        new CreateTrainingJobCommand({
          TrainingJobName,
          AlgorithmSpecification: {
            TrainingImage: Object.values(images)[0],
            TrainingInputMode: 'File',
            ContainerEntrypoint: ['/bin/true'],
          },
          RoleArn: connection.roles['job-execution'],
          OutputDataConfig: { S3OutputPath: `s3://${buckets.model}/mishaps` },
          ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
          StoppingCondition: { MaxRuntimeInSeconds: 60 },
          EnableNetworkIsolation: true,
        }),
      );
    const put = () => s3.send(new PutObjectCommand({ Bucket: buckets.model, Key: 'mishaps/one', Body: 'one' }));
    const full = { name: 'InternalFailure', message: 'The disk of the local environment is full: make room on it and try again.' };

    fill(visible);
    await expect(submit('on-a-full-disk')).rejects.toMatchObject(full);
    await expect(put()).rejects.toMatchObject(full);
    await expect(sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName: 'on-a-full-disk' }))).rejects.toMatchObject({
      message: expect.stringContaining('not found') as unknown,
    });

    rmSync(join(visible, 'filler'));
    await put();
    await submit('with-room');
    let status: string | undefined;
    while (status === undefined || status === 'InProgress') {
      await pause(300);
      ({ TrainingJobStatus: status } = await sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName: 'with-room' })));
    }
    expect(status).toBe('Completed');
    process.kill((JSON.parse(read(join(visible, 'start.lock'))) as { pid: number }).pid, 'SIGINT');
    expect(await started.ended).toBe(0);
    expect(left(home)).toEqual([]);
  }, 180_000);
});

/** Leaves no room at all. */
function fill(disk: string): void {
  const file = openSync(join(disk, 'filler'), 'a');
  const block = Buffer.alloc(1 << 20);
  try {
    for (let room = 1; room > 0;) {
      const { bavail, bsize } = statfsSync(disk);
      room = bavail * bsize;
      writeSync(file, block, 0, Math.min(block.length, room));
    }
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
  } finally {
    closeSync(file);
  }
}

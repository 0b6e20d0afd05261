import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListTrainingJobsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { describe, expect, it } from '@jest/globals';
import { JupyterClient } from '../../local/start/jupyter-client.ts';
import { as, asAdministrator, connection, home, presignedUrl } from './running/environment.ts';
import { NotebookLab } from './running/lab.ts';
import { servicePid, startSealab, stopSealab } from './running/start-command.mjs';

const START = resolve(import.meta.dirname, '../../scripts/start.mjs');

/** Runs `npm start` to its end; what it prints and its exit code. */
async function start(...args: string[]): Promise<{ code: number; output: string }> {
  return promisify(execFile)(process.execPath, [START, ...args], {
    env: { ...process.env, CI: 'true' },
    timeout: 300_000,
    maxBuffer: 1 << 26,
  }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: unknown) => {
      const { code = -1, stdout, stderr } = error as { code?: number; stdout: string; stderr: string };
      return { code, output: stdout + stderr };
    },
  );
}

const TICKS = `
import time
for i in range(20):
    print(f"tick {i}", flush=True)
    time.sleep(1)
`;

describe.each(['gateway', 'moto'] as const)('when the %s is killed', (part) => {
  it('a running job and the wait for it go on, and its log is whole', async () => {
    const lab = await NotebookLab.open();
    const name = await lab.train(TICKS);
    await lab.json(
      `await (async () => { for await (const { message } of lab.attach("${name}").logs()) if (message.includes("tick 2")) return true; })()`,
      90,
    );
    const waiting = lab.ended(name);
    await pause(1_000);
    process.kill(servicePid(home(), part), 'SIGKILL');
    const { status, lines } = await waiting;
    expect(status).toBe('Completed');
    const all = Array.from({ length: 20 }, (_, i) => `tick ${i}`);
    expect(lines.filter((line) => line.startsWith('tick '))).toEqual(all);
    const { events = [] } = await new CloudWatchLogsClient(asAdministrator()).send(
      new FilterLogEventsCommand({ logGroupName: '/aws/sagemaker/TrainingJobs', logStreamNamePrefix: `${name}/` }),
    );
    expect(events.map(({ message = '' }) => message).filter((line) => line.startsWith('tick '))).toEqual(all);
    await lab.close();
  }, 200_000);
});

describe('npm start', () => {
  it('refuses a second environment in the same home, and options that are none, in sentences', async () => {
    const second = await start();
    expect(second.code).toBe(1);
    expect(second.output).toMatch(/runs already/);
    const unknown = await start('--nonsense');
    expect(unknown.code).toBe(1);
    expect(unknown.output).toContain('--check');
    for (const { output } of [second, unknown]) expect(output).not.toMatch(/^\s+at .*:\d+:\d+/m);
  }, 120_000);

  it('keeps connection.json to its owner', () => {
    expect(statSync(join(home(), 'connection.json')).mode & 0o777).toBe(0o600);
    const { administrator, roles, jupyterUrl, environment, caFile } = connection();
    expect(administrator.accessKeyId).toMatch(/^AKIA/);
    expect(Object.keys(roles)).toEqual(
      expect.arrayContaining([
        'data-scientist',
        'notebook-execution',
        'job-execution',
        'endpoint-creation',
        'endpoint-hosting',
        'endpoint-invocation',
        'launch',
      ]),
    );
    expect(jupyterUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//);
    for (const path of [environment, caFile]) expect(existsSync(path)).toBe(true);
  });

  it('stops everything by Ctrl-C, does the main job headless, and resumes with its data', async () => {
    const before = new SageMakerClient(await as('data-scientist'));
    const { TrainingJobSummaries: jobs = [] } = await before.send(new ListTrainingJobsCommand({ MaxResults: 100 }));
    expect(jobs.length).toBeGreaterThan(0);
    const jupyter = await JupyterClient.open(await presignedUrl());
    await jupyter.writeFile('journey/kept.txt', Buffer.from('kept'));
    const { notebook, administrator } = connection();
    const pids = (['gateway', 'moto'] as const).map((name) => servicePid(home(), name));

    expect(await stopSealab(home())).toBeLessThan(60);
    for (const pid of pids) expect(existsSync(`/proc/${pid}/cwd`)).toBe(false);
    expect(await leftInside()).toEqual([]);

    const check = await start('--check');
    const summary = JSON.parse(check.output.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
    expect(summary).toMatchObject({ ok: true, rows: 30_000 });
    expect(check.code).toBe(0);
    expect(Number(summary['auc'])).toBeGreaterThan(0.75);
    expect(await leftInside()).toEqual([]);

    const seconds = await startSealab(home());
    expect(seconds).toBeLessThan(60);
    expect(connection()).toMatchObject({ notebook, administrator });
    const { TrainingJobSummaries: after = [] } = await new SageMakerClient(await as('data-scientist')).send(
      new ListTrainingJobsCommand({ MaxResults: 100 }),
    );
    const names = after.map(({ TrainingJobName }) => TrainingJobName);
    for (const { TrainingJobName, TrainingJobStatus } of jobs) {
      if (TrainingJobStatus === 'InProgress') continue;
      expect(names).toContain(TrainingJobName);
      expect(TrainingJobStatus).toBe(after.find((job) => job.TrainingJobName === TrainingJobName)?.TrainingJobStatus);
    }
    const again = await JupyterClient.open(await presignedUrl());
    expect(await again.request('GET', '/api/contents/journey/kept.txt')).toMatchObject({ content: 'kept' });
  }, 600_000);
});

/** Command lines of processes that still work in this home. */
async function leftInside(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,args=']);
  return stdout.split('\n').filter((line) => line.includes(home()) && !line.includes('jest'));
}

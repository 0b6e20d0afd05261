import { describe, expect, it as alone } from '@jest/globals';
import type { JobProgress } from '@sealab/sdk';
import { labOnAPort } from './lab-on-a-port.ts';
import { failure } from './refusals.ts';
import type { Outcome, Received } from './service-on-a-port.ts';
import { sideBySide } from './side-by-side.ts';

const it = sideBySide();

interface Made {
  name: string;
  created: number;
  modified: number;
  status: string;
  phase: string;
}

/** SageMaker as far as describing and listing jobs goes, on a real socket. Times are SageMaker's, in seconds. */
class Jobs {
  readonly made = new Map<string, Made>();
  clock = 1_700_000_000;

  add(name: string, status = 'InProgress', phase = 'Starting'): void {
    this.clock++;
    this.made.set(name, { name, created: this.clock, modified: this.clock, status, phase });
  }
  change(name: string, status: string, phase = status): void {
    const job = this.made.get(name);
    this.clock++;
    if (job !== undefined) Object.assign(job, { status, phase, modified: this.clock });
  }
  answer({ operation, input }: Received): Outcome {
    const kind = operation.includes('Processing') ? 'Processing' : 'Training';
    if (operation.startsWith('Describe')) {
      const job = this.made.get(String(input[`${kind}JobName`]));
      if (job === undefined) return { error: 'ValidationException', message: 'Requested resource not found.' };
      return {
        json: {
          [`${kind}JobName`]: job.name,
          [`${kind}JobStatus`]: job.status,
          SecondaryStatus: job.phase,
          FailureReason: `${job.name} is why`,
        },
      };
    }
    const after = Number(input['LastModifiedTimeAfter'] ?? 0);
    const all = [...this.made.values()].filter(({ modified }) => modified > after).sort((a, b) => b.created - a.created);
    const start = Number(input['NextToken'] ?? 0);
    const size = Number(input['MaxResults'] ?? 10);
    const page = all.slice(start, start + size);
    return {
      json: {
        [`${kind}JobSummaries`]: page.map((job) => ({
          [`${kind}JobName`]: job.name,
          [`${kind}JobStatus`]: job.status,
          SecondaryStatus: job.phase,
          CreationTime: job.created,
          LastModifiedTime: job.modified,
        })),
        ...(start + size < all.length ? { NextToken: String(start + size) } : {}),
      },
    };
  }
}

const names = (count: number, stem = 'job') => Array.from({ length: count }, (_, index) => `${stem}-${String(index)}`);
const soon = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('waiting for many jobs', () => {
  it('asks by lists, and describes each once, when it has ended', async () => {
    const jobs = new Jobs();
    for (const name of names(120)) jobs.add(name);
    const { lab, service } = await labOnAPort((request) => jobs.answer(request));
    const done = lab.waitAll(names(120).map((name) => lab.attach(name)));
    await soon(1_500);
    expect(service.sent('DescribeTrainingJob')).toHaveLength(0);
    // Two pages at first, then only what has changed.
    const lists = service.sent('ListTrainingJobs');
    expect(lists.length).toBeLessThan(12);
    expect(lists[0]?.input).toEqual({ SortBy: 'CreationTime', SortOrder: 'Descending', MaxResults: 100 });
    expect(lists.at(-1)?.input).toHaveProperty('LastModifiedTimeAfter');
    for (const name of names(120)) jobs.change(name, 'Completed');
    const answers = await done;
    expect(answers.map(({ TrainingJobName }) => TrainingJobName)).toEqual(names(120));
    expect(service.sent('DescribeTrainingJob')).toHaveLength(120);
  });

  alone('asks for a single one by describing it, at once', async () => {
    const jobs = new Jobs();
    jobs.add('only', 'Completed');
    const { lab, service } = await labOnAPort((request) => jobs.answer(request));
    const started = performance.now();
    await lab.attach('only').wait();
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(service.requests.map(({ operation }) => operation)).toEqual(['DescribeTrainingJob']);
  });

  it('describes once what the lists do not show, and keeps kinds apart', async () => {
    const jobs = new Jobs();
    jobs.add('old');
    for (const name of names(500, 'others')) jobs.add(name);
    jobs.add('new');
    const { lab, service } = await labOnAPort((request) => jobs.answer(request));
    const seen: string[] = [];
    const waits = lab.waitAll([lab.attach('old'), lab.attach('new'), lab.attach('old', 'processing-jobs')], {
      onProgress: ({ name, phase }) => seen.push(`${name} ${String(phase)}`),
    });
    await soon(1_200);
    expect(service.sent('DescribeTrainingJob').map(({ input }) => input['TrainingJobName'])).toEqual(['old']);
    expect(service.sent('ListProcessingJobs')).toHaveLength(0);
    jobs.change('old', 'Completed');
    jobs.change('new', 'Completed');
    await waits;
    expect(seen).toEqual(expect.arrayContaining(['old Starting', 'new Starting', 'old Completed', 'new Completed']));
  });

  it('names every job that did not complete, once all have ended', async () => {
    const jobs = new Jobs();
    jobs.add('good', 'Completed');
    jobs.add('bad', 'Failed');
    jobs.add('stopped', 'Stopped');
    const { lab } = await labOnAPort((request) => jobs.answer(request));
    const error = await failure(lab.waitAll(['good', 'bad', 'stopped', 'missing'].map((name) => lab.attach(name))));
    expect(error).toMatchObject({
      code: 'JobNotCompleted',
      details: {
        completed: ['good'],
        failed: [
          { name: 'bad', status: 'Failed', reason: 'bad is why' },
          { name: 'stopped', status: 'Stopped' },
          { name: 'missing', code: 'ValidationException' },
        ],
      },
    });
    expect(error.message).toMatch(
      /3 of 4 jobs did not complete:\nbad ended as Failed: bad is why\nstopped .*\nmissing: Requested resource/,
    );
  });

  it('reports each change of status and phase once, as they happen', async () => {
    const jobs = new Jobs();
    for (const name of names(3)) jobs.add(name);
    const { lab } = await labOnAPort((request) => jobs.answer(request));
    const seen: string[] = [];
    for await (const { name, status, phase } of lab.follow(names(3).map((one) => lab.attach(one)))) {
      seen.push(`${name} ${status} ${String(phase)}`);
      if (seen.length === 3) for (const one of names(3)) jobs.change(one, 'InProgress', 'Training');
      if (seen.length === 6) {
        jobs.change('job-0', 'Failed');
        jobs.change('job-1', 'Completed');
        jobs.change('job-2', 'Completed');
      }
    }
    expect(seen.slice(0, 3).sort()).toEqual(names(3).map((name) => `${name} InProgress Starting`));
    expect(seen.slice(3, 6).sort()).toEqual(names(3).map((name) => `${name} InProgress Training`));
    expect(seen.slice(6).sort()).toEqual(['job-0 Failed Failed', 'job-1 Completed Completed', 'job-2 Completed Completed']);
  });

  it('a break out of the loop ends the questions', async () => {
    const jobs = new Jobs();
    for (const name of names(3)) jobs.add(name);
    const { lab, service } = await labOnAPort((request) => jobs.answer(request));
    for await (const progress of lab.follow(names(3).map((one) => lab.attach(one)))) {
      expect(progress.status).toBe('InProgress');
      break;
    }
    const asked = service.requests.length;
    await soon(1_500);
    expect(service.requests.length).toBe(asked);
  });

  it('who may describe but not list is served one by one', async () => {
    const jobs = new Jobs();
    for (const name of names(3)) jobs.add(name);
    const { lab, service } = await labOnAPort((request) =>
      request.operation.startsWith('List')
        ? {
            error: 'AccessDeniedException',
            message:
              'User: arn:aws:sts::111122223333:assumed-role/r/s is not authorized to perform: sagemaker:ListTrainingJobs on resource: * because no identity-based policy allows the sagemaker:ListTrainingJobs action',
          }
        : jobs.answer(request),
    );
    const phases: JobProgress[] = [];
    const done = lab.waitAll(
      names(3).map((name) => lab.attach(name)),
      { onProgress: (progress) => phases.push(progress) },
    );
    await soon(600);
    for (const name of names(3)) jobs.change(name, 'Completed');
    expect(await done).toHaveLength(3);
    expect(phases).toHaveLength(6);
    expect(service.sent('ListTrainingJobs')).toHaveLength(1);
  });
});

describe('a wait among others', () => {
  for (const [how, details] of [
    ['aborted', { reason: 'aborted' }],
    ['at its deadline', { reason: 'timeout', timeout: 0.4 }],
  ] as const)
    it(`ends alone when ${how}`, async () => {
      const jobs = new Jobs();
      for (const name of names(3)) jobs.add(name);
      const { lab } = await labOnAPort((request) => jobs.answer(request));
      const controller = new AbortController();
      const others = lab.waitAll([lab.attach('job-1'), lab.attach('job-2')]);
      const one = lab.attach('job-0').wait(how === 'aborted' ? { signal: controller.signal } : { timeout: 0.4 });
      setTimeout(() => controller.abort(), 400);
      expect(await failure(one)).toMatchObject({ code: 'WaitEnded', details });
      jobs.change('job-1', 'Completed');
      jobs.change('job-2', 'Completed');
      expect(await others).toHaveLength(2);
    });

  it('does not outlive its lab, and asks nothing afterwards', async () => {
    const jobs = new Jobs();
    for (const name of names(2)) jobs.add(name);
    const { lab, service } = await labOnAPort((request) => jobs.answer(request));
    setTimeout(() => lab.close(), 300);
    expect(await failure(lab.waitAll(names(2).map((name) => lab.attach(name))))).toMatchObject({ code: 'WaitEnded' });
    const asked = service.requests.length;
    await soon(1_000);
    expect(service.requests.length).toBe(asked);
  });

  it('fails by itself when its listener throws', async () => {
    const jobs = new Jobs();
    for (const name of names(2)) jobs.add(name);
    const { lab } = await labOnAPort((request) => jobs.answer(request));
    const other = lab.attach('job-1').wait();
    const broken = lab.attach('job-0').wait({
      onProgress: () => {
        throw new Error('of the listener');
      },
    });
    expect((await failure(broken)).message).toBe('of the listener');
    jobs.change('job-1', 'Completed');
    await expect(other).resolves.toMatchObject({ TrainingJobStatus: 'Completed' });
  });

  it('two waits for the same job are answered by one Describe', async () => {
    const jobs = new Jobs();
    for (const name of names(2)) jobs.add(name, 'Completed');
    const { lab, service } = await labOnAPort((request) => jobs.answer(request));
    await Promise.all(['job-0', 'job-0', 'job-1'].map((name) => lab.attach(name).wait()));
    expect(service.sent('DescribeTrainingJob')).toHaveLength(2);
  });
});

/** What happens to the first requests of a wait; it has to go on. */
const TROUBLES: readonly (readonly [string, number, Outcome])[] = [
  ['throttling', 5, { error: 'ThrottlingException', message: 'Rate exceeded' }],
  ['a broken connection', 6, 'break'],
  ['a fault of the server', 6, { error: 'InternalFailure', message: 'again, please', status: 500 }],
];

describe.each([1, 4])('following %i jobs', (count) => {
  for (const [what, times, outcome] of TROUBLES)
    it(`survives ${what}`, async () => {
      const jobs = new Jobs();
      for (const name of names(count)) jobs.add(name, 'Completed');
      const { lab } = await labOnAPort((request, index) => (index < times ? outcome : jobs.answer(request)));
      expect(await lab.waitAll(names(count).map((name) => lab.attach(name)))).toHaveLength(count);
    });

  it('goes on with new credentials when AWS says that the old ones have ended', async () => {
    const jobs = new Jobs();
    for (const name of names(count)) jobs.add(name);
    let generation = 1;
    let fetched = 0;
    const { lab } = await labOnAPort(
      (request) =>
        request.headers.authorization?.includes(`Credential=KEY${String(generation)}/`) === true
          ? jobs.answer(request)
          : { error: 'ExpiredTokenException', message: 'The security token included in the request is expired' },
      {
        credentials: () => {
          fetched++;
          // Without an expiration, or with one that lies: only AWS knows.
          return Promise.resolve({
            accessKeyId: `KEY${String(generation)}`,
            secretAccessKey: 'b',
            expiration: new Date(Date.now() + 3_600_000),
          });
        },
      },
    );
    const done = lab.waitAll(names(count).map((name) => lab.attach(name)));
    await soon(500);
    generation = 2;
    await soon(800);
    generation = 3;
    for (const name of names(count)) jobs.change(name, 'Completed');
    expect(await done).toHaveLength(count);
    expect(fetched).toBe(3);
  });
});

/**
 * API calls a minute while 200 jobs are followed: by the lab's one watcher, and by one poller a job (the SDK's own loop for
 * single resources). SageMaker is a socket in a thread of its own, so that neither its time nor its memory counts.
 */
import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

const JOBS = 200;
/** A tenth of the jobs ends on the way; each phase changes now and then. */
const [SECONDS, ENDING] = [20, JOBS / 10];
/** Waits that begin and end one after the other, for the memory. */
const CHURN = 1_000;
const nameOf = (index) => `job-${String(index).padStart(4, '0')}`;
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };

/** Describes and lists jobs as SageMaker does; counts. */
function serve() {
  const began = Date.now() / 1000;
  const age = () => Date.now() / 1000 - began;
  let calls = 0;
  const jobs = Array.from({ length: JOBS }, (_, index) => ({ index, phase: 0, modified: began, ended: false }));
  const live = () => {
    for (const job of jobs) {
      const phase = Math.floor((age() + job.index / 10) / 10);
      const ended = job.index < ENDING && age() > 2 + (job.index / ENDING) * (SECONDS - 5);
      if (phase === job.phase && ended === job.ended) continue;
      Object.assign(job, { phase, ended, modified: Date.now() / 1000 });
    }
  };
  const shown = ({ index, phase, modified, ended }) => ({
    TrainingJobName: nameOf(index),
    TrainingJobStatus: ended ? 'Completed' : 'InProgress',
    SecondaryStatus: ended ? 'Completed' : `Phase${phase}`,
    CreationTime: began + index / 1000,
    LastModifiedTime: modified,
  });
  const answer = (operation, input) => {
    live();
    if (operation === 'DescribeTrainingJob') {
      const index = Number(input.TrainingJobName.slice(4));
      return shown(jobs[index] ?? { index, phase: 0, modified: began, ended: true });
    }
    const found = jobs.filter(({ modified }) => modified > (input.LastModifiedTimeAfter ?? 0)).reverse();
    const start = Number(input.NextToken ?? 0);
    const end = start + input.MaxResults;
    return { TrainingJobSummaries: found.slice(start, end).map(shown), ...(end < found.length ? { NextToken: String(end) } : {}) };
  };
  const server = createServer(async (request, response) => {
    calls++;
    const body = await request.toArray();
    const operation = request.headers['x-amz-target'].split('.').at(-1);
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify(answer(operation, JSON.parse(Buffer.concat(body)))));
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage({ port: server.address().port }));
  parentPort.on('message', () => parentPort.postMessage({ calls }));
}

if (!isMainThread) serve();

const next = (worker) => new Promise((resolve) => worker.once('message', resolve));
const collectGarbage = () => {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
};
const heap = () => {
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

/** Runs `follow` against a service of its own; the calls a minute, and what else `follow` tells. */
async function measured(environment, follow) {
  const { connect } = await import('../../sdk/dist/index.js');
  const worker = new Worker(new URL(import.meta.url));
  const { port } = await next(worker);
  const lab = await connect({ environment, credentials, endpointUrl: `http://127.0.0.1:${port}` });
  const told = await follow(lab);
  worker.postMessage('count');
  const { calls } = await next(worker);
  lab.close();
  const extra = await told?.after?.();
  await worker.terminate();
  return { calls: (calls / SECONDS) * 60, ...extra };
}

const isEnded = (error) => {
  if (error.code !== 'WaitEnded') throw error;
};

/** @returns calls a minute of both, and the megabytes that the heap grew by while following and after a thousand ended waits */
export async function countFollow({ home }) {
  const { environment: path } = JSON.parse(readFileSync(join(home, 'connection.json'), 'utf8'));
  const environment = JSON.parse(readFileSync(path, 'utf8'));
  const [{ DescribeTrainingJobCommand }, { poll }] = await Promise.all([
    import('@aws-sdk/client-sagemaker'),
    import('../../sdk/dist/waiting/poll.js'),
  ]);
  const ours = await measured(environment, async (lab) => {
    // What is loaded and compiled with the first waits does not count as growth.
    await Promise.all(Array.from({ length: 20 }, (_, index) => lab.attach(nameOf(JOBS + index)).wait()));
    const all = lab.waitAll(Array.from({ length: JOBS }, (_, index) => lab.attach(nameOf(index))));
    const ended = all.catch(isEnded);
    await sleep((SECONDS / 4) * 1000);
    const early = heap();
    await sleep((SECONDS * 3 * 1000) / 4);
    const late = heap();
    return {
      after: async () => {
        await ended;
        return { growth: (late - early) / 2 ** 20 };
      },
    };
  });
  const churn = await measured(environment, async (lab) => {
    const round = async (from, to) => {
      for (let index = from; index < to; index += 50)
        await lab.waitAll(Array.from({ length: 50 }, (_, place) => lab.attach(nameOf(JOBS + index + place))));
    };
    await round(0, CHURN / 2);
    const early = heap();
    await round(CHURN / 2, CHURN * 1.5);
    return { after: () => ({ growth: (heap() - early) / 2 ** 20 }) };
  });
  const theirs = await measured(environment, async ({ clients: { sageMaker } }) => {
    const stop = new AbortController();
    setMaxListeners(0, stop.signal);
    const one = (TrainingJobName) =>
      poll({
        ask: (abortSignal) => sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName }), { abortSignal }),
        isDone: ({ TrainingJobStatus }) => TrainingJobStatus === 'Completed',
        signal: stop.signal,
        what: TrainingJobName,
      });
    const all = Promise.allSettled(Array.from({ length: JOBS }, (_, index) => one(nameOf(index))));
    await sleep(SECONDS * 1000);
    stop.abort();
    await all;
  });
  return { ours: [ours.calls], theirs: [theirs.calls], growth: [Math.max(ours.growth, churn.growth, 0)] };
}

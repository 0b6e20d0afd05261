#!/usr/bin/env node
/**
 * `npm run bench`: measures side by side in one run, in a home of its own, and writes test/bench/results.json.
 * With `--readme`, the table in README.md as well.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startSealab, stopSealab } from '../test/journeys/running/start-command.mjs';
import { ensurePrograms } from './machine.mjs';
import { prepare, root } from './prepare.mjs';
import { printFailure, step } from './progress.mjs';

const at = (...parts) => join(root, ...parts);
const home = at('.sealab', 'bench');
const WARM_STARTS = 3;

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const rounded = (value) => Number(value.toPrecision(3));
const shown = (value, unit) => (unit === 's' && value < 1e-3 ? `${rounded(value * 1e6)} µs` : `${value} ${unit}`);

/** A row of the table. `ratio` is how many times quicker than the peer, or how often the result fits into the limit; a row without a limit only reports. */
const row = (name, ours, { peer = null, theirs = null, limit = null, unit = 's' }) => {
  const ratio = theirs !== null ? median(theirs) / median(ours) : limit !== null ? limit / median(ours) : null;
  return {
    name,
    peer,
    ours: rounded(median(ours)),
    theirs: theirs === null ? null : rounded(median(theirs)),
    ratio: ratio === null ? null : rounded(ratio),
    unit,
    runs: ours.length,
    limit,
    holds: limit === null ? null : ratio >= (theirs === null ? 1 : limit),
  };
};

/** A result against a peer; `limit` is the least ratio. */
const against = (name, ours, peer, theirs, limit, unit) => row(name, ours, { peer, theirs, limit, unit });
/** A result against an absolute limit, in seconds unless said otherwise. */
const within = (name, ours, limit, unit) => row(name, ours, { limit, unit });
/** Megabytes, of which we may take `share` of what the peer takes. */
const fits = (name, ours, peer, theirs, share) => row(name, ours, { peer, theirs, limit: rounded(1 / share), unit: 'MB' });
const reported = (name, ours) => row(name, ours, {});

/** Seconds of a step as `npm start` printed them. */
const stepSeconds = (title) =>
  Number(new RegExp(`^ok ${title}  ([0-9.]+) s`, 'm').exec(readFileSync(join(home, 'journeys.out'), 'utf8'))?.[1]);

async function measure() {
  await step('Browser', (tell) => ensurePrograms(['browser'], tell, { optional: true }));
  await prepare();
  const [
    { ensureToolchain },
    { ensurePythonEnvironment },
    { timeSubmissions },
    { timePanel },
    { timeFill },
    { timeKernel },
    { countFollow },
  ] = await Promise.all([
    import('../local/dist/start/toolchain.js'),
    import('../local/dist/toolchain/python.js'),
    import('../test/bench/submissions.mjs'),
    import('../test/bench/panel.mjs'),
    import('../test/bench/fill.mjs'),
    import('../test/bench/kernel.mjs'),
    import('../test/bench/follow.mjs'),
  ]);
  await step('Python environments and images', ensureToolchain);
  const python = await step('Peers (boto3, SageMaker Python SDK)', (tell) =>
    ensurePythonEnvironment(at('.sealab/toolchain/bench'), at('test/bench/requirements.txt'), tell),
  );
  const pythonV2 = await step('Peers (SageMaker Python SDK v2)', (tell) =>
    ensurePythonEnvironment(at('.sealab/toolchain/sagemaker-v2'), at('test/python/sagemaker-v2.txt'), tell),
  );

  rmSync(home, { recursive: true, force: true });
  const cold = [await step('First start', () => startSealab(home))];
  try {
    const deploy = [stepSeconds('Deploy')];
    const warm = [];
    for (let run = 0; run < WARM_STARTS; run++) {
      await step(`Warm start ${run + 1} of ${WARM_STARTS}`, async () => {
        await stopSealab(home);
        warm.push(await startSealab(home));
      });
    }
    const submit = await step('Submitting from a cold process', (tell) => timeSubmissions({ home, python, pythonV2, root, tell }));
    const panel = await step('The panel in a fresh page', () => timePanel({ home }));
    const kernel = await step('The TypeScript kernel’s first cell', () => timeKernel({ home }));
    const fill = await step('Filling and checking requests', () => timeFill({ home }));
    const followed = await step('Following 200 jobs', () => countFollow({ home }));
    const [task, boto3, sagemaker] = ['submit one secured training job from a cold process', 'boto3', 'SageMaker Python SDK v3'];
    const [memory, v2] = ['memory of its own of the same submission', 'SageMaker Python SDK v2'];
    return [
      against(`${task} of the notebook (Deno)`, submit.deno, sagemaker, submit.sagemaker, 20),
      against(`${task} of the notebook (Deno)`, submit.deno, boto3, submit.boto3, 3),
      against(`${task} of Node`, submit.node, sagemaker, submit.sagemaker, null),
      against(`${task} of Node`, submit.node, boto3, submit.boto3, null),
      fits(`${memory} of the notebook (Deno)`, submit.memory.deno, v2, submit.memory.sagemakerV2, 0.3),
      fits(`${memory} of Node`, submit.memory.node, v2, submit.memory.sagemakerV2, 0.3),
      within('import of the SDK in the TypeScript kernel', kernel.import, 0.2),
      within('first cell that connects, from asking for the kernel', kernel.launch, 1.2),
      within('panel with data after JupyterLab’s shell is up', panel, 1),
      within('warm start to a usable address', warm, 30),
      within('deploy of the project environment to this machine', deploy, 10),
      within('security fields of one training request, filled in and checked', fill, 50e-6),
      against('API calls a minute while following 200 jobs', followed.ours, 'one poller a job', followed.theirs, 10, 'calls/min'),
      within('memory that following 200 jobs, and 1,500 waits that have ended, leave behind', followed.growth, 2, 'MB'),
      reported('first start on a machine with everything installed', cold),
    ];
  } finally {
    await stopSealab(home);
  }
}

const machine = () =>
  `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 1024 ** 3)} GB, Node ${process.versions.node}`;

function table(results) {
  const rows = results.map(({ name, peer, ours, theirs, ratio, unit, limit, holds }) => [
    name,
    shown(ours, unit),
    peer === null ? '' : `${peer}: ${shown(theirs, unit)}, ${ratio} times as ${unit === 's' ? 'long' : unit === 'MB' ? 'much' : 'many'}`,
    limit === null ? '' : peer === null ? `at most ${shown(limit, unit)}` : `at least ${limit} times`,
    holds === null ? '' : holds ? 'yes' : '**no**',
  ]);
  return [
    '| what | Sealab | peer | limit | holds |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

/** Puts the table between the marks in README.md, in the form that the whole repository has. */
async function writeReadme(results) {
  const { format, resolveConfig } = await import('prettier');
  const path = at('README.md');
  const [start, end] = ['<!-- measured:start -->', '<!-- measured:end -->'];
  const text = readFileSync(path, 'utf8');
  const block = `${start}\n\nMedians of one run of \`npm run bench\` on a machine with ${machine()}.\n\n${table(results)}\n\n${end}`;
  const written = text.slice(0, text.indexOf(start)) + block + text.slice(text.indexOf(end) + end.length);
  writeFileSync(path, await format(written, { ...(await resolveConfig(path)), filepath: path }));
}

async function main() {
  const { readme } = parseArgs({ options: { readme: { type: 'boolean' } } }).values;
  const results = await measure();
  writeFileSync(at('test/bench/results.json'), `${JSON.stringify(results, null, 2)}\n`);
  if (readme) await writeReadme(results);
  console.log(`\n${machine()}\n\n${table(results)}\n`);
  return results.every(({ holds }) => holds !== false) ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    printFailure(error);
    process.exit(1);
  },
);

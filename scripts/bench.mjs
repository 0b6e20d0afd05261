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

/** A result against a peer; `limit` is the least ratio. */
const against = (name, peer, ours, theirs, limit, runs) => {
  const ratio = median(theirs) / median(ours);
  return {
    name,
    peer,
    ours: rounded(median(ours)),
    theirs: rounded(median(theirs)),
    ratio: rounded(ratio),
    unit: 's',
    runs,
    limit,
    holds: ratio >= limit,
  };
};

/** A result against an absolute limit in seconds. */
const within = (name, ours, limit) => ({
  name,
  peer: null,
  ours: rounded(median(ours)),
  theirs: null,
  ratio: rounded(limit / median(ours)),
  unit: 's',
  runs: ours.length,
  limit,
  holds: median(ours) <= limit,
});

/** Seconds of a step as `npm start` printed them. */
const stepSeconds = (title) =>
  Number(new RegExp(`^ok ${title}  ([0-9.]+) s`, 'm').exec(readFileSync(join(home, 'journeys.out'), 'utf8'))?.[1]);

async function measure() {
  await step('Browser', (tell) => ensurePrograms(['chromium'], tell, { optional: true }));
  await prepare();
  const [{ ensureToolchain }, { ensurePythonEnvironment }, { timeSubmissions }, { timePanel }] = await Promise.all([
    import('../local/dist/start/toolchain.js'),
    import('../local/dist/toolchain/python.js'),
    import('../test/bench/submissions.mjs'),
    import('../test/bench/panel.mjs'),
  ]);
  await step('Python environments and images', ensureToolchain);
  const python = await step('Peers (boto3, SageMaker Python SDK)', (tell) =>
    ensurePythonEnvironment(at('.sealab/toolchain/bench'), at('test/bench/requirements.txt'), tell),
  );

  rmSync(home, { recursive: true, force: true });
  await step('First start', () => startSealab(home));
  try {
    const deploy = [stepSeconds('Deploy')];
    const warm = [];
    for (let run = 0; run < WARM_STARTS; run++) {
      await step(`Warm start ${run + 1} of ${WARM_STARTS}`, async () => {
        await stopSealab(home);
        warm.push(await startSealab(home));
      });
    }
    const submit = await step('Submitting from a cold process', (tell) => timeSubmissions({ home, python, root, tell }));
    const panel = await step('The panel in a fresh page', () => timePanel({ home }));
    const runs = submit.sealab.length;
    return [
      against('submit one secured training job from a cold process', 'SageMaker Python SDK v3', submit.sealab, submit.sagemaker, 20, runs),
      against('submit one secured training job from a cold process', 'boto3', submit.sealab, submit.boto3, 3, runs),
      within('panel with data after JupyterLab’s shell is up', panel, 1),
      within('warm start to a usable address', warm, 30),
      within('deploy of the project environment to this machine', deploy, 10),
    ];
  } finally {
    await stopSealab(home);
  }
}

const machine = () =>
  `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 1024 ** 3)} GB, Node ${process.versions.node}`;

function table(results) {
  const rows = results.map(({ name, peer, ours, theirs, ratio, limit, holds }) => [
    name,
    `${ours} s`,
    peer === null ? '' : `${peer}: ${theirs} s`,
    peer === null ? `at most ${limit} s` : `${ratio} times quicker, at least ${limit}`,
    holds ? 'yes' : '**no**',
  ]);
  return [
    '| what | Sealab | peer | limit | holds |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

/** Puts the table between the marks in README.md. */
function writeReadme(results) {
  const path = at('README.md');
  const [start, end] = ['<!-- measured:start -->', '<!-- measured:end -->'];
  const text = readFileSync(path, 'utf8');
  const block = `${start}\n\nMedians of one run of \`npm run bench\` on a machine with ${machine()}.\n\n${table(results)}\n\n${end}`;
  writeFileSync(path, text.slice(0, text.indexOf(start)) + block + text.slice(text.indexOf(end) + end.length));
}

async function main() {
  const { readme } = parseArgs({ options: { readme: { type: 'boolean' } } }).values;
  const results = await measure();
  writeFileSync(at('test/bench/results.json'), `${JSON.stringify(results, null, 2)}\n`);
  if (readme) writeReadme(results);
  console.log(`\n${machine()}\n\n${table(results)}\n`);
  return results.every(({ holds }) => holds) ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    printFailure(error);
    process.exit(1);
  },
);

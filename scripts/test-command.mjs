/** `npm test`: everything it needs, then types, lint, unit tests and the journeys through the running environment. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensurePrograms } from './machine.mjs';
import { stopSealab } from '../test/journeys/running/start-command.mjs';
import { prepare, root } from './prepare.mjs';
import { endOnInterrupt, runProgram } from './programs.mjs';
import { printFailure, step, UserError } from './progress.mjs';

const HELP = `npm test [-- OPTIONS]

  --only KIND   lint, unit or journeys; all of them unless given
  --match TEXT  only test files whose path contains it

The last line counts: "N passed, N failed".`;

const KINDS = ['lint', 'unit', 'journeys'];
/** What the tests in test/python run, by folder in the toolchain. */
const PYTHON_CLIENTS = [
  ['bench', 'test/bench/requirements.txt'],
  ['sagemaker-v2', 'test/python/sagemaker-v2.txt'],
];
const results = join(root, '.sealab', 'test-results');
const journeysHome = join(root, '.sealab', 'test');
const afterInterrupt = [];
const bin = (...parts) => join(root, 'node_modules', ...parts);
const counts = { passed: 0, failed: 0 };

/** Runs a program whose own output is what people read. Answers whether it succeeded. */
async function succeeds(title, args) {
  const started = performance.now();
  console.log(`\n${title}`);
  // No standard input: a tool that asks would wait for ever.
  const code = await runProgram(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  console.log(`${title}: ${code === 0 ? 'ok' : 'failed'}  ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return code === 0;
}

/** A check without tests of its own counts as one. */
async function check(title, args) {
  counts[(await succeeds(title, args)) ? 'passed' : 'failed'] += 1;
}

/** Runs one jest project. What jest could not run (a file that does not parse, a setup that failed) and what it left out counts as failed. */
async function jest(project, match, ...args) {
  const output = join(results, `${project}.json`);
  const modules = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', bin('jest/bin/jest.js')];
  const files = match === undefined ? [] : ['--testPathPatterns', match];
  const passed = await succeeds(`Tests: ${project}`, [
    ...modules,
    '--selectProjects',
    project,
    '--json',
    `--outputFile=${output}`,
    ...args,
    ...files,
  ]);
  if (!existsSync(output)) {
    counts.failed += 1;
    return;
  }
  const report = JSON.parse(readFileSync(output, 'utf8'));
  const broken = report.numFailedTests + report.numRuntimeErrorTestSuites + report.numPendingTests;
  counts.passed += report.numPassedTests;
  counts.failed += passed || broken > 0 ? broken : 1;
}

async function pythonClients() {
  const { ensurePythonEnvironment } = await import('../local/dist/toolchain/python.js');
  for (const [folder, lock] of PYTHON_CLIENTS)
    await ensurePythonEnvironment(join(root, '.sealab/toolchain', folder), join(root, lock), () => undefined, { compile: false });
}

function readOptions() {
  const options = { only: { type: 'string' }, match: { type: 'string' }, help: { type: 'boolean', short: 'h' } };
  try {
    const { values } = parseArgs({ options });
    if (values.only === undefined || KINDS.includes(values.only)) return values;
  } catch (error) {
    throw new UserError(`${error.message}\n\n${HELP}`);
  }
  throw new UserError(`--only takes one of ${KINDS.join(', ')}.`);
}

async function test({ only, match }) {
  const wanted = (kind) => only === undefined || only === kind;
  await step('Browser and ShellCheck', (tell) => ensurePrograms(['browser', 'ShellCheck'], tell, { optional: true }));
  await prepare();
  const { endInstallations, ensureToolchain } = await import('../local/dist/start/toolchain.js');
  afterInterrupt.push(endInstallations);
  await step('Python environments and images', ensureToolchain);
  // Downloads, for the most part: meanwhile types and lint are looked at.
  const clients = wanted('unit') ? pythonClients() : undefined;
  clients?.catch(() => undefined);

  if (wanted('lint')) {
    await check('Types', [bin('typescript/bin/tsc'), '-b', '.']);
    // In two processes: one that knows the types of everything outgrows Node's memory.
    const lint = (...folders) => check(`Lint of ${folders.join(', ')}`, [bin('eslint/bin/eslint.js'), ...folders, '--max-warnings', '0']);
    await Promise.all([lint('sdk', 'extension', 'infra', 'docs'), lint('local', 'test')]);
    await check('Generated documentation', [join(root, 'scripts/docs.mjs'), '--check']);
    await check('Reference of the SDK', [join(root, 'scripts/docs-api.mjs'), '--check']);
    await check('Format', [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']);
  }
  if (wanted('unit')) {
    await step('Python clients (boto3, SageMaker Python SDK)', () => clients);
    // Jest's own choice on two cores is one worker; these tests wait for programs more than they compute.
    await jest('unit', match, `--maxWorkers=${Math.max(2, availableParallelism() - 1)}`);
  }
  if (wanted('journeys')) {
    rmSync(join(journeysHome, 'journeys.json'), { force: true });
    // Jest's teardown does not run when jest is ended.
    afterInterrupt.push(() => existsSync(join(journeysHome, 'journeys.json')) && stopSealab(journeysHome));
    await jest('journeys', match, '--runInBand');
  }
  if (counts.passed + counts.failed === 0) throw new UserError('No test ran.');
}

async function main() {
  endOnInterrupt(() => Promise.all(afterInterrupt.map((end) => end())));
  try {
    const options = readOptions();
    if (options.help) return void console.log(HELP);
    rmSync(results, { recursive: true, force: true });
    mkdirSync(results, { recursive: true });
    await test(options);
  } catch (error) {
    counts.failed += 1;
    printFailure(error);
  }
  const line = `${counts.passed} passed, ${counts.failed} failed`;
  try {
    mkdirSync(results, { recursive: true });
    writeFileSync(join(results, 'closing-line'), `${line}\n`);
  } catch {
    // Said below in any case.
  }
  console.log(`\n${line}`);
  process.exit(counts.failed === 0 ? 0 : 1);
}

await main();

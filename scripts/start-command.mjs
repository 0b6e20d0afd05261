/** `npm start`: everything from a fresh clone to a JupyterLab URL. Needs nothing but Node, npm and Python. */
import { parseArgs } from 'node:util';
import { prepare } from './prepare.mjs';
import { endOnInterrupt } from './programs.mjs';
import { printFailure, step, UserError } from './progress.mjs';

const HELP = `npm start [-- OPTIONS]

Starts Sealab on this machine: builds it, deploys the synthesized templates to the local environment, provisions a
notebook and prints the address of its JupyterLab. Ctrl-C stops everything; the next start goes on with its data.

  --check         runs the main job without a browser (train, host, invoke, remove), prints one JSON line and exits
  --data FILE     with --check: a CSV of the credit-default columns instead of the one found or generated
  --help          this text

State is kept in .sealab/ (or $SEALAB_HOME). SEALAB_DEBUG=1 shows stack traces.`;

async function main() {
  const started = performance.now();
  let options;
  try {
    options = parseArgs({
      options: { check: { type: 'boolean' }, data: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    }).values;
  } catch (error) {
    throw new UserError(`${error.message}\n\n${HELP}`);
  }
  if (options.help) return void console.log(HELP);
  const release = endOnInterrupt();
  await prepare();
  const { runEnvironment } = await import('../local/dist/start/main.js');
  release();
  process.exit(await runEnvironment({ step, started, check: options.check === true, data: options.data }));
}

main().catch((error) => {
  printFailure(error);
  process.exit(1);
});

/** From a fresh clone to something that runs: dependencies, build, release, synthesized templates. Each step only when needed. */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { checkBasics, checkSandboxes, ensurePrograms } from './machine.mjs';
import { step, UserError } from './progress.mjs';

// The AWS SDK announces the end of Node 20 at every start; what Sealab needs is in package.json's engines.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => join(root, ...parts);
const run = promisify(execFile);

function hashOf(paths) {
  const hash = createHash('sha256');
  const visit = (path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort())
        if (!/^(node_modules|dist|__pycache__|\.tsbuildinfo)$/.test(name)) visit(join(path, name));
    } else hash.update(path.slice(root.length)).update(readFileSync(path));
  };
  paths.forEach(visit);
  return hash.digest('hex');
}

/** Runs `work` unless a stamp says that it was done for the same inputs. */
async function unlessCurrent(stamp, inputs, work) {
  const wanted = hashOf(inputs);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** Runs a program, showing its last line; a failure carries what it printed last, or `first`. */
export async function program(command, args, tell = () => undefined, { title = command, first = false } = {}) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() === '') return;
      said.push(line);
      if (said.length > 20) said.splice(first ? 20 : 0, 1);
      tell(line);
    });
  }
  const code = await new Promise((done, fail) => child.once('error', fail).once('close', done));
  if (code !== 0) throw new UserError(`${title} failed:\n${said.join('\n')}`);
}

/** Whether node_modules holds what the lock names: npm writes its own list when it has finished. */
function isInstalled() {
  const packages = (path) => JSON.parse(readFileSync(at(path), 'utf8')).packages;
  let there;
  try {
    there = packages('node_modules/.package-lock.json');
  } catch {
    return false;
  }
  // Binaries for other machines are optional.
  return Object.entries(packages('package-lock.json')).every(
    ([path, { version, optional }]) =>
      !path.startsWith('node_modules/') || (there[path] === undefined ? optional === true : there[path].version === version),
  );
}

async function installDependencies(tell) {
  if (isInstalled()) return;
  // Nothing that Sealab uses needs an install script: binaries come in packages of their own.
  await program('npm', ['ci', '--ignore-scripts', '--no-progress'], tell, { title: 'npm ci', first: true });
}

/** cdk.out, from the templates' source, the settings, the scripts and the release. */
async function synthesize() {
  const inputs = ['infra', 'sdk/src/contract', 'sealab.yaml', 'lifecycle-scripts', 'dist/release', 'package-lock.json'].map((path) =>
    at(path),
  );
  await unlessCurrent(at('cdk.out/.sealab-inputs'), inputs, async () => {
    await run(process.execPath, [at('infra/dist/bin/app.js')], { cwd: root, maxBuffer: 1 << 26 }).catch((error) => {
      // The administrator's mistakes in sealab.yaml arrive here: the message is for people, the stack is not.
      const lines = String(error.stderr)
        .split('\n')
        .filter((line) => line.trim() !== '' && !/^\s+at /.test(line) && !/^Node\.js v/.test(line));
      throw new UserError(lines.slice(-12).join('\n'));
    });
  });
}

/** Everything before the environment can start. */
export async function prepare({ programs = [] } = {}) {
  checkBasics(root);
  await step('Machine', async (tell) => {
    await ensurePrograms(['bubblewrap', 'compiler', 'Python venv module', 'Python headers', ...programs], tell);
    checkSandboxes();
  });
  await step('Dependencies (npm)', installDependencies);
  await step('Build', (tell) =>
    program(process.execPath, [at('node_modules/typescript/bin/tsc'), '-b', 'sdk', 'infra', 'local', 'extension/service'], tell, {
      title: 'The build',
    }),
  );
  await step('Release (panel, service, SDK, wheels)', (tell) =>
    program(process.execPath, [at('scripts/build-release.mjs')], tell, { title: 'The release' }),
  );
  await step('Templates (CDK)', synthesize);
}

/** From a fresh clone to something that runs: dependencies, build, release, synthesized templates. Each step only when needed. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkBasics, checkSandboxes, ensurePrograms } from './machine.mjs';
import { program, root } from './programs.mjs';
import { step } from './progress.mjs';
import { findPython } from './python.mjs';

export { root };

// The AWS SDK announces the end of Node 20 at every start; what Sealab needs is in package.json's engines.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const at = (...parts) => join(root, ...parts);

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
  // Work that is cut off must not look done to a later start with the old inputs.
  rmSync(stamp, { force: true });
  await work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
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
async function synthesize(tell) {
  const inputs = ['infra', 'sdk/src/contract', 'sealab.yaml', 'lifecycle-scripts', 'dist/release', 'package-lock.json'];
  // The administrator's mistakes in sealab.yaml come to light here.
  await unlessCurrent(
    at('cdk.out/.sealab-inputs'),
    inputs.map((path) => at(path)),
    () => program(process.execPath, [at('infra/dist/bin/app.js')], tell, { title: 'Making the templates' }),
  );
}

/** Everything before the environment can start. */
export async function prepare({ programs = [] } = {}) {
  checkBasics(root);
  await step('Machine', async (tell) => {
    await ensurePrograms(['bubblewrap', 'compiler', 'python', ...programs], tell);
    // Whatever is made with Python later is made with this one.
    process.env.SEALAB_PYTHON = findPython().path;
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

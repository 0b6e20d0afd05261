#!/usr/bin/env node
/**
 * Builds `dist/release/`: everything that a notebook gets from the artifacts bucket.
 *
 *   wheels/     the jupyterlab_sealab wheel and a locked wheelhouse for `pip install --no-index --no-deps`
 *   sdk/        the SDK as one ES module with its types, and the `sealab` command
 *   python/     the Python defaults        notebooks/  the samples        lib/  the shell library of the lifecycle scripts
 *
 * Each step is skipped when what it reads has not changed, and writes the same bytes for the same input, because infra
 * names the release by its hash. Needs node_modules and a Python 3.11+ with venv; `SEALAB_PYTHON` names another one.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { bundle, SDK_ENTRIES } from './bundle.mjs';
import { findPython } from './python.mjs';

const run = promisify(execFile);
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => join(root, ...parts);
const release = at('dist', 'release');
const stampFile = at('dist', 'release-stamps.json');
/** Kept apart from dist/release: the wheelhouse is downloaded once for each lock, however often the release is cleaned. */
const wheelhouse = at('.sealab', 'toolchain', 'wheelhouse');
const toolchain = at('.sealab', 'toolchain', 'build');
const wheelBuild = at('dist', 'wheel');

/** Python versions that notebooks run Jupyter with: SageMaker's images, and the newest ones for `npm start`. */
const PYTHONS = ['3.10', '3.11', '3.12', '3.13', '3.14'];
const MACHINE = { x64: 'x86_64', arm64: 'aarch64' }[process.arch] ?? 'x86_64';
/** SageMaker's notebook instances are x86_64; the local one is what this machine is. */
const MACHINES = [...new Set(['x86_64', MACHINE])];

const exists = (path) =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Regular files below `path` (or `path` itself), sorted, without build output. */
async function filesOf(path) {
  if (!(await exists(path))) return [];
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const nested = await Promise.all(
    entries
      .filter(({ name }) => !/^(node_modules|__pycache__|\.ipynb_checkpoints|\.tsbuildinfo|.*\.egg-info|.*\.pyc)$/.test(name))
      .map((entry) => (entry.isDirectory() ? filesOf(join(path, entry.name)) : [join(path, entry.name)])),
  );
  return nested.flat().sort();
}

async function fingerprint(paths, extra = '') {
  const hash = createHash('sha256').update(extra);
  for (const path of (await Promise.all(paths.map(filesOf))).flat()) {
    hash
      .update(relative(root, path))
      .update('\0')
      .update(await readFile(path))
      .update('\0');
  }
  return hash.digest('hex');
}

const stamps = await readFile(stampFile, 'utf8').then(JSON.parse, () => ({}));

async function saveStamps() {
  await mkdir(dirname(stampFile), { recursive: true });
  await writeFile(`${stampFile}.next`, JSON.stringify(stamps, null, 2));
  await rename(`${stampFile}.next`, stampFile);
}

/** Runs `make` unless `inputs` are as they were when it last ran and `outputs` are still there. */
async function step(title, { inputs, outputs, extra }, make) {
  const started = performance.now();
  const before = await fingerprint(inputs, extra);
  const kept = stamps[title] === before && (await Promise.all(outputs.map(exists))).every(Boolean);
  if (!kept) {
    // Work that is cut off must not look done to a later build with the old inputs.
    delete stamps[title];
    await saveStamps();
    await make();
    stamps[title] = before;
    await saveStamps();
  }
  console.log(`  ${kept ? 'unchanged' : 'built'.padEnd(9)}  ${title}  ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** Replaces a folder of the release by a copy of one in the checkout. */
async function copied(from, to) {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  for (const file of await filesOf(from)) {
    const target = join(to, relative(from, file));
    await mkdir(dirname(target), { recursive: true });
    await cp(file, target);
  }
}

const python = join(toolchain, 'bin', 'python');
const pip = (...args) => run(python, ['-m', 'pip', '--disable-pip-version-check', '--quiet', ...args], { maxBuffer: 1 << 26 });

async function makeToolchain() {
  await rm(toolchain, { recursive: true, force: true });
  await mkdir(dirname(toolchain), { recursive: true });
  const host = findPython();
  if (host?.recent !== true || !host.venv)
    throw new Error('Python 3.11 or newer with its venv module is needed (Debian: apt-get install python3-venv).');
  await run(host.path, ['-m', 'venv', toolchain]);
  await pip('install', '--require-hashes', '--no-deps', '--only-binary=:all:', '-r', at('extension/build-requirements.txt'));
}

async function downloadWheelhouse() {
  const next = `${wheelhouse}.next`;
  await rm(next, { recursive: true, force: true });
  const requirements = at('extension/wheelhouse/requirements.txt');
  for (const machine of MACHINES) {
    const platforms = ['manylinux2014', 'manylinux_2_17', 'manylinux_2_27', 'manylinux_2_28'].map(
      (name) => `--platform=${name}_${machine}`,
    );
    for (const version of PYTHONS) {
      console.log(`    wheels for Python ${version} on ${machine}`);
      await pip(
        'download',
        '--no-deps',
        '--require-hashes',
        '--only-binary=:all:',
        `--python-version=${version}`,
        ...platforms,
        '-d',
        next,
        '-r',
        requirements,
      );
    }
  }
  await rm(wheelhouse, { recursive: true, force: true });
  await rename(next, wheelhouse);
}

async function buildPanel() {
  await compile('extension/panel');
  const builder = at('node_modules/@jupyter/builder/lib/build-labextension.js');
  // The builder looks up licences from the working directory.
  const core = at('node_modules/@jupyterlab/core-meta/core.package.json');
  await run(process.execPath, [builder, '--core-package-file', core, '.'], { cwd: at('extension/panel'), maxBuffer: 1 << 26 }).catch(
    (error) => {
      throw new Error(`${error.stdout}${error.stderr}`);
    },
  );
}

async function buildWheel() {
  await rm(wheelBuild, { recursive: true, force: true });
  await run(python, ['-m', 'hatchling', 'build', '-t', 'wheel', '-d', wheelBuild], {
    cwd: at('extension'),
    env: { ...process.env, SOURCE_DATE_EPOCH: '1767225600', PYTHONDONTWRITEBYTECODE: '1' },
  });
}

async function collectWheels() {
  const to = join(release, 'wheels');
  await copied(wheelhouse, to);
  await cp(wheelBuild, to, { recursive: true });
  await cp(at('extension/wheelhouse/requirements.txt'), join(to, 'requirements.txt'));
}

async function compile(project) {
  await run(process.execPath, [at('node_modules/typescript/bin/tsc'), '-b', at(project)]).catch((error) => {
    throw new Error(error.stdout || error.message);
  });
}

async function buildSdk() {
  const to = join(release, 'sdk');
  await bundle(SDK_ENTRIES, to);
  await chmod(join(to, 'sealab.js'), 0o755);
  await compile('sdk');
  // Deno reads the types from the first line; editors from package.json.
  const entry = join(to, 'sealab-sdk.js');
  await writeFile(entry, `// @ts-self-types="./types/index.d.ts"\n${await readFile(entry, 'utf8')}`);
  await copied(at('sdk/dist'), join(to, 'types'));
  for (const file of await filesOf(join(to, 'types'))) if (!file.endsWith('.d.ts')) await rm(file);
  const { version, license } = JSON.parse(await readFile(at('sdk/package.json'), 'utf8'));
  const manifest = {
    name: '@sealab/sdk',
    version,
    license,
    type: 'module',
    exports: { '.': { types: './types/index.d.ts', default: './sealab-sdk.js' } },
  };
  await writeFile(join(to, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** The Python defaults with the contract that they read, and the schema of the document. */
async function buildPython() {
  const to = join(release, 'python');
  await copied(at('sdk/python'), to);
  await compile('sdk');
  const [{ exportControls }, { environmentJsonSchema }, { pipelineJsonSchema }] = await Promise.all(
    ['secure/index.js', 'contract/index.js', 'pipelines/definition.js'].map((module) => import(at('sdk/dist', module))),
  );
  const read = { controls: exportControls(), 'environment.schema': environmentJsonSchema(), 'pipeline.schema': pipelineJsonSchema() };
  for (const [name, content] of Object.entries(read))
    await writeFile(join(to, 'sealab_defaults', `${name}.json`), `${JSON.stringify(content)}\n`);
}

const lock = at('package-lock.json');
/** How bundles are made is in these files. */
const bundling = ['build-release.mjs', 'bundle.mjs', 'bundling'].map((name) => at('scripts', name));

/** Builds what has changed. Progress goes to standard output, one line a step. */
export async function buildRelease() {
  console.log('Release');
  await step('build tools', { inputs: [at('extension/build-requirements.txt')], outputs: [python] }, makeToolchain);
  await step(
    'wheelhouse',
    { inputs: [at('extension/wheelhouse/requirements.txt')], outputs: [wheelhouse], extra: [...PYTHONS, ...MACHINES].join() },
    downloadWheelhouse,
  );
  await step(
    'service',
    {
      inputs: [at('extension/service/src'), at('sdk/src'), lock, ...bundling],
      outputs: [at('extension/jupyterlab_sealab/service/service.js')],
    },
    () => bundle({ service: at('extension/service/src/main.ts') }, at('extension/jupyterlab_sealab/service')),
  );
  await step(
    'panel',
    {
      inputs: [
        ...['src', 'style', 'schema', 'package.json', 'tsconfig.json'].map((name) => at('extension/panel', name)),
        at('extension/service/src'),
        lock,
      ],
      outputs: [at('extension/jupyterlab_sealab/labextension/package.json')],
    },
    buildPanel,
  );
  await step(
    'wheel',
    { inputs: ['pyproject.toml', 'jupyterlab_sealab', 'kernelspec', 'etc'].map((name) => at('extension', name)), outputs: [wheelBuild] },
    buildWheel,
  );
  await step('wheels', { inputs: [wheelhouse, wheelBuild], outputs: [join(release, 'wheels')] }, collectWheels);
  await step(
    'sdk',
    { inputs: [at('sdk/src'), at('sdk/package.json'), lock, ...bundling], outputs: [join(release, 'sdk/sealab-sdk.js')] },
    buildSdk,
  );
  await step(
    'python',
    {
      inputs: [at('sdk/python'), at('sdk/src/contract'), at('sdk/src/secure'), at('sdk/src/pipelines/definition.ts'), lock],
      outputs: ['controls.json', 'environment.schema.json', 'pipeline.schema.json'].map((name) =>
        join(release, 'python/sealab_defaults', name),
      ),
    },
    buildPython,
  );
  for (const [name, from] of [
    ['notebooks', 'notebooks'],
    ['lib', 'lifecycle-scripts/lib'],
  ]) {
    await step(name, { inputs: [at(from)], outputs: [join(release, name)] }, () => copied(at(from), join(release, name)));
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await buildRelease().catch((error) => {
    console.error(`The release could not be built: ${error.message}`);
    process.exitCode = 1;
  });
}

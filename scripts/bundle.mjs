/**
 * Bundles TypeScript for the notebook host: ES modules for Deno and Node, split into chunks that are loaded when needed,
 * without the parts of the AWS clients that nothing here can reach.
 */
import { builtinModules } from 'node:module';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import swc from '@swc/core';
import { build } from 'esbuild';
import { afterFirst, shapesApart, withoutLater } from './bundling/chunks.mjs';
import { replacing, rewriting } from './bundling/less.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => join(root, ...parts);

/** What a notebook gets: the SDK for cells, and the `sealab` command over the same chunks. */
export const SDK_ENTRIES = { 'sealab-sdk': at('sdk/src/index.ts'), sealab: at('sdk/src/cli.ts') };

const alias = {
  '@sealab/sdk': at('sdk/src/index.ts'),
  // Deno takes Node's own modules by their prefix alone; some dependencies leave it out.
  ...Object.fromEntries(builtinModules.map((name) => [name, `node:${name}`])),
};

/**
 * Writes one module for each entry, and the chunks that they load when they are needed. Splitting is what keeps them small:
 * without it esbuild wraps whatever a dynamic import reaches and drops nothing of it.
 *
 * @returns esbuild's metafile of what is there: sizes, inputs and imports of each module
 */
export async function bundle(entryPoints, outdir) {
  await rm(outdir, { recursive: true, force: true });
  const options = {
    entryPoints,
    outdir,
    absWorkingDir: root,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // The ES module builds of the AWS clients: half the size of what `main` gives.
    mainFields: ['module', 'main'],
    alias,
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  };
  const first = Object.values(entryPoints)[0];
  const attempt = async (plugins, more) =>
    (await build({ ...options, ...more, plugins: [...plugins, rewriting, replacing], write: false })).metafile;
  const apart = await attempt([], {});
  const later = new Set(
    Object.entries(apart.outputs).flatMap(([path, { entryPoint }]) => (isChunk(path) && entryPoint ? [entryPoint] : [])),
  );
  const alone = await attempt([withoutLater], { entryPoints: [first], splitting: false });
  const plugins = [afterFirst(first, later), shapesApart(alone), rewriting, replacing];
  const { metafile } = await build({ ...options, plugins, minify: true });
  await withoutUnreachable(metafile);
  await smaller(metafile);
  return metafile;
}

const isChunk = (path) => /[\\/]chunks[\\/]/.test(path);

/** The modules that loading `entry` loads; with `dynamic`, also those that it can load later. */
export function reachable({ outputs }, entries, dynamic) {
  const seen = new Set(entries);
  for (const output of seen)
    for (const { path, kind } of outputs[output]?.imports ?? [])
      if (path in outputs && (dynamic || kind === 'import-statement')) seen.add(path);
  return seen;
}

/** esbuild writes a chunk for every dynamic import that it reads, also for those in functions that it then drops. */
async function withoutUnreachable({ outputs, ...rest }) {
  const entries = Object.keys(outputs).filter((path) => outputs[path].entryPoint !== undefined && !isChunk(path));
  const kept = reachable({ outputs, ...rest }, entries, true);
  for (const path of Object.keys(outputs)) {
    if (kept.has(path)) continue;
    await rm(at(path));
    delete outputs[path];
  }
}

/** Some dependencies are CommonJS and require Node's own modules, which a module of ES cannot by itself. */
const REQUIRE = "import{createRequire as sealabRequire}from'node:module';const require=sealabRequire(import.meta.url);";

/** Minifies once more what esbuild, which looks at each statement once, has left: 4 %. */
async function smaller({ outputs }) {
  for (const [path, output] of Object.entries(outputs)) {
    const { code } = await swc.minify(await readFile(at(path), 'utf8'), {
      module: true,
      ecma: 2022,
      compress: { passes: 2 },
      mangle: { topLevel: true },
      format: { comments: false, preserveAnnotations: false },
    });
    const [shebang = ''] = /^#!.*\n/.exec(code) ?? [];
    const whole = /\brequire\b/.test(code) ? `${shebang}${REQUIRE}${code.slice(shebang.length)}` : code;
    await writeFile(at(path), whole);
    output.bytes = Buffer.byteLength(whole);
  }
}

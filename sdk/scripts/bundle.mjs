#!/usr/bin/env node
// Bundles the SDK for notebooks: one entry and the chunks that it loads when they are needed. Runs in Node 20+ and in Deno.
// Splitting is what keeps it small: without it esbuild wraps whatever a dynamic import reaches and drops nothing of it.
import { chmod, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const sdk = dirname(dirname(fileURLToPath(import.meta.url)));

/** Options that any bundle with the SDK in it needs. */
export const bundleOptions = {
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  // Some dependencies are CommonJS; Deno wants the prefix on built-in modules.
  banner: { js: "import{createRequire as __sealabRequire}from'node:module';const require=__sealabRequire(import.meta.url);" },
};

/** Writes `sealab-sdk.js`, `sealab.js` (the command) and `chunks/` to `folder`; returns the sizes in bytes. */
export async function bundleSdk(folder) {
  await rm(folder, { recursive: true, force: true });
  const { metafile } = await build({
    ...bundleOptions,
    entryPoints: { 'sealab-sdk': join(sdk, 'src/index.ts'), sealab: join(sdk, 'src/cli.ts') },
    outdir: folder,
    chunkNames: 'chunks/[name]-[hash]',
    metafile: true,
  });
  await chmod(join(folder, 'sealab.js'), 0o755);
  return Object.fromEntries(Object.entries(metafile.outputs).map(([path, { bytes }]) => [path, bytes]));
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const folder = resolve(process.argv[2] ?? join(sdk, 'dist/bundle'));
  const sizes = await bundleSdk(folder);
  for (const [path, bytes] of Object.entries(sizes)) process.stdout.write(`${String(Math.round(bytes / 1024)).padStart(6)} kB  ${path}\n`);
  const total = Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0);
  process.stdout.write(`${String(Math.round(total / 1024)).padStart(6)} kB  altogether\n`);
}

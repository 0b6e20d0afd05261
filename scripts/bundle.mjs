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

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => join(root, ...parts);

/** What a notebook gets: the SDK for cells, and the `sealab` command over the same chunks. */
export const SDK_ENTRIES = { 'sealab-sdk': at('sdk/src/index.ts'), sealab: at('sdk/src/cli.ts') };

/**
 * What modules of the AWS SDK say instead, by the path that they end in; the first one counts.
 *
 * esbuild keeps what looks like a side effect, and then all that hangs on it. Nothing below is one.
 */
const REWRITTEN = [
  {
    // Every shape of a service: arrays with computed keys, and the registry of error classes. An error whose class is not
    // registered arrives as the service's base exception, with the name, message and fields that AWS sent.
    path: /[\\/]schemas[\\/]schemas_0\.js$/,
    rewrite: (source) =>
      source
        .replace(/^n0_registry\.registerError\(.*\);$/gm, '')
        .replace(/^(export )?var (\w+\$?) = (\[(?:(?!;\n)[^])*?\]);$/gm, '$1var $2 = /* @__PURE__ */ (() => ($3))();'),
  },
  {
    // Digests in JavaScript, for runtimes whose node:crypto lacks them: every Node and Deno has SHA-1 and SHA-256.
    path: /[\\/]sha(1|256)[\\/]Sha(1|256)Js\.js$/,
    rewrite: (source) =>
      source
        .match(/export class \w+/g)
        .map((head) => `${head}{constructor(){throw new Error("node:crypto has no SHA.")}}`)
        .join('\n'),
  },
  {
    // Of a client's package.json nothing but the version is read.
    path: /[\\/]package\.json$/,
    rewrite: (source) => JSON.stringify({ version: JSON.parse(source).version }),
  },
];

const rewriting = {
  name: 'rewriting',
  setup: ({ onLoad }) =>
    onLoad(
      { filter: /[\\/]@(aws-sdk|smithy)[\\/][^\\/]+[\\/](package\.json|dist-es[\\/].*[\\/](schemas_0|Sha1Js|Sha256Js)\.js)$/ },
      async ({ path }) => ({
        contents: REWRITTEN.find((one) => one.path.test(path)).rewrite(await readFile(path, 'utf8')),
        loader: path.endsWith('.json') ? 'json' : 'js',
      }),
    ),
};

/** Modules that the AWS SDK imports, by who imports them, and what takes their place. */
const REPLACED = [
  {
    // The clients configure event streams at birth; left to the protocol, the code is loaded with the first stream.
    path: '@smithy/core/event-streams',
    importer: /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]/,
    contents: 'export const resolveEventStreamSerdeConfig = (config) => config; export const eventStreamSerdeProvider = undefined;',
  },
  {
    // A dynamic import keeps everything that a package exports: here are the two that are used.
    path: '@smithy/core/event-streams',
    importer: /[\\/]HttpProtocol\.js$/,
    contents: "export { EventStreamSerde, eventStreamSerdeProvider } from '@smithy/core/event-streams';",
  },
  {
    // A profile's role is assumed by the client that the SDK has anyway.
    path: '@aws-sdk/nested-clients/sts',
    importer: /[\\/]credential-provider-[^\\/]+[\\/]/,
    contents: "export { getDefaultRoleAssumer, getDefaultRoleAssumerWithWebIdentity } from '@aws-sdk/client-sts';",
  },
  // A notebook has container credentials or the instance's role; shared files, `credential_process` and web identities work too.
  // Single sign-on needs a browser and three more clients (47 kB), so a profile that uses it is told how to lend its credentials.
  ...['sso', 'login'].map((name) => ({
    path: `@aws-sdk/credential-provider-${name}`,
    importer: /./,
    contents: `
      import { CredentialsProviderError } from '@smithy/core/config';
      const refused = () => async () => {
        throw new CredentialsProviderError(
          'This profile signs on through a browser, which the SDK of a notebook does not do. Run "aws configure export-credentials --format env", or add a ' +
            'profile with credential_process = aws configure export-credentials --profile <this one>.',
          { tryNextLink: false },
        );
      };
      export const fromSSO = refused, fromLoginCredentials = refused;`,
  })),
];

const replacing = {
  name: 'replacing',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@(aws-sdk|smithy)\// }, ({ path, importer, namespace }) => {
      const index = namespace === 'file' ? REPLACED.findIndex((one) => one.path === path && one.importer.test(importer)) : -1;
      return index < 0 ? undefined : { path: `${path}-${index}`, namespace: 'replaced' };
    });
    onLoad({ filter: /./, namespace: 'replaced' }, ({ path }) => ({
      contents: REPLACED[Number(path.split('-').at(-1))].contents,
      resolveDir: at('sdk'),
    }));
  },
};

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
  const { metafile } = await build({
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
    plugins: [rewriting, replacing],
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  });
  await withoutUnreachable(metafile);
  await smaller(metafile);
  return metafile;
}

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
  const entries = Object.keys(outputs).filter((path) => outputs[path].entryPoint !== undefined && !/[\\/]chunks[\\/]/.test(path));
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

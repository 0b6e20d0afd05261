#!/usr/bin/env node
/**
 * `npm run docs:api`: writes the reference of the SDK's public interface as HTML, to `dist/docs/api` unless a folder is named.
 * Fails when something exported has no docstring, or a docstring links to nothing. `--check` looks and writes nothing.
 */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application } from 'typedoc';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const [folder = join(root, 'dist/docs/api')] = process.argv.slice(2);
const out = folder === '--check' ? undefined : resolve(folder);

const app = await Application.bootstrapWithPlugins({
  name: '@sealab/sdk',
  entryPoints: [join(root, 'sdk/src/index.ts')],
  tsconfig: join(root, 'sdk/tsconfig.json'),
  readme: join(root, 'docs/data-scientists.md'),
  excludePrivate: true,
  excludeExternals: true,
  // The address of the source depends on who has a copy of it.
  disableSources: true,
  hideGenerator: true,
  // Types are checked by tsc already.
  skipErrorChecking: true,
  highlightLanguages: ['typescript', 'python', 'bash', 'json'],
  validation: { notDocumented: true, invalidLink: true, notExported: false, unusedMergeModuleWith: true },
  requiredToBeDocumented: ['Variable', 'Function', 'Class', 'Interface', 'TypeAlias', 'Enum'],
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
  logLevel: 'Warn',
});
const project = await app.convert();
if (project !== undefined) {
  app.validate(project);
  if (out !== undefined && !app.logger.hasErrors() && !app.logger.hasWarnings()) {
    await app.generateDocs(project, out);
    console.log(`The reference of the SDK is in ${out}.`);
  }
}
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1;

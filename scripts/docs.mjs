#!/usr/bin/env node
/** `npm run docs`: writes the documentation that follows from the code. `--check` fails when it is stale instead. Needs a built checkout. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './prepare.mjs';

// The services open their state when they are made: an empty one, away from any running environment.
const home = mkdtempSync(join(tmpdir(), 'sealab-docs-'));
process.env.SEALAB_HOME = home;
try {
  const at = (path) => import(join(root, 'local/dist', path));
  const [{ coverageDocument }, { createServices }, { createStsService }, { createIamSimulation }] = await Promise.all([
    at('coverage-document.js'),
    at('gateway/services/index.js'),
    at('gateway/services/sts.js'),
    at('gateway/services/iam-simulation.js'),
  ]);
  const { controlsDocument } = await import('../sdk/dist/secure/index.js');
  const emulated = [createStsService(), createIamSimulation(), ...createServices({ onShutdown: () => undefined })];
  /** Examples stand in the guide as they are compiled and run by the tests, each behind a marker with its path. */
  const withExamples = (page) =>
    page.replace(
      /(<!-- (docs\/examples\/[\w-]+\.ts) -->\s*```ts\n).*?```/gs,
      (_, head, path) => `${head}${readFileSync(join(root, path), 'utf8')}\`\`\``,
    );
  const guide = withExamples(readFileSync(join(root, 'docs/data-scientists.md'), 'utf8'));
  const pages = {
    'controls.md': controlsDocument(),
    'local-environment.md': await coverageDocument(emulated),
    'data-scientists.md': guide,
  };
  for (const [name, page] of Object.entries(pages)) {
    const file = join(root, 'docs', name);
    if (!process.argv.includes('--check')) writeFileSync(file, page);
    else if (readFileSync(file, 'utf8') !== page) {
      console.error(`docs/${name} is stale: run npm run docs.`);
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}

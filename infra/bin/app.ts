import { join, resolve } from 'node:path';
import { ReleaseMissing } from '../constructs/release-missing.ts';
import { readSettings, SettingsError } from '../settings/read-settings.ts';
import { createApp } from '../stacks/create-app.ts';

/** From infra/dist/bin to the root of the repository. */
const root = resolve(import.meta.dirname, '../../..');

try {
  createApp({
    settings: readSettings(join(root, 'sealab.yaml')),
    releaseFolder: process.env['SEALAB_RELEASE'] ?? join(root, 'dist', 'release'),
    lifecycleScripts: join(root, 'lifecycle-scripts'),
    // The CDK CLI names the folder; without it the assembly goes where `npm start` looks.
    outdir: process.env['CDK_OUTDIR'] ?? join(root, 'cdk.out'),
  }).synth();
} catch (error) {
  console.error(error instanceof SettingsError || error instanceof ReleaseMissing ? error.message : error);
  process.exitCode = 1;
}

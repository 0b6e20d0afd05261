import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { Settings } from '../../infra/settings/settings.ts';
import type { App } from 'aws-cdk-lib';
import { createApp } from '../../infra/stacks/create-app.ts';

export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: string } }>>;
}

export const root = join(import.meta.dirname, '../..');

/** An assembly holds the CDK's own function, 22 MB. */
const assemblies: string[] = [];
afterAll(() => assemblies.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** The application with a release of two files, and the folder that it is synthesized to. */
export function appFor(settings: Settings, releaseFolder = join(import.meta.dirname, 'release-fixture')) {
  const outdir = mkdtempSync(join(tmpdir(), 'sealab-infra-'));
  assemblies.push(outdir);
  return { outdir, app: createApp({ settings, releaseFolder, lifecycleScripts: join(root, 'lifecycle-scripts'), outdir }) };
}

interface Synthesized {
  readonly app: App;
  readonly outdir: string;
  readonly template: Template;
  readonly product: Template;
}

/** Synthesizes as `npm start` does and reads the template from the assembly. */
export function synthesize(settings: Settings): Synthesized {
  const { app, outdir } = appFor(settings);
  app.synth();
  const read = (file: string) => JSON.parse(readFileSync(join(outdir, file), 'utf8')) as Template;
  const { artifacts } = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8')) as { artifacts: Record<string, unknown> };
  const stack = `sealab-${settings.project}`;
  if (!(stack in artifacts)) throw new Error(`${stack} is not in the assembly`);
  const { files } = JSON.parse(readFileSync(join(outdir, `${stack}.assets.json`), 'utf8')) as {
    files: Record<string, { source: { path: string } }>;
  };
  const product = Object.values(files).find(({ source }) => source.path.endsWith('.product.template.json'));
  if (product === undefined) throw new Error('the product has no template');
  return { app, outdir, template: read(`${stack}.template.json`), product: read(product.source.path) };
}

/** Without the CDK's own validation of templates, which takes seconds: for whom they are not what is looked at. */
export function synthesizeUnchecked(settings: Settings): Synthesized {
  process.env['CDK_VALIDATION'] = 'false';
  try {
    return synthesize(settings);
  } finally {
    delete process.env['CDK_VALIDATION'];
  }
}

export const ofType = (template: Template, type: string): [string, TemplateResource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

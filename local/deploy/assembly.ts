import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Asset, AssetSource } from './assets.ts';
import type { Target } from './deployment.ts';
import { DeployError } from './errors.ts';

const Artifact = z.object({
  type: z.string(),
  dependencies: z.array(z.string()).default([]),
  properties: z.record(z.string(), z.unknown()).default({}),
});

const StackProperties = z.object({
  templateFile: z.string(),
  parameters: z.record(z.string(), z.string()).default({}),
  tags: z.record(z.string(), z.string()).default({}),
  stackName: z.string().optional(),
});

const AssetManifest = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({
          path: z.string().optional(),
          packaging: z.enum(['file', 'zip']).default('file'),
          executable: z.array(z.string()).optional(),
        }),
        destinations: z.record(z.string(), z.object({ bucketName: z.string(), objectKey: z.string() })),
      }),
    )
    .default({}),
  dockerImages: z.record(z.string(), z.unknown()).default({}),
});

/** A stack of a cloud assembly. */
export interface AssemblyStack {
  readonly name: string;
  readonly template: unknown;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface PublishedAsset extends Asset {
  readonly bucket: string;
  readonly key: string;
}

export interface Assembly {
  /** A stack comes after those that it depends on. */
  readonly stacks: readonly AssemblyStack[];
  readonly files: readonly PublishedAsset[];
  readonly assets: AssetSource;
}

const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** Reads what `cdk synth` wrote: stacks in the order of their dependencies, and the assets that they use. */
export function readAssembly(folder: string, target: Target): Assembly {
  const path = join(folder, 'manifest.json');
  if (!existsSync(path)) throw new DeployError('TemplateInvalid', { stack: folder }, 'there is no manifest.json: nothing was synthesized');
  const manifest = z.object({ artifacts: z.record(z.string(), Artifact).default({}) }).parse(json(path));
  const stacks: AssemblyStack[] = [];
  const files: PublishedAsset[] = [];
  for (const id of inOrder(manifest.artifacts)) {
    const { type, properties } = manifest.artifacts[id] as z.infer<typeof Artifact>;
    if (type === 'aws:cloudformation:stack') {
      const { templateFile, stackName, parameters, tags } = StackProperties.parse(properties);
      stacks.push({ name: stackName ?? id, template: json(join(folder, templateFile)), parameters, tags });
    } else if (type === 'cdk:asset-manifest') {
      files.push(...assetsOf(folder, join(folder, String(properties['file'])), target));
    } else if (type === 'cdk:cloud-assembly') {
      const nested = readAssembly(join(folder, String(properties['directoryName'])), target);
      stacks.push(...nested.stacks);
      files.push(...nested.files);
    } else if (type !== 'cdk:tree' && type !== 'cdk:feature-flag-report' && type !== 'aws:cdk:asset') {
      throw new DeployError('TemplateInvalid', { stack: id }, `the assembly has an artifact of the unknown type ${type}`);
    }
  }
  const places = new Map(files.map((file) => [`${file.bucket}/${file.key}`, file]));
  return { stacks, files: [...places.values()], assets: { find: (bucket, key) => places.get(`${bucket}/${key}`) } };
}

function inOrder(artifacts: Readonly<Record<string, z.infer<typeof Artifact>>>): string[] {
  const order: string[] = [];
  const visit = (id: string, trail: readonly string[]): void => {
    if (trail.includes(id))
      throw new DeployError('DependencyCycle', { stack: id }, `stacks wait for each other: ${[...trail, id].join(' → ')}`);
    if (order.includes(id) || artifacts[id] === undefined) return;
    for (const need of artifacts[id].dependencies) visit(need, [...trail, id]);
    order.push(id);
  };
  for (const id of Object.keys(artifacts)) visit(id, []);
  return order;
}

function assetsOf(folder: string, path: string, target: Target): PublishedAsset[] {
  const manifest = AssetManifest.parse(json(path));
  const [image] = Object.keys(manifest.dockerImages);
  if (image !== undefined)
    throw new DeployError('TemplateInvalid', { stack: path }, `container image assets (${image}) are not built locally`);
  const concrete = (value: string): string =>
    value
      .replaceAll('${AWS::AccountId}', target.accountId)
      .replaceAll('${AWS::Region}', target.region)
      .replaceAll('${AWS::Partition}', target.partition);
  return Object.entries(manifest.files).flatMap(([id, { source, destinations }]) => {
    if (source.path === undefined)
      throw new DeployError('TemplateInvalid', { stack: path }, `asset ${id} is made by a command, not a file`);
    const asset = { path: join(folder, source.path), packaging: source.packaging };
    return Object.values(destinations).map(({ bucketName, objectKey }) => ({
      ...asset,
      bucket: concrete(bucketName),
      key: concrete(objectKey),
    }));
  });
}

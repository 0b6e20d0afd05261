import { CreateBucketCommand, HeadBucketCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { readFile } from 'node:fs/promises';
import { unlessAbsent } from './absent.ts';
import { type PublishedAsset, readAssembly } from './assembly.ts';
import { type ClientConfig, clientsFor } from './clients.ts';
import type { DeployProgress, Target } from './deployment.ts';
import { type DeployedStack, deployTemplate } from './stack.ts';

export interface AssemblyOptions extends Target {
  /** `cdk.out`. */
  readonly assemblyFolder: string;
  /** Endpoint and credentials that every call is made with. */
  readonly client: ClientConfig;
  readonly stateFolder?: string;
  readonly onProgress?: (event: DeployProgress) => void;
}

/**
 * Deploys every stack of a cloud assembly. File assets (product templates) are first published to the bucket that the
 * bootstrap stack would have made; folders are not: the custom resource that unzips them reads the assembly itself.
 */
export async function deployAssembly(options: AssemblyOptions): Promise<readonly DeployedStack[]> {
  const assembly = readAssembly(options.assemblyFolder, options);
  await publish(options, productTemplates(assembly));
  const deployed: DeployedStack[] = [];
  for (const { name, template, parameters, tags } of assembly.stacks) {
    deployed.push(await deployTemplate({ ...options, name, template, parameters, tags, assets: assembly.assets }));
  }
  return deployed;
}

/** The templates that products are launched from. A stack's own template is an asset too, which nobody reads here. */
function productTemplates(assembly: ReturnType<typeof readAssembly>): PublishedAsset[] {
  const text = assembly.stacks.map(({ template }) => JSON.stringify(template)).join('\n');
  return assembly.files.filter(({ packaging, key, path }) => packaging === 'file' && path.endsWith('.json') && text.includes(key));
}

async function publish({ client, region }: AssemblyOptions, files: readonly PublishedAsset[]): Promise<void> {
  const { s3 } = clientsFor(client);
  for (const Bucket of new Set(files.map(({ bucket }) => bucket))) {
    if ((await unlessAbsent(s3.send(new HeadBucketCommand({ Bucket })))) !== undefined) continue;
    const CreateBucketConfiguration = { LocationConstraint: region as 'eu-west-1' };
    await s3.send(new CreateBucketCommand({ Bucket, ...(region === 'us-east-1' ? {} : { CreateBucketConfiguration }) }));
  }
  await Promise.all(
    files.map(async ({ bucket: Bucket, key: Key, path }) => {
      // The key is the hash of the content.
      if ((await unlessAbsent(s3.send(new HeadObjectCommand({ Bucket, Key })))) !== undefined) return;
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: await readFile(path), ContentType: 'application/json' }));
    }),
  );
}

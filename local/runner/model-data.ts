import { rm } from 'node:fs/promises';
import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ContainerDefinition, CreateModelInput } from '@aws-sdk/client-sagemaker';
import type { PlatformClientConfig } from '../gateway/platform.ts';
import { HostingFailure } from './hosting-interface.ts';
import { originOf, type RoleSession } from './role-session.ts';
import { parseS3Uri } from './s3-locations.ts';
import { downloadObject, downloadPrefix, s3Client, unpackArchive } from './s3-transfer.ts';

/** What to look at before a model is accepted, and where its files come from: the fields of a container that say so. */
type Data = Pick<ContainerDefinition, 'ModelDataUrl' | 'ModelDataSource' | 'Mode'>;

/** Whether a container's archive is there and its role may read it; CreateModel refuses a model without. */
export async function modelDataAccessible(container: Data, config: () => Promise<PlatformClientConfig>): Promise<boolean> {
  const uri = container.ModelDataUrl;
  if (uri === undefined) return true;
  const { bucket, key } = parseS3Uri(uri);
  const client = s3Client(await config());
  // A multi-model container has a prefix, which need not hold anything yet.
  const look =
    container.Mode === 'MultiModel'
      ? client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 }))
      : client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  return look.then(
    () => true,
    () => false,
  );
}

/**
 * Puts a model's files into `folder` as SageMaker does: model.tar.gz unpacked, or the objects below a prefix as they are. Of a model
 * of several containers `model` is what one of them sees, as its PrimaryContainer.
 * @param archive where the archive lies until it is unpacked
 * @param options `name`: of the container, as SageMaker's errors count them
 */
export async function fetchModel(
  model: CreateModelInput,
  folder: string,
  archive: string,
  role: RoleSession,
  sandbox: string,
  vpcId: string | undefined,
  { name = 'container_1', signal = new AbortController().signal }: { readonly name?: string; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const container = model.PrimaryContainer ?? model.Containers?.[0];
  const source = container?.ModelDataSource?.S3DataSource;
  const uri = container?.ModelDataUrl ?? source?.S3Uri;
  if (uri === undefined) return;
  try {
    const client = s3Client(await role.config(originOf(sandbox, vpcId)));
    if (source?.CompressionType === 'None') {
      await downloadPrefix(client, uri, folder, signal);
      return;
    }
    const { bucket, key } = parseS3Uri(uri);
    await downloadObject(client, bucket, key, archive, signal);
  } catch (error) {
    throw new HostingFailure(
      `Failed to download model data for container "${name}" from URL: "${uri}". Please ensure that there is an object located at the URL and that the role passed to CreateModel has permissions to download the object. (${(error as Error).message})`,
      { cause: error },
    );
  }
  await unpackArchive(archive, folder).catch((error: unknown) => {
    throw new HostingFailure(
      `Failed to extract model data archive for container "${name}" from URL "${uri}". Please ensure that the object located at the URL is a valid tar.gz archive. (${(error as Error).message})`,
      { cause: error },
    );
  });
  await rm(archive, { force: true });
}

import { rm } from 'node:fs/promises';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { CreateModelInput } from '@aws-sdk/client-sagemaker';
import { HostingFailure } from './hosting-interface.ts';
import { originOf, type RoleSession } from './role-session.ts';
import { parseS3Uri } from './s3-locations.ts';
import { downloadObject, downloadPrefix, s3Client, unpackArchive } from './s3-transfer.ts';

/** Whether the model's archive is there and its role may read it; CreateModel refuses a model without. */
export async function modelDataAccessible(
  model: CreateModelInput,
  role: RoleSession,
  sandbox: string,
  vpcId: string | undefined,
): Promise<boolean> {
  const uri = (model.PrimaryContainer ?? model.Containers?.[0])?.ModelDataUrl;
  if (uri === undefined) return true;
  const { bucket, key } = parseS3Uri(uri);
  const client = s3Client(await role.config(originOf(sandbox, vpcId)));
  return client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).then(
    () => true,
    () => false,
  );
}

/** Puts a model's files into `folder` as SageMaker does: model.tar.gz unpacked, or the objects below a prefix as they are. */
export async function fetchModel(
  model: CreateModelInput,
  folder: string,
  archive: string,
  role: RoleSession,
  sandbox: string,
  vpcId: string | undefined,
): Promise<void> {
  const container = model.PrimaryContainer ?? model.Containers?.[0];
  const source = container?.ModelDataSource?.S3DataSource;
  const uri = container?.ModelDataUrl ?? source?.S3Uri;
  if (uri === undefined) return;
  const signal = new AbortController().signal;
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
      `Failed to download model data for container "container_1" from URL: "${uri}". Please ensure that there is an object located at the URL and that the role passed to CreateModel has permissions to download the object. (${(error as Error).message})`,
      { cause: error },
    );
  }
  await unpackArchive(archive, folder).catch((error: unknown) => {
    throw new HostingFailure(
      `Failed to extract model data archive for container "container_1" from URL "${uri}". Please ensure that the object located at the URL is a valid tar.gz archive. (${(error as Error).message})`,
      { cause: error },
    );
  });
  await rm(archive, { force: true });
}

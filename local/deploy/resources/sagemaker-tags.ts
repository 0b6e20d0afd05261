import { AddTagsCommand, DeleteTagsCommand } from '@aws-sdk/client-sagemaker';
import type { ResourceContext } from '../resource-type.ts';
import { goneKeys, type Tags, writable } from '../shapes.ts';

export const tagsAtCreation = (tags: Tags): { Tags?: { Key: string; Value: string }[] } =>
  (tags ?? []).length === 0 ? {} : { Tags: writable(tags) };

export async function updateTags({ aws }: ResourceContext, ResourceArn: string, next: Tags, previous: Tags): Promise<void> {
  const gone = goneKeys(previous, next);
  if (gone.length > 0) await aws.sagemaker.send(new DeleteTagsCommand({ ResourceArn, TagKeys: gone }));
  if ((next ?? []).length > 0 && JSON.stringify(next) !== JSON.stringify(previous))
    await aws.sagemaker.send(new AddTagsCommand({ ResourceArn, Tags: writable(next) }));
}

/** The name at the end of a SageMaker ARN: Ref gives ARNs, the API takes names. */
export const nameIn = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

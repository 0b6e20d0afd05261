import { TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-codeartifact';
import type { ResourceContext } from '../resource-type.ts';
import { goneKeys, type Tags } from '../shapes.ts';

/** CodeArtifact writes its tags in lower case. */
export const lowerTags = (tags: Tags): { key: string; value: string }[] =>
  (tags ?? []).map(({ Key, Value }) => ({ key: Key, value: Value }));

export async function updateTags({ aws }: ResourceContext, resourceArn: string, next: Tags, previous: Tags): Promise<void> {
  const gone = goneKeys(previous, next);
  if (gone.length > 0) await aws.codeartifact.send(new UntagResourceCommand({ resourceArn, tagKeys: gone }));
  if ((next ?? []).length > 0 && JSON.stringify(next) !== JSON.stringify(previous))
    await aws.codeartifact.send(new TagResourceCommand({ resourceArn, tags: lowerTags(next) }));
}

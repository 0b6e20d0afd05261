import { CreateTagsCommand, DeleteTagsCommand, type ResourceType as Ec2ResourceType } from '@aws-sdk/client-ec2';
import type { ResourceContext } from '../resource-type.ts';
import { goneKeys, type Tags, writable } from '../shapes.ts';

export const tagsAtCreation = (
  resourceType: Ec2ResourceType,
  tags: Tags,
): { TagSpecifications?: { ResourceType: Ec2ResourceType; Tags: { Key: string; Value: string }[] }[] } =>
  (tags ?? []).length === 0 ? {} : { TagSpecifications: [{ ResourceType: resourceType, Tags: writable(tags) }] };

export async function updateTags(context: ResourceContext, id: string, next: Tags, previous: Tags): Promise<void> {
  const gone = goneKeys(previous, next);
  if (gone.length > 0) await context.aws.ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: gone.map((Key) => ({ Key })) }));
  if ((next ?? []).length > 0) await context.aws.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: writable(next) }));
}

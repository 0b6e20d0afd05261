import { CreateAliasCommand, DeleteAliasCommand, paginateListAliases, UpdateAliasCommand } from '@aws-sdk/client-kms';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { type ResourceContext, resourceType } from '../resource-type.ts';
import { text } from '../shapes.ts';

async function exists({ aws }: ResourceContext, name: string): Promise<boolean> {
  for await (const page of paginateListAliases({ client: aws.kms }, {}))
    if (page.Aliases?.some(({ AliasName }) => AliasName === name) === true) return true;
  return false;
}

export const kmsAlias = resourceType({
  type: 'AWS::KMS::Alias',
  properties: z.strictObject({ AliasName: text, TargetKeyId: text }),
  attributeNames: [],
  replaceOn: ['AliasName'],
  nameProperty: 'AliasName',
  async create({ aws }, { AliasName, TargetKeyId }) {
    await aws.kms.send(new CreateAliasCommand({ AliasName, TargetKeyId }));
    return AliasName;
  },
  async update({ aws }, AliasName, { TargetKeyId }) {
    await aws.kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId }));
  },
  async remove({ aws }, AliasName) {
    await unlessAbsent(aws.kms.send(new DeleteAliasCommand({ AliasName })));
  },
  async attributes(context, name) {
    return (await exists(context, name)) ? {} : undefined;
  },
  async find(context, { AliasName }) {
    return (await exists(context, AliasName)) ? AliasName : undefined;
  },
});

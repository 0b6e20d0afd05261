import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  GetParameterCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
} from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { omit } from '../omit.ts';
import { resourceType } from '../resource-type.ts';
import { text } from '../shapes.ts';

const properties = z.strictObject({
  Name: text.optional(),
  Type: z.enum(['String', 'StringList']),
  Value: text,
  Description: text.optional(),
  AllowedPattern: text.optional(),
  DataType: text.optional(),
  Tier: z.enum(['Standard', 'Advanced', 'Intelligent-Tiering']).optional(),
  Tags: z.record(z.string(), text).optional(),
});

const listed = (tags: Readonly<Record<string, string>> | undefined): { Key: string; Value: string }[] =>
  Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));

export const ssmParameter = resourceType({
  type: 'AWS::SSM::Parameter',
  properties,
  attributeNames: ['Type', 'Value'],
  tags: 'map',
  replaceOn: ['Name'],
  nameProperty: 'Name',
  async create(context, { Tags, Name, ...rest }) {
    const name = Name ?? context.name(512);
    await context.aws.ssm.send(new PutParameterCommand({ ...rest, Name: name, ...(Tags === undefined ? {} : { Tags: listed(Tags) }) }));
    return name;
  },
  async update({ aws }, Name, { Tags, ...others }, previous) {
    const rest = omit(others, 'Name');
    await aws.ssm.send(new PutParameterCommand({ ...rest, Name, Overwrite: true }));
    const target = { ResourceType: 'Parameter', ResourceId: Name } as const;
    const gone = Object.keys(previous.Tags ?? {}).filter((key) => !Object.hasOwn(Tags ?? {}, key));
    if (gone.length > 0) await aws.ssm.send(new RemoveTagsFromResourceCommand({ ...target, TagKeys: gone }));
    if (Object.keys(Tags ?? {}).length > 0) await aws.ssm.send(new AddTagsToResourceCommand({ ...target, Tags: listed(Tags) }));
  },
  async remove({ aws }, Name) {
    await unlessAbsent(aws.ssm.send(new DeleteParameterCommand({ Name })));
  },
  async attributes({ aws }, Name) {
    const parameter = (await unlessAbsent(aws.ssm.send(new GetParameterCommand({ Name }))))?.Parameter;
    return parameter === undefined ? undefined : { Type: parameter.Type ?? '', Value: parameter.Value ?? '' };
  },
  async find(context, { Name }) {
    return (await unlessAbsent(context.aws.ssm.send(new GetParameterCommand({ Name: Name ?? context.name(512) }))))?.Parameter?.Name;
  },
});

import {
  AssociateKmsKeyCommand,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DisassociateKmsKeyCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { type ResourceContext, resourceType } from '../resource-type.ts';
import { goneKeys, tagMap, tags, text, whole } from '../shapes.ts';

const properties = z.strictObject({
  LogGroupName: text.optional(),
  KmsKeyId: text.optional(),
  RetentionInDays: whole.optional(),
  LogGroupClass: z.enum(['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY']).optional(),
  Tags: tags,
});

const arnOf = ({ partition, region, accountId }: ResourceContext, name: string): string =>
  `arn:${partition}:logs:${region}:${accountId}:log-group:${name}`;

async function exists({ aws }: ResourceContext, name: string): Promise<boolean> {
  const answer = await unlessAbsent(aws.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name })));
  return answer?.logGroups?.some(({ logGroupName }) => logGroupName === name) === true;
}

export const logsLogGroup = resourceType({
  type: 'AWS::Logs::LogGroup',
  properties,
  attributeNames: ['Arn'],
  tags: 'list',
  replaceOn: ['LogGroupName', 'LogGroupClass'],
  nameProperty: 'LogGroupName',
  async create(context, { LogGroupName, KmsKeyId, RetentionInDays, LogGroupClass, Tags }) {
    const logGroupName = LogGroupName ?? context.name(512);
    const tags = tagMap(Tags);
    await context.aws.logs.send(
      new CreateLogGroupCommand({
        logGroupName,
        kmsKeyId: KmsKeyId,
        logGroupClass: LogGroupClass,
        ...(Object.keys(tags).length > 0 ? { tags } : {}),
      }),
    );
    context.created(logGroupName);
    if (RetentionInDays !== undefined)
      await context.aws.logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: RetentionInDays }));
    return logGroupName;
  },
  async update(context, logGroupName, next, previous) {
    const { logs } = context.aws;
    const resourceArn = arnOf(context, logGroupName);
    if (next.RetentionInDays !== undefined)
      await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: next.RetentionInDays }));
    else if (previous.RetentionInDays !== undefined) await logs.send(new DeleteRetentionPolicyCommand({ logGroupName }));
    if (next.KmsKeyId !== previous.KmsKeyId) {
      if (next.KmsKeyId !== undefined) await logs.send(new AssociateKmsKeyCommand({ logGroupName, kmsKeyId: next.KmsKeyId }));
      else await logs.send(new DisassociateKmsKeyCommand({ logGroupName }));
    }
    const gone = goneKeys(previous.Tags, next.Tags);
    if (gone.length > 0) await logs.send(new UntagResourceCommand({ resourceArn, tagKeys: gone }));
    if ((next.Tags ?? []).length > 0) await logs.send(new TagResourceCommand({ resourceArn, tags: tagMap(next.Tags) }));
  },
  async remove({ aws }, logGroupName) {
    await unlessAbsent(aws.logs.send(new DeleteLogGroupCommand({ logGroupName })));
  },
  async attributes(context, name) {
    return (await exists(context, name)) ? { Arn: `${arnOf(context, name)}:*` } : undefined;
  },
  async find(context, { LogGroupName }) {
    const name = LogGroupName ?? context.name(512);
    return (await exists(context, name)) ? name : undefined;
  },
});

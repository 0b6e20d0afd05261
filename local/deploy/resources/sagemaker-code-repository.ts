import { CreateCodeRepositoryCommand, DeleteCodeRepositoryCommand, DescribeCodeRepositoryCommand } from '@aws-sdk/client-sagemaker';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { resourceType } from '../resource-type.ts';
import { tags, text } from '../shapes.ts';
import { nameIn, tagsAtCreation, updateTags } from './sagemaker-tags.ts';

const properties = z.strictObject({
  CodeRepositoryName: text.optional(),
  GitConfig: z.strictObject({ RepositoryUrl: text, Branch: text.optional(), SecretArn: text.optional() }),
  Tags: tags,
});

export const sagemakerCodeRepository = resourceType({
  type: 'AWS::SageMaker::CodeRepository',
  properties,
  attributeNames: ['CodeRepositoryName', 'CodeRepositoryArn', 'Id'],
  tags: 'list',
  replaceOn: ['CodeRepositoryName', 'GitConfig'],
  nameProperty: 'CodeRepositoryName',
  async create(context, { CodeRepositoryName, GitConfig, Tags }) {
    const name = CodeRepositoryName ?? context.name(63);
    const answer = await context.aws.sagemaker.send(
      new CreateCodeRepositoryCommand({ CodeRepositoryName: name, GitConfig, ...tagsAtCreation(Tags) }),
    );
    return answer.CodeRepositoryArn ?? '';
  },
  async update(context, arn, next, previous) {
    await updateTags(context, arn, next.Tags, previous.Tags);
  },
  async remove({ aws }, arn) {
    await unlessAbsent(aws.sagemaker.send(new DeleteCodeRepositoryCommand({ CodeRepositoryName: nameIn(arn) })));
  },
  async attributes({ aws }, arn) {
    const name = nameIn(arn);
    const answer = await unlessAbsent(aws.sagemaker.send(new DescribeCodeRepositoryCommand({ CodeRepositoryName: name })));
    return answer === undefined ? undefined : { CodeRepositoryName: name, CodeRepositoryArn: arn, Id: arn };
  },
});

import {
  CreateNotebookInstanceLifecycleConfigCommand,
  DeleteNotebookInstanceLifecycleConfigCommand,
  DescribeNotebookInstanceLifecycleConfigCommand,
  UpdateNotebookInstanceLifecycleConfigCommand,
} from '@aws-sdk/client-sagemaker';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { type ResourceContext, resourceType } from '../resource-type.ts';
import { tags, text } from '../shapes.ts';
import { nameIn, tagsAtCreation, updateTags } from './sagemaker-tags.ts';

const hooks = z
  .array(z.strictObject({ Content: text }))
  .max(1)
  .optional();
const properties = z.strictObject({ NotebookInstanceLifecycleConfigName: text.optional(), OnCreate: hooks, OnStart: hooks, Tags: tags });

const describe = async ({ aws }: ResourceContext, name: string) =>
  await unlessAbsent(aws.sagemaker.send(new DescribeNotebookInstanceLifecycleConfigCommand({ NotebookInstanceLifecycleConfigName: name })));

export const sagemakerNotebookInstanceLifecycleConfig = resourceType({
  type: 'AWS::SageMaker::NotebookInstanceLifecycleConfig',
  properties,
  attributeNames: ['NotebookInstanceLifecycleConfigName', 'NotebookInstanceLifecycleConfigArn', 'Id'],
  tags: 'list',
  replaceOn: ['NotebookInstanceLifecycleConfigName'],
  nameProperty: 'NotebookInstanceLifecycleConfigName',
  async create(context, { NotebookInstanceLifecycleConfigName, OnCreate, OnStart, Tags }) {
    const answer = await context.aws.sagemaker.send(
      new CreateNotebookInstanceLifecycleConfigCommand({
        NotebookInstanceLifecycleConfigName: NotebookInstanceLifecycleConfigName ?? context.name(63),
        OnCreate,
        OnStart,
        ...tagsAtCreation(Tags),
      }),
    );
    return answer.NotebookInstanceLifecycleConfigArn ?? '';
  },
  async update(context, arn, next, previous) {
    // A hook that is left out keeps its script; an empty list is how the API takes it away.
    await context.aws.sagemaker.send(
      new UpdateNotebookInstanceLifecycleConfigCommand({
        NotebookInstanceLifecycleConfigName: nameIn(arn),
        OnCreate: next.OnCreate ?? (previous.OnCreate === undefined ? undefined : []),
        OnStart: next.OnStart ?? (previous.OnStart === undefined ? undefined : []),
      }),
    );
    await updateTags(context, arn, next.Tags, previous.Tags);
  },
  async remove({ aws }, arn) {
    await unlessAbsent(
      aws.sagemaker.send(new DeleteNotebookInstanceLifecycleConfigCommand({ NotebookInstanceLifecycleConfigName: nameIn(arn) })),
    );
  },
  async attributes(context, arn) {
    const name = nameIn(arn);
    if ((await describe(context, name)) === undefined) return undefined;
    return { NotebookInstanceLifecycleConfigName: name, NotebookInstanceLifecycleConfigArn: arn, Id: arn };
  },
  async find(context, { NotebookInstanceLifecycleConfigName }) {
    return (await describe(context, NotebookInstanceLifecycleConfigName ?? context.name(63)))?.NotebookInstanceLifecycleConfigArn;
  },
});

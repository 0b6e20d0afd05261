import {
  CreateNotebookInstanceCommand,
  DeleteNotebookInstanceCommand,
  DescribeNotebookInstanceCommand,
  StartNotebookInstanceCommand,
  StopNotebookInstanceCommand,
  UpdateNotebookInstanceCommand,
} from '@aws-sdk/client-sagemaker';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { omit } from '../omit.ts';
import { type ResourceContext, resourceType } from '../resource-type.ts';
import { tags, text, texts, whole } from '../shapes.ts';
import { nameIn, tagsAtCreation, updateTags } from './sagemaker-tags.ts';

const onOff = z.enum(['Enabled', 'Disabled']).optional();
const properties = z.strictObject({
  NotebookInstanceName: text.optional(),
  InstanceType: z.string(),
  RoleArn: text,
  SubnetId: text.optional(),
  SecurityGroupIds: texts.optional(),
  KmsKeyId: text.optional(),
  LifecycleConfigName: text.optional(),
  DirectInternetAccess: onOff,
  RootAccess: onOff,
  InstanceMetadataServiceConfiguration: z.strictObject({ MinimumInstanceMetadataServiceVersion: text }).optional(),
  PlatformIdentifier: text.optional(),
  VolumeSizeInGB: whole.optional(),
  DefaultCodeRepository: text.optional(),
  AdditionalCodeRepositories: texts.optional(),
  Tags: tags,
});

const describe = async ({ aws }: ResourceContext, name: string) =>
  await unlessAbsent(aws.sagemaker.send(new DescribeNotebookInstanceCommand({ NotebookInstanceName: name })));

/** CloudFormation waits too: until the instance is in a state, or gone when none is named. Six minutes: lifecycle scripts have five. */
async function reach(context: ResourceContext, name: string, wanted?: string): Promise<void> {
  const deadline = Date.now() + 360_000;
  while (Date.now() < deadline) {
    const answer = await describe(context, name);
    if (wanted === undefined ? answer === undefined : answer?.NotebookInstanceStatus === wanted) return;
    if (answer?.NotebookInstanceStatus === 'Failed')
      throw new Error(`the notebook instance failed: ${answer.FailureReason ?? 'no reason given'}`);
    await pause(250);
  }
  throw new Error(`the notebook instance did not become ${wanted ?? 'deleted'} in six minutes`);
}

export const sagemakerNotebookInstance = resourceType({
  type: 'AWS::SageMaker::NotebookInstance',
  properties,
  attributeNames: ['NotebookInstanceName', 'NotebookInstanceArn', 'Id'],
  tags: 'list',
  replaceOn: ['NotebookInstanceName', 'SubnetId', 'SecurityGroupIds', 'KmsKeyId', 'DirectInternetAccess', 'PlatformIdentifier'],
  nameProperty: 'NotebookInstanceName',
  async create(context, { NotebookInstanceName, Tags, ...rest }) {
    const name = NotebookInstanceName ?? context.name(63);
    const answer = await context.aws.sagemaker.send(
      new CreateNotebookInstanceCommand({
        ...(rest as typeof rest & { InstanceType: 'ml.t3.medium' }),
        NotebookInstanceName: name,
        ...tagsAtCreation(Tags),
      }),
    );
    const arn = answer.NotebookInstanceArn ?? '';
    context.created(arn);
    await reach(context, name, 'InService');
    return arn;
  },
  async update(context, arn, next, previous) {
    const { sagemaker } = context.aws;
    const NotebookInstanceName = nameIn(arn);
    const { Tags, LifecycleConfigName, ...others } = next;
    const rest = omit(
      others,
      'NotebookInstanceName',
      'SubnetId',
      'SecurityGroupIds',
      'KmsKeyId',
      'DirectInternetAccess',
      'PlatformIdentifier',
    );
    const status = (await describe(context, NotebookInstanceName))?.NotebookInstanceStatus;
    if (status === 'Pending') await reach(context, NotebookInstanceName, 'InService');
    // Only a stopped instance can be changed.
    if (status !== 'Stopped' && status !== 'Failed') {
      await sagemaker.send(new StopNotebookInstanceCommand({ NotebookInstanceName }));
      await reach(context, NotebookInstanceName, 'Stopped');
    }
    await sagemaker.send(
      new UpdateNotebookInstanceCommand({
        ...(rest as typeof rest & { InstanceType: 'ml.t3.medium' }),
        NotebookInstanceName,
        ...(LifecycleConfigName === undefined
          ? { DisassociateLifecycleConfig: previous.LifecycleConfigName !== undefined }
          : { LifecycleConfigName }),
      }),
    );
    await reach(context, NotebookInstanceName, 'Stopped');
    await sagemaker.send(new StartNotebookInstanceCommand({ NotebookInstanceName }));
    await reach(context, NotebookInstanceName, 'InService');
    await updateTags(context, arn, Tags, previous.Tags);
  },
  async remove(context, arn) {
    const { sagemaker } = context.aws;
    const NotebookInstanceName = nameIn(arn);
    const status = (await describe(context, NotebookInstanceName))?.NotebookInstanceStatus;
    if (status === undefined) return;
    if (status === 'InService' || status === 'Pending') {
      if (status === 'Pending') await reach(context, NotebookInstanceName, 'InService').catch(() => undefined);
      await unlessAbsent(sagemaker.send(new StopNotebookInstanceCommand({ NotebookInstanceName })));
    }
    if (status !== 'Failed' && status !== 'Deleting') await reach(context, NotebookInstanceName, 'Stopped');
    await unlessAbsent(sagemaker.send(new DeleteNotebookInstanceCommand({ NotebookInstanceName })));
    await reach(context, NotebookInstanceName);
  },
  async attributes(context, arn) {
    const name = nameIn(arn);
    return (await describe(context, name)) === undefined ? undefined : { NotebookInstanceName: name, NotebookInstanceArn: arn, Id: arn };
  },
  async find(context, { NotebookInstanceName }) {
    return (await describe(context, NotebookInstanceName ?? context.name(63)))?.NotebookInstanceArn;
  },
});

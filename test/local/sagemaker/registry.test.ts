import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreateLogGroupCommand, CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  BatchDescribeModelPackageCommand,
  CreateModelPackageCommand,
  CreateModelPackageGroupCommand,
  DeleteModelPackageCommand,
  DeleteModelPackageGroupCommand,
  DescribeModelPackageCommand,
  DescribeModelPackageGroupCommand,
  ListModelPackageGroupsCommand,
  ListModelPackagesCommand,
  ListTagsCommand,
  SageMakerClient,
  UpdateModelPackageCommand,
  type CreateModelPackageCommandInput,
} from '@aws-sdk/client-sagemaker';
import { allow, deny, refusal } from '../gateway/running-gateway.ts';
import { BUCKET, IMAGE, startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

const PREFIX = 'arn:aws:sagemaker:eu-west-1:111122223333';
const InferenceSpecification = {
  Containers: [{ Image: IMAGE, ModelDataUrl: `s3://${BUCKET}/models/one/model.tar.gz` }],
  SupportedContentTypes: ['text/csv'],
  SupportedResponseMIMETypes: ['text/csv'],
};

let lab: RunningSageMaker;
beforeAll(async () => {
  lab = await startRunningSageMaker();
}, 300_000);
afterAll(() => lab.stop(), 60_000);

const group = (ModelPackageGroupName: string) => lab.sageMaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName }));
const register = async (ModelPackageGroupName: string, more: Partial<CreateModelPackageCommandInput> = {}) =>
  (await lab.sageMaker.send(new CreateModelPackageCommand({ ModelPackageGroupName, InferenceSpecification, ...more }))).ModelPackageArn ??
  '';
const details = (ModelPackageName: string) => lab.sageMaker.send(new DescribeModelPackageCommand({ ModelPackageName }));

describe('the model registry', () => {
  it('numbers the versions of a group, and gives no number twice', async () => {
    expect((await group('churn')).ModelPackageGroupArn).toBe(`${PREFIX}:model-package-group/churn`);
    expect(await register('churn')).toBe(`${PREFIX}:model-package/churn/1`);
    // The group may be named by its ARN.
    expect(await register(`${PREFIX}:model-package-group/churn`)).toBe(`${PREFIX}:model-package/churn/2`);
    await lab.sageMaker.send(new DeleteModelPackageCommand({ ModelPackageName: `${PREFIX}:model-package/churn/2` }));
    expect(await register('churn')).toBe(`${PREFIX}:model-package/churn/3`);
    const listed = await lab.sageMaker.send(new ListModelPackagesCommand({ ModelPackageGroupName: 'churn', SortOrder: 'Ascending' }));
    expect(listed.ModelPackageSummaryList?.map(({ ModelPackageVersion }) => ModelPackageVersion)).toEqual([1, 3]);
  });

  it('describes a version as it was registered, by ARN and by name, waiting for approval', async () => {
    await group('described');
    const given = {
      ModelPackageDescription: 'a first one',
      CustomerMetadataProperties: { team: 'lab', stage: 'draft' },
      ModelMetrics: { ModelQuality: { Statistics: { ContentType: 'application/json', S3Uri: `s3://${BUCKET}/metrics.json` } } },
      DriftCheckBaselines: { ModelQuality: { Statistics: { ContentType: 'application/json', S3Uri: `s3://${BUCKET}/drift.json` } } },
      MetadataProperties: { CommitId: 'abc' },
    };
    const arn = await register('described', given);
    const answer = await details(arn);
    expect(answer).toMatchObject({
      ...given,
      InferenceSpecification,
      ModelPackageGroupName: 'described',
      ModelPackageVersion: 1,
      ModelPackageStatus: 'Completed',
      ModelPackageStatusDetails: { ValidationStatuses: [] },
      ModelApprovalStatus: 'PendingManualApproval',
      CertifyForMarketplace: false,
      CreatedBy: { IamIdentity: { Arn: expect.stringContaining('user/administrator') } },
    });
    expect(answer.ModelPackageName).toBeUndefined();
    expect((await details('described/1')).ModelPackageArn).toBe(arn);
  });

  it('changes what an update names and nothing else', async () => {
    await group('updated');
    const ModelPackageArn = await register('updated', { CustomerMetadataProperties: { a: '1', b: '2' } });
    const update = (more: object) => lab.sageMaker.send(new UpdateModelPackageCommand({ ModelPackageArn, ...more }));
    await update({ ModelApprovalStatus: 'Approved', ApprovalDescription: 'good', CustomerMetadataProperties: { b: '3', c: '4' } });
    await update({ CustomerMetadataPropertiesToRemove: ['a'] });
    await update({ AdditionalInferenceSpecificationsToAdd: [{ Name: 'second', Containers: InferenceSpecification.Containers }] });
    expect(await details(ModelPackageArn)).toMatchObject({
      ModelApprovalStatus: 'Approved',
      ApprovalDescription: 'good',
      CustomerMetadataProperties: { b: '3', c: '4' },
      AdditionalInferenceSpecifications: [{ Name: 'second' }],
      InferenceSpecification,
    });
    expect((await details(ModelPackageArn)).CustomerMetadataProperties).not.toHaveProperty('a');
    const approved = await lab.sageMaker.send(
      new ListModelPackagesCommand({ ModelPackageGroupName: 'updated', ModelApprovalStatus: 'Approved' }),
    );
    expect(approved.ModelPackageSummaryList).toHaveLength(1);
  });

  it('keeps packages without versions apart', async () => {
    const ModelPackageName = 'alone';
    await lab.sageMaker.send(new CreateModelPackageCommand({ ModelPackageName, InferenceSpecification }));
    expect(await details('alone')).toMatchObject({ ModelPackageName: 'alone', ModelPackageArn: `${PREFIX}:model-package/alone` });
    const names = async (type?: 'Versioned' | 'Unversioned' | 'Both') =>
      (await lab.sageMaker.send(new ListModelPackagesCommand({ MaxResults: 100, ...(type && { ModelPackageType: type }) })))
        .ModelPackageSummaryList?.length;
    expect(await names()).toBe(1);
    expect(await names('Both')).toBe(1 + ((await names('Versioned')) ?? 0));
  });

  it('takes the specification over from another package', async () => {
    await group('copies');
    const source = await register('copies');
    const copy = await register('copies', { InferenceSpecification: undefined, SourceUri: source });
    expect(await details(copy)).toMatchObject({ InferenceSpecification, SourceUri: source });
  });

  it('describes many at once, and says which are not there', async () => {
    await group('batch');
    const arn = await register('batch');
    const missing = `${PREFIX}:model-package/batch/9`;
    expect(await lab.sageMaker.send(new BatchDescribeModelPackageCommand({ ModelPackageArnList: [arn, missing] }))).toMatchObject({
      ModelPackageSummaries: { [arn]: { ModelPackageVersion: 1, InferenceSpecification } },
      BatchDescribeModelPackageErrorMap: { [missing]: { ErrorCode: 'ValidationException' } },
    });
  });

  it('pages through groups', async () => {
    for (const name of ['page-a', 'page-b', 'page-c']) await group(name);
    const names: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await lab.sageMaker.send(
        new ListModelPackageGroupsCommand({
          NameContains: 'page-',
          MaxResults: 2,
          SortBy: 'Name',
          SortOrder: 'Ascending',
          ...(NextToken && { NextToken }),
        }),
      );
      names.push(...(page.ModelPackageGroupSummaryList ?? []).map(({ ModelPackageGroupName = '' }) => ModelPackageGroupName));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(names).toEqual(['page-a', 'page-b', 'page-c']);
  });

  it('registers once for one token', async () => {
    await group('once');
    const ClientToken = 'one-token';
    expect(await register('once', { ClientToken })).toBe(await register('once', { ClientToken }));
  });

  it('has the tags of the group for its versions', async () => {
    await lab.sageMaker.send(
      new CreateModelPackageGroupCommand({ ModelPackageGroupName: 'tagged', Tags: [{ Key: 'Project', Value: 'test' }] }),
    );
    await register('tagged');
    const { Tags } = await lab.sageMaker.send(new ListTagsCommand({ ResourceArn: `${PREFIX}:model-package-group/tagged` }));
    expect(Tags).toEqual([{ Key: 'Project', Value: 'test' }]);
    const reader = await lab.role('reader', [
      allow('sagemaker:DescribeModelPackage', '*', { StringEquals: { 'aws:ResourceTag/Project': 'test' } }),
    ]);
    const client = new SageMakerClient(lab.as(reader));
    await client.send(new DescribeModelPackageCommand({ ModelPackageName: `${PREFIX}:model-package/tagged/1` }));
    await group('untagged');
    const other = await register('untagged');
    expect(await refusal(client.send(new DescribeModelPackageCommand({ ModelPackageName: other })))).toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  it('only lets those approve who may', async () => {
    await group('gated');
    const approval = (value: string) => ({ StringEquals: { 'sagemaker:ModelApprovalStatus': value } });
    const scientist = await lab.role('scientist', [
      allow(['sagemaker:CreateModelPackage', 'sagemaker:UpdateModelPackage'], `${PREFIX}:model-package/gated*`),
      deny(['sagemaker:CreateModelPackage', 'sagemaker:UpdateModelPackage'], '*', approval('Approved')),
    ]);
    const client = new SageMakerClient(lab.as(scientist));
    const create = (more: object) =>
      client.send(new CreateModelPackageCommand({ ModelPackageGroupName: 'gated', InferenceSpecification, ...more }));
    const { ModelPackageArn } = await create({});
    expect(await refusal(create({ ModelApprovalStatus: 'Approved' }))).toMatchObject({ name: 'AccessDeniedException' });
    const update = (ModelApprovalStatus: 'Approved' | 'Rejected') =>
      client.send(new UpdateModelPackageCommand({ ModelPackageArn, ModelApprovalStatus }));
    expect(await refusal(update('Approved'))).toMatchObject({ name: 'AccessDeniedException' });
    await update('Rejected');
    expect(
      await refusal(client.send(new CreateModelPackageCommand({ ModelPackageGroupName: 'churn', InferenceSpecification }))),
    ).toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  it.each<[string, () => Promise<unknown>, string, string]>([
    ['a second group of a name', () => group('churn'), 'ValidationException', 'Model Package Group already exists'],
    [
      'a group with versions',
      () => lab.sageMaker.send(new DeleteModelPackageGroupCommand({ ModelPackageGroupName: 'churn' })),
      'ConflictException',
      'still contains',
    ],
    ['an unknown group', () => register('nobody'), 'ValidationException', 'model-package-group/nobody does not exist'],
    [
      'an unknown group, described',
      () => lab.sageMaker.send(new DescribeModelPackageGroupCommand({ ModelPackageGroupName: 'nobody' })),
      'ValidationException',
      'does not exist',
    ],
    ['an unknown version', () => details('churn/77'), 'ValidationException', 'model-package/churn/77 does not exist'],
    [
      'a name and a group',
      () => register('churn', { ModelPackageName: 'both' }),
      'ValidationException',
      'Cannot determine which one to use',
    ],
    ['neither', () => lab.sageMaker.send(new CreateModelPackageCommand({ InferenceSpecification })), 'ValidationException', 'Missing ARN'],
    ['tags of a version', () => register('churn', { Tags: [{ Key: 'a', Value: 'b' }] }), 'ValidationException', 'versioned model package'],
    [
      'an unknown image',
      () => register('churn', { InferenceSpecification: { Containers: [{ Image: '1.dkr.ecr.eu-west-1.amazonaws.com/nothing:1' }] } }),
      'ValidationException',
      'not found',
    ],
    ['a model from elsewhere', () => register('churn', { SourceUri: 's3://somewhere/model' }), 'OperationNotEmulated', 'SourceUri'],
    [
      'a source algorithm',
      () => register('churn', { SourceAlgorithmSpecification: { SourceAlgorithms: [{ AlgorithmName: 'a' }] } }),
      'OperationNotEmulated',
      'SourceAlgorithmSpecification',
    ],
    ['a wrong status', () => register('churn', { ModelApprovalStatus: 'Perhaps' as 'Approved' }), 'ValidationException', 'enum value set'],
  ])('refuses %s', async (_what, action, name, message) => {
    const error = await refusal(action());
    expect(error.name).toBe(name);
    expect(error.message).toContain(message);
  });

  it('gives the container of a package for CreateModel, approved or not', async () => {
    const { createModelRegistry } = await import('../../../local/gateway/services/sagemaker/model-packages.ts');
    const { Tags } = await import('../../../local/gateway/services/sagemaker/tags.ts');
    await group('hosted');
    const [container] = InferenceSpecification.Containers;
    const further = { Name: 'further', Containers: [{ ...container, Environment: { A: 'b' } }] };
    const arn = await register('hosted', { AdditionalInferenceSpecifications: [further] });
    const registry = createModelRegistry(lab.platform, new Tags(), () => undefined);
    expect(registry.modelPackageContainer(arn)).toEqual(container);
    expect(registry.modelPackageContainer('hosted/1', 'further')).toEqual(further.Containers[0]);
    expect(() => registry.modelPackageContainer(arn, 'other')).toThrow('has no inference specification other');
    expect(() => registry.modelPackageContainer('hosted/2')).toThrow('does not exist');
  });

  it('tells EventBridge of each registration and each change of approval', async () => {
    const admin = lab.as(lab.administrator);
    const events = new EventBridgeClient(admin);
    await new CloudWatchLogsClient(admin).send(new CreateLogGroupCommand({ logGroupName: '/lab/approvals' }));
    await events.send(
      new PutRuleCommand({
        Name: 'approvals',
        EventPattern: JSON.stringify({
          source: ['aws.sagemaker'],
          'detail-type': ['SageMaker Model Package State Change'],
          detail: { ModelPackageGroupName: ['announced'] },
        }),
      }),
    );
    await events.send(
      new PutTargetsCommand({
        Rule: 'approvals',
        Targets: [{ Id: 'log', Arn: `arn:aws:logs:eu-west-1:111122223333:log-group:/lab/approvals` }],
      }),
    );
    await group('announced');
    const ModelPackageArn = await register('announced');
    await lab.sageMaker.send(new UpdateModelPackageCommand({ ModelPackageArn, ModelApprovalStatus: 'Approved' }));
    let told: { resources: string[]; detail: Record<string, unknown> }[] = [];
    for (let tries = 0; tries < 50 && told.length < 2; tries++) {
      await sleep(100);
      told = (await lab.log('/lab/approvals', '').catch((): string[] => [])).map((line) => JSON.parse(line) as (typeof told)[number]);
    }
    expect(told.map(({ detail }) => detail['ModelApprovalStatus']).sort()).toEqual(['Approved', 'PendingManualApproval']);
    expect(told[0]).toMatchObject({
      source: 'aws.sagemaker',
      account: '111122223333',
      resources: [ModelPackageArn],
      detail: { ModelPackageGroupName: 'announced', ModelPackageVersion: 1, ModelPackageArn, ModelPackageStatus: 'Completed' },
    });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CreateEndpointConfigCommand,
  CreateExperimentCommand,
  CreateFeatureGroupCommand,
  CreateModelCommand,
  CreateModelPackageCommand,
  CreateModelPackageGroupCommand,
  CreateNotebookInstanceCommand,
  CreatePipelineCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-sagemaker';
import type { Lab, ListFilters, ResourceKind, SearchableKind } from '@sealab/sdk';
import { labOfGateway } from './lab-of-gateway.ts';
import { pipelineRole } from './pipeline-definitions.ts';
import { IMAGE, startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

const NAMES = ['credit-a', 'credit-b', 'credit-c'];
let running: RunningSageMaker;
let lab: Lab;

/** Three of each kind that `lab.list` learnt late, one after the other. */
beforeAll(async () => {
  running = await startRunningSageMaker();
  lab = await labOfGateway(running);
  const { sageMaker, roleArn: ExecutionRoleArn, vpc } = running;
  const PipelineRole = await pipelineRole(running.as(running.administrator), running, 'pipeline');
  const PipelineDefinition = JSON.stringify({
    Version: '2020-12-01',
    Parameters: [],
    Steps: [{ Name: 'Stop', Type: 'Fail', Arguments: { ErrorMessage: 'enough' } }],
  });
  const container = { Image: IMAGE, ModelDataUrl: await running.put('model/model.tar.gz', 'archive') };
  await sageMaker.send(
    new CreateModelCommand({ ModelName: 'm', PrimaryContainer: container, ExecutionRoleArn, VpcConfig: vpc, EnableNetworkIsolation: true }),
  );
  await sageMaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: 'churn' }));
  for (const name of NAMES) {
    const Tags = [{ Key: 'team', Value: name.slice(-1) }];
    const ClientRequestToken = crypto.randomUUID();
    await sageMaker.send(
      new CreatePipelineCommand({ PipelineName: name, PipelineDefinition, RoleArn: PipelineRole, ClientRequestToken, Tags }),
    );
    await sageMaker.send(
      new StartPipelineExecutionCommand({
        PipelineName: 'credit-a',
        PipelineExecutionDisplayName: name,
        ClientRequestToken: crypto.randomUUID(),
      }),
    );
    await sageMaker.send(
      new CreateFeatureGroupCommand({
        FeatureGroupName: name,
        RecordIdentifierFeatureName: 'id',
        EventTimeFeatureName: 'at',
        FeatureDefinitions: [
          { FeatureName: 'id', FeatureType: 'String' },
          { FeatureName: 'at', FeatureType: 'Fractional' },
        ],
        OnlineStoreConfig: { EnableOnlineStore: true },
        Tags,
      }),
    );
    await sageMaker.send(new CreateExperimentCommand({ ExperimentName: name, Tags }));
    await sageMaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: name,
        ProductionVariants: [{ VariantName: 'a', ModelName: 'm', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 }],
      }),
    );
    // A role that SageMaker may not take: the instance is there, and failed.
    await sageMaker.send(
      new CreateNotebookInstanceCommand({
        NotebookInstanceName: name,
        InstanceType: 'ml.t3.medium',
        RoleArn: ExecutionRoleArn.replace(/[^/]+$/, 'nobody'),
        SubnetId: vpc.Subnets[0],
        SecurityGroupIds: vpc.SecurityGroupIds,
        DirectInternetAccess: 'Disabled',
      }),
    );
    await sageMaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: name, Tags }));
    for (const ModelPackageGroupName of ['churn', name])
      await sageMaker.send(
        new CreateModelPackageCommand({
          ModelPackageGroupName,
          InferenceSpecification: {
            Containers: [container],
            SupportedContentTypes: ['text/csv'],
            SupportedResponseMIMETypes: ['text/csv'],
          },
        }),
      );
  }
}, 300_000);
afterAll(async () => {
  lab.close();
  await running.stop();
}, 60_000);

const names = (items: readonly { readonly name: string }[]) => items.map(({ name }) => name);

describe('a list through the gateway', () => {
  it.each<[ResourceKind, ListFilters, ListFilters]>([
    ['pipelines', {}, { namePrefix: 'credit-b' }],
    ['feature-groups', {}, { nameContains: 'it-b', status: 'Created' }],
    ['experiments', {}, {}],
    ['endpoint-configs', {}, { nameContains: 'it-b' }],
    ['notebook-instances', {}, { nameContains: 'it-b' }],
    ['model-package-groups', { nameContains: 'credit' }, { nameContains: 'it-b' }],
  ])('of %s comes newest first, page by page, sorted and narrowed', async (kind, of, narrowed) => {
    const newest = lab.list(kind, { ...of, pageSize: 2 });
    const first = await newest.page();
    expect(names(first.items)).toEqual(['credit-c', 'credit-b']);
    expect(names((await newest.page(first.nextToken)).items)).toEqual(['credit-a']);
    expect(names(await newest.all())).toEqual([...NAMES].reverse());
    const [oldest, second] = await lab.list(kind, { ...of, sortBy: 'Name', sortOrder: 'Ascending', pageSize: 1 }).all(2);
    expect([oldest?.name, second?.name]).toEqual(['credit-a', 'credit-b']);
    expect(oldest).toMatchObject({ kind, arn: expect.stringMatching(/^arn:aws:sagemaker:.*credit-a$/), createdAt: expect.any(Date) });
    const { createdAt } = second ?? {};
    if (createdAt === undefined) throw new Error('It has no time.');
    expect(names(await lab.list(kind, { ...of, createdAfter: createdAt }).all())).toContain('credit-c');
    expect(names(await lab.list(kind, { ...of, createdBefore: createdAt }).all())).toEqual(expect.not.arrayContaining(['credit-c']));
    if (Object.keys(narrowed).length > 0) expect(names(await lab.list(kind, narrowed).all())).toEqual(['credit-b']);
  });

  it('of executions is that of one pipeline, and each is taken up by its name', async () => {
    const executions = await lab.list('pipeline-executions', { of: 'credit-a', pageSize: 2 }).all();
    expect(executions.map(({ displayName }) => displayName)).toEqual([...NAMES].reverse());
    expect(await lab.list('pipeline-executions', { of: 'credit-b' }).all()).toEqual([]);
    const name = executions[0]?.name ?? '';
    const execution = await lab.attach(name, 'pipeline-executions');
    expect((await execution.describe()).PipelineExecutionArn).toBe(executions[0]?.arn);
  });

  it('of model packages is that of one group where it is asked for', async () => {
    expect(names(await lab.list('model-packages', { of: 'churn' }).all())).toEqual(['churn/3', 'churn/2', 'churn/1']);
    expect(await lab.list('model-packages').all()).toHaveLength(6);
  });

  it('gives names and ARNs that are taken up', async () => {
    const [pipeline] = await lab.list('pipelines', { namePrefix: 'credit-b' }).all();
    expect((await (await lab.attach(pipeline?.arn ?? '', 'pipelines')).describe()).PipelineName).toBe('credit-b');
    const group = await lab.attach('credit-b', 'feature-groups');
    expect((await group.describe()).FeatureGroupName).toBe('credit-b');
    const notebook = await lab.seal('notebook-instances', 'credit-b');
    expect(notebook.controls.find(({ control }) => control === 'CreateNotebookInstance.NoInternet')?.status).toBe('sealed');
    expect((await lab.attach('credit-b', 'endpoint-configs').describe()).ProductionVariants?.[0]?.ModelName).toBe('m');
  });
});

describe('a search through the gateway', () => {
  it.each<SearchableKind>(['pipelines', 'feature-groups', 'experiments', 'model-package-groups'])('finds %s by a tag', async (kind) => {
    expect(names(await lab.search(kind, { where: [['Tags.team', 'Equals', 'b']] }).all())).toEqual(['credit-b']);
    const either = { where: [['Tags.team', 'Equals', 'a'] as const, ['Tags.team', 'Equals', 'c'] as const], any: true, pageSize: 1 };
    expect(names(await lab.search(kind, either).all())).toEqual(['credit-c', 'credit-a']);
  });

  it('finds models and versions', async () => {
    expect(names(await lab.search('models', { where: [['ModelName', 'Contains', 'm']] }).all())).toEqual(['m']);
    const versions = await lab.search('model-packages', { where: [['ModelPackageGroupName', 'Equals', 'churn']] }).all();
    expect(names(versions).sort()).toEqual(['churn/1', 'churn/2', 'churn/3']);
  });
});

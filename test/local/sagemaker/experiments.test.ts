import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AddAssociationCommand,
  AssociateTrialComponentCommand,
  CreateActionCommand,
  CreateArtifactCommand,
  CreateContextCommand,
  CreateExperimentCommand,
  CreateTrialCommand,
  CreateTrialComponentCommand,
  DeleteAssociationCommand,
  DeleteExperimentCommand,
  DeleteTrialCommand,
  DeleteTrialComponentCommand,
  DescribeActionCommand,
  DescribeArtifactCommand,
  DescribeExperimentCommand,
  DescribeTrialComponentCommand,
  DisassociateTrialComponentCommand,
  ListArtifactsCommand,
  ListAssociationsCommand,
  ListExperimentsCommand,
  ListTrialComponentsCommand,
  ListTrialsCommand,
  SearchCommand,
  UpdateActionCommand,
  UpdateExperimentCommand,
  UpdateTrialComponentCommand,
  type SearchExpression,
} from '@aws-sdk/client-sagemaker';
import { refusal } from '../gateway/running-gateway.ts';
import { startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

const PREFIX = 'arn:aws:sagemaker:eu-west-1:111122223333';

let lab: RunningSageMaker;
let send: RunningSageMaker['sageMaker']['send'];
beforeAll(async () => {
  lab = await startRunningSageMaker();
  send = lab.sageMaker.send.bind(lab.sageMaker);
}, 300_000);
afterAll(() => lab.stop(), 60_000);

const experiment = (ExperimentName: string) => send(new CreateExperimentCommand({ ExperimentName }));
const trial = (TrialName: string, ExperimentName: string) => send(new CreateTrialCommand({ TrialName, ExperimentName }));
const component = (TrialComponentName: string, depth: number) =>
  send(
    new CreateTrialComponentCommand({
      TrialComponentName,
      Parameters: { depth: { NumberValue: depth }, kind: { StringValue: depth > 3 ? 'deep' : 'flat' } },
      InputArtifacts: { train: { MediaType: 'text/csv', Value: 's3://lab-data/train' } },
      Status: { PrimaryStatus: 'InProgress' },
    }),
  );

describe('experiments', () => {
  it('hold trials, which hold components', async () => {
    expect((await experiment('depth')).ExperimentArn).toBe(`${PREFIX}:experiment/depth`);
    await trial('depth-first', 'depth');
    await trial('depth-second', 'depth');
    await component('run-1', 3);
    await component('run-2', 5);
    await send(new AssociateTrialComponentCommand({ TrialName: 'depth-first', TrialComponentName: 'run-1' }));
    await send(new AssociateTrialComponentCommand({ TrialName: 'depth-second', TrialComponentName: 'run-2' }));
    const names = async (by: object) =>
      (await send(new ListTrialComponentsCommand({ ...by, SortBy: 'Name', SortOrder: 'Ascending' }))).TrialComponentSummaries?.map(
        ({ TrialComponentName }) => TrialComponentName,
      );
    expect(await names({ TrialName: 'depth-first' })).toEqual(['run-1']);
    expect(await names({ ExperimentName: 'depth' })).toEqual(['run-1', 'run-2']);
    const { TrialSummaries } = await send(new ListTrialsCommand({ TrialComponentName: 'run-2' }));
    expect(TrialSummaries?.map(({ TrialName }) => TrialName)).toEqual(['depth-second']);
  });

  it('are described and changed; maps of a component are added to', async () => {
    await send(new UpdateExperimentCommand({ ExperimentName: 'depth', Description: 'how deep' }));
    expect(await send(new DescribeExperimentCommand({ ExperimentName: 'depth' }))).toMatchObject({
      Description: 'how deep',
      CreatedBy: { IamIdentity: { PrincipalId: expect.any(String) } },
    });
    await send(
      new UpdateTrialComponentCommand({
        TrialComponentName: 'run-1',
        Status: { PrimaryStatus: 'Completed' },
        Parameters: { rate: { NumberValue: 0.1 } },
        ParametersToRemove: ['kind'],
      }),
    );
    expect(await send(new DescribeTrialComponentCommand({ TrialComponentName: 'run-1' }))).toMatchObject({
      Status: { PrimaryStatus: 'Completed' },
      Parameters: { depth: { NumberValue: 3 }, rate: { NumberValue: 0.1 } },
      InputArtifacts: { train: { Value: 's3://lab-data/train' } },
    });
    expect((await send(new DescribeTrialComponentCommand({ TrialComponentName: 'run-1' }))).Parameters).not.toHaveProperty('kind');
  });

  it('keep summaries of the metrics that boto3 puts', async () => {
    const { PATHS } = await import('../../../local/paths.ts');
    const script = `
import boto3, datetime
now = datetime.datetime.now()
metrics = [{"MetricName": "auc", "Timestamp": now + datetime.timedelta(seconds=i), "Step": i, "Value": v} for i, v in enumerate([0.5, 0.9, 0.7])]
print(boto3.client("sagemaker-metrics").batch_put_metrics(TrialComponentName="run-1", MetricData=metrics).get("Errors"))
`;
    const { accessKeyId, secretAccessKey } = lab.administrator;
    const { stdout } = await promisify(execFile)(join(PATHS.servicesPython, 'bin/python'), ['-c', script], {
      env: {
        AWS_ENDPOINT_URL: lab.platform.endpointUrl,
        AWS_CA_BUNDLE: lab.platform.caFile,
        AWS_DEFAULT_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      },
    });
    expect(stdout.trim()).toBe('None');
    const { Metrics } = await send(new DescribeTrialComponentCommand({ TrialComponentName: 'run-1' }));
    expect(Metrics).toMatchObject([{ MetricName: 'auc', Count: 3, Min: 0.5, Max: 0.9, Last: 0.7 }]);
    expect(Metrics?.[0]?.Avg).toBeCloseTo(0.7);
    expect(Metrics?.[0]?.StdDev).toBeCloseTo(Math.sqrt(0.08 / 3));
  }, 30_000);

  it('are removed from the inside out', async () => {
    await experiment('short');
    await trial('short-one', 'short');
    await component('short-run', 1);
    const pair = { TrialName: 'short-one', TrialComponentName: 'short-run' };
    await send(new AssociateTrialComponentCommand(pair));
    expect(await refusal(send(new DeleteExperimentCommand({ ExperimentName: 'short' })))).toMatchObject({ name: 'ValidationException' });
    expect(await refusal(send(new DeleteTrialCommand({ TrialName: 'short-one' })))).toMatchObject({ name: 'ValidationException' });
    expect(await refusal(send(new DeleteTrialComponentCommand({ TrialComponentName: 'short-run' })))).toMatchObject({
      name: 'ValidationException',
    });
    await send(new DisassociateTrialComponentCommand(pair));
    await send(new DeleteTrialComponentCommand({ TrialComponentName: 'short-run' }));
    await send(new DeleteTrialCommand({ TrialName: 'short-one' }));
    await send(new DeleteExperimentCommand({ ExperimentName: 'short' }));
    const { ExperimentSummaries } = await send(new ListExperimentsCommand({}));
    expect(ExperimentSummaries?.map(({ ExperimentName }) => ExperimentName)).toEqual(['depth']);
  });

  it.each<[string, () => Promise<unknown>, string, string]>([
    ['a name twice', () => experiment('depth'), 'ValidationException', 'Experiment with name (depth) already exists.'],
    ['a trial of nothing', () => trial('lost', 'nothing'), 'ResourceNotFound', `Experiment '${PREFIX}:experiment/nothing' does not exist.`],
    [
      'what is not there',
      () => send(new DescribeTrialComponentCommand({ TrialComponentName: 'nobody' })),
      'ResourceNotFound',
      'does not exist',
    ],
    ['a bad name', () => experiment('a_b'), 'ValidationException', 'regular expression pattern'],
  ])('refuse %s', async (_what, action, name, message) => {
    expect(await refusal(action())).toMatchObject({ name, message: expect.stringContaining(message) });
  });
});

describe('lineage', () => {
  it('associates artifacts, actions and contexts', async () => {
    const source = { SourceUri: 's3://lab-data/train', SourceTypes: [{ SourceIdType: 'S3ETag' as const, Value: 'abc' }] };
    const { ArtifactArn } = await send(
      new CreateArtifactCommand({ ArtifactName: 'rows', Source: source, ArtifactType: 'DataSet', Properties: { a: '1' } }),
    );
    expect(ArtifactArn).toMatch(new RegExp(`^${PREFIX}:artifact/[0-9a-f]{32}$`));
    expect(await refusal(send(new CreateArtifactCommand({ Source: source, ArtifactType: 'DataSet' })))).toMatchObject({
      name: 'ValidationException',
    });
    const { ActionArn } = await send(
      new CreateActionCommand({
        ActionName: 'clean',
        ActionType: 'Cleaning',
        Source: { SourceUri: 'script.py' },
        Status: 'InProgress',
        Properties: { a: '1' },
      }),
    );
    await send(new CreateContextCommand({ ContextName: 'a_context', ContextType: 'Team', Source: { SourceUri: 'team' } }));
    await send(new AddAssociationCommand({ SourceArn: ArtifactArn, DestinationArn: ActionArn, AssociationType: 'ContributedTo' }));
    expect((await send(new ListAssociationsCommand({ SourceArn: ArtifactArn }))).AssociationSummaries).toMatchObject([
      { DestinationArn: ActionArn, SourceType: 'DataSet', DestinationType: 'Cleaning', AssociationType: 'ContributedTo' },
    ]);
    expect((await send(new ListAssociationsCommand({ SourceArn: ActionArn }))).AssociationSummaries).toEqual([]);
    // Properties of an update stand for all.
    await send(new UpdateActionCommand({ ActionName: 'clean', Status: 'Completed', Properties: { b: '2' } }));
    expect(await send(new DescribeActionCommand({ ActionName: 'clean' }))).toMatchObject({ Status: 'Completed', Properties: { b: '2' } });
    expect(await send(new DescribeArtifactCommand({ ArtifactArn }))).toMatchObject({
      ArtifactName: 'rows',
      Source: { SourceUri: 's3://lab-data/train' },
    });
    expect((await send(new ListArtifactsCommand({ SourceUri: 's3://lab-data/other' }))).ArtifactSummaries).toEqual([]);
    await send(new DeleteAssociationCommand({ SourceArn: ArtifactArn, DestinationArn: ActionArn }));
    expect(await refusal(send(new DeleteAssociationCommand({ SourceArn: ArtifactArn, DestinationArn: ActionArn })))).toMatchObject({
      name: 'ResourceNotFound',
    });
    const unknown = `${PREFIX}:action/unknown`;
    expect(await refusal(send(new AddAssociationCommand({ SourceArn: ArtifactArn, DestinationArn: unknown })))).toMatchObject({
      name: 'ResourceNotFound',
    });
  });
});

describe('Search', () => {
  const found = async (SearchExpression: SearchExpression, more: object = {}) => {
    const { Results = [] } = await send(
      new SearchCommand({
        Resource: 'ExperimentTrialComponent',
        SearchExpression,
        SortBy: 'TrialComponentName',
        SortOrder: 'Ascending',
        ...more,
      }),
    );
    return Results.map(({ TrialComponent }) => TrialComponent?.TrialComponentName);
  };
  beforeAll(async () => {
    for (let depth = 1; depth <= 4; depth++) await component(`s-${String(depth)}`, depth);
  });
  const own = { Name: 'TrialComponentName', Operator: 'Contains' as const, Value: 's-' };

  it.each<[string, SearchExpression, string[]]>([
    ['a number', { Filters: [own, { Name: 'Parameters.depth', Operator: 'GreaterThan', Value: '2' }] }, ['s-3', 's-4']],
    ['a text', { Filters: [own, { Name: 'Parameters.kind', Value: 'deep' }] }, ['s-4']],
    ['one of several', { Filters: [own, { Name: 'TrialComponentName', Operator: 'In', Value: 's-1, s-3' }] }, ['s-1', 's-3']],
    ['what is not', { Filters: [own, { Name: 'Parameters.depth', Operator: 'NotEquals', Value: '1' }] }, ['s-2', 's-3', 's-4']],
    ['what is there', { Filters: [{ Name: 'Metrics.auc', Operator: 'Exists' }] }, ['run-1']],
    ['a metric', { Filters: [{ Name: 'Metrics.auc.Max', Operator: 'GreaterThanOrEqualTo', Value: '0.9' }] }, ['run-1']],
    ['a time', { Filters: [own, { Name: 'CreationTime', Operator: 'LessThan', Value: '2020-01-01T00:00:00Z' }] }, []],
    [
      'either',
      {
        Filters: [own],
        SubExpressions: [
          {
            Operator: 'Or',
            Filters: [
              { Name: 'Parameters.depth', Value: '1' },
              { Name: 'Parameters.depth', Value: '4' },
            ],
          },
        ],
      },
      ['s-1', 's-4'],
    ],
  ])('finds by %s', async (_what, expression, names) => {
    expect(await found(expression)).toEqual(names);
  });

  it('sorts, pages and counts', async () => {
    const ask = (NextToken?: string) =>
      send(
        new SearchCommand({
          Resource: 'ExperimentTrialComponent',
          SearchExpression: { Filters: [own] },
          SortBy: 'Parameters.depth',
          SortOrder: 'Descending',
          MaxResults: 3,
          ...(NextToken && { NextToken }),
        }),
      );
    const first = await ask();
    const second = await ask(first.NextToken);
    const names = [...(first.Results ?? []), ...(second.Results ?? [])].map(({ TrialComponent }) => TrialComponent?.TrialComponentName);
    expect(names).toEqual(['s-4', 's-3', 's-2', 's-1']);
    expect(first.TotalHits).toEqual({ Value: 4, Relation: 'EqualTo' });
    expect(second.NextToken).toBeUndefined();
  });

  it('finds by tags, and refuses what it cannot do', async () => {
    await send(new CreateExperimentCommand({ ExperimentName: 'tagged', Tags: [{ Key: 'Team', Value: 'red' }] }));
    const { Results } = await send(
      new SearchCommand({ Resource: 'Experiment', SearchExpression: { Filters: [{ Name: 'Tags.Team', Value: 'red' }] } }),
    );
    expect(Results?.map(({ Experiment }) => Experiment?.ExperimentName)).toEqual(['tagged']);
    expect(await refusal(send(new SearchCommand({ Resource: 'Project' })))).toMatchObject({ name: 'OperationNotEmulated' });
    expect(await refusal(found({ Filters: [{ Name: 'x', Operator: 'Equals' }] }))).toMatchObject({ name: 'ValidationException' });
  });
});

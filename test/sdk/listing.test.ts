import { describe, expect, it } from '@jest/globals';
import type { Lab, ListFilters, ResourceKind, SearchFilters } from '@sealab/sdk';
import { environment } from './environment-fixture.ts';
import { labOnAPort } from './lab-on-a-port.ts';
import { misfits } from './sagemaker-model.ts';
import type { Received } from './service-on-a-port.ts';

async function labThatLists(answer: (request: Received) => object) {
  const { lab, service } = await labOnAPort((request) => ({ json: answer(request) }));
  return { lab, requests: service.requests };
}

const ARN = 'arn:aws:sagemaker:eu-west-1:111122223333';
const CREATED = 1_700_000_000;
const at = (seconds: number) => new Date(seconds * 1000);
const times = { CreationTime: CREATED, LastModifiedTime: CREATED + 2 };
const KINDS: [ResourceKind, string, object, object][] = [
  [
    'training-jobs',
    'ListTrainingJobs',
    {
      TrainingJobSummaries: [
        { TrainingJobName: 'x', TrainingJobArn: 'arn:x', TrainingJobStatus: 'Completed', TrainingEndTime: CREATED + 1, ...times },
      ],
    },
    { status: 'Completed', endedAt: at(CREATED + 1) },
  ],
  [
    'processing-jobs',
    'ListProcessingJobs',
    {
      ProcessingJobSummaries: [
        { ProcessingJobName: 'x', ProcessingJobArn: 'arn:x', ProcessingJobStatus: 'Failed', ProcessingEndTime: CREATED + 1, ...times },
      ],
    },
    { status: 'Failed', endedAt: at(CREATED + 1) },
  ],
  [
    'transform-jobs',
    'ListTransformJobs',
    {
      TransformJobSummaries: [
        { TransformJobName: 'x', TransformJobArn: 'arn:x', TransformJobStatus: 'Stopped', TransformEndTime: CREATED + 1, ...times },
      ],
    },
    { status: 'Stopped', endedAt: at(CREATED + 1) },
  ],
  [
    'tuning-jobs',
    'ListHyperParameterTuningJobs',
    {
      HyperParameterTuningJobSummaries: [
        {
          HyperParameterTuningJobName: 'x',
          HyperParameterTuningJobArn: 'arn:x',
          HyperParameterTuningJobStatus: 'InProgress',
          HyperParameterTuningEndTime: CREATED + 1,
          ...times,
        },
      ],
    },
    { status: 'InProgress', endedAt: at(CREATED + 1) },
  ],
  [
    'automl-jobs',
    'ListAutoMLJobs',
    { AutoMLJobSummaries: [{ AutoMLJobName: 'x', AutoMLJobArn: 'arn:x', AutoMLJobStatus: 'Failed', EndTime: CREATED + 1, ...times }] },
    { status: 'Failed', endedAt: at(CREATED + 1) },
  ],
  ['models', 'ListModels', { Models: [{ ModelName: 'x', ModelArn: 'arn:x', CreationTime: CREATED }] }, { modifiedAt: undefined }],
  [
    'endpoints',
    'ListEndpoints',
    { Endpoints: [{ EndpointName: 'x', EndpointArn: 'arn:x', EndpointStatus: 'InService', ...times }] },
    { status: 'InService' },
  ],
  [
    'endpoint-configs',
    'ListEndpointConfigs',
    { EndpointConfigs: [{ EndpointConfigName: 'x', EndpointConfigArn: 'arn:x', CreationTime: CREATED }] },
    { modifiedAt: undefined },
  ],
  [
    'pipelines',
    'ListPipelines',
    { PipelineSummaries: [{ PipelineName: 'x', PipelineArn: 'arn:x', PipelineDisplayName: 'X', ...times }] },
    { displayName: 'X' },
  ],
  [
    'feature-groups',
    'ListFeatureGroups',
    { FeatureGroupSummaries: [{ FeatureGroupName: 'x', FeatureGroupArn: 'arn:x', FeatureGroupStatus: 'Created', CreationTime: CREATED }] },
    { status: 'Created', modifiedAt: undefined },
  ],
  ['experiments', 'ListExperiments', { ExperimentSummaries: [{ ExperimentName: 'x', ExperimentArn: 'arn:x', ...times }] }, {}],
  [
    'notebook-instances',
    'ListNotebookInstances',
    {
      NotebookInstances: [{ NotebookInstanceName: 'x', NotebookInstanceArn: 'arn:x', NotebookInstanceStatus: 'Stopped', ...times }],
    },
    { status: 'Stopped' },
  ],
];

const WINDOW = { createdAfter: at(1), createdBefore: at(2) };
/** Everything that SageMaker filters and sorts a kind by; what is not here it lacks. */
const FILTERS: Record<ResourceKind, ListFilters> = {
  'training-jobs': { nameContains: 'a', status: 'Completed', ...WINDOW, sortBy: 'Status' },
  'processing-jobs': { nameContains: 'a', status: 'Completed', ...WINDOW, sortBy: 'Status' },
  'transform-jobs': { nameContains: 'a', status: 'Completed', ...WINDOW, sortBy: 'Status' },
  'tuning-jobs': { nameContains: 'a', status: 'Completed', ...WINDOW, sortBy: 'Status' },
  'automl-jobs': { nameContains: 'a', status: 'Completed', ...WINDOW, sortBy: 'Status' },
  models: { nameContains: 'a', ...WINDOW, sortBy: 'Name' },
  endpoints: { nameContains: 'a', status: 'InService', ...WINDOW, sortBy: 'Status' },
  'endpoint-configs': { nameContains: 'a', ...WINDOW, sortBy: 'Name' },
  'model-packages': { nameContains: 'a', of: 'credit', status: 'Approved', ...WINDOW, sortBy: 'Name' },
  'model-package-groups': { nameContains: 'a', ...WINDOW, sortBy: 'Name' },
  pipelines: { namePrefix: 'a', ...WINDOW, sortBy: 'Name' },
  'pipeline-executions': { of: 'credit', ...WINDOW, sortBy: 'CreationTime' },
  'feature-groups': { nameContains: 'a', status: 'Created', ...WINDOW, sortBy: 'Status' },
  experiments: { ...WINDOW, sortBy: 'Name' },
  'notebook-instances': { nameContains: 'a', status: 'InService', ...WINDOW, sortBy: 'Status' },
};
const ORDERS = ['CreationTime', 'Name', 'Status'] as const;
const VALUES = { nameContains: 'a', namePrefix: 'a', of: 'a', status: 'InService', ...WINDOW } as const;

describe('a list', () => {
  it.each(KINDS)('of %s asks %s and gives one summary a line', async (kind, operation, answer, expected) => {
    const { lab, requests } = await labThatLists(() => answer);
    expect(await lab.list(kind).all()).toEqual([
      {
        kind,
        name: 'x',
        arn: 'arn:x',
        status: undefined,
        createdAt: at(CREATED),
        modifiedAt: at(CREATED + 2),
        endedAt: undefined,
        ...expected,
      },
    ]);
    expect(requests.map(({ operation: asked, input }) => [asked, input])).toEqual([
      [operation, { SortBy: 'CreationTime', SortOrder: 'Descending', MaxResults: 100 }],
    ]);
  });

  it('sends every filter and follows the pages until there is none', async () => {
    const { lab, requests } = await labThatLists(({ input }) =>
      input['NextToken'] === undefined ? { Endpoints: [{ EndpointName: 'a' }], NextToken: 'more' } : { Endpoints: [{ EndpointName: 'b' }] },
    );
    const listing = lab.list('endpoints', {
      nameContains: 'credit',
      status: 'Creating',
      createdAfter: at(1),
      createdBefore: at(2),
      sortBy: 'Status',
      sortOrder: 'Ascending',
      pageSize: 1,
    });
    expect((await listing.all()).map(({ name }) => name)).toEqual(['a', 'b']);
    const filters = {
      NameContains: 'credit',
      StatusEquals: 'Creating',
      CreationTimeAfter: 1,
      CreationTimeBefore: 2,
      SortBy: 'Status',
      SortOrder: 'Ascending',
      MaxResults: 1,
    };
    expect(requests.map(({ input }) => input)).toEqual([filters, { ...filters, NextToken: 'more' }]);
  });

  it.each(Object.entries(FILTERS) as [ResourceKind, ListFilters][])(
    'of %s takes the filters that SageMaker has for it, and refuses the others',
    async (kind, filters) => {
      const { lab, requests } = await labThatLists(() => ({}));
      await lab.list(kind, filters).all();
      const { operation = '', input = {} }: Partial<Received> = requests[0] ?? {};
      expect(misfits(operation, input)).toEqual([]);
      // Each filter has reached the request: order and page size beside them.
      expect(Object.keys(input)).toHaveLength(Object.keys(filters).length + 2);

      const least: ListFilters = kind === 'pipeline-executions' ? { of: 'credit' } : {};
      const lacking = Object.entries(VALUES).filter(([name]) => !(name in filters));
      for (const [name, value] of lacking)
        await expect(lab.list(kind, { ...least, [name]: value }).all()).rejects.toMatchObject({
          code: 'InvalidInput',
          message: expect.stringMatching(new RegExp(`^${name}: SageMaker does not list`)),
          remedy: expect.stringContaining(Object.keys(filters)[0] ?? ''),
        });
      expect(requests).toHaveLength(1);
      for (const sortBy of ORDERS.slice(ORDERS.indexOf(filters.sortBy ?? 'CreationTime') + 1))
        await expect(lab.list(kind, { ...least, sortBy }).all()).rejects.toMatchObject({
          code: 'InvalidInput',
          message: expect.stringContaining(`cannot be sorted by ${sortBy}`),
        });
      expect(requests).toHaveLength(1);
    },
  );

  it('of executions needs the pipeline, and names each by it', async () => {
    const { lab, requests } = await labThatLists(() => ({
      PipelineExecutionSummaries: [
        {
          PipelineExecutionArn: `${ARN}:pipeline/credit/execution/abc123`,
          PipelineExecutionStatus: 'Succeeded',
          PipelineExecutionDisplayName: 'nightly',
          StartTime: CREATED,
        },
      ],
    }));
    await expect(lab.list('pipeline-executions').all()).rejects.toMatchObject({
      code: 'InvalidInput',
      remedy: expect.stringContaining('of:'),
    });
    const [execution] = await lab.list('pipeline-executions', { of: 'credit' }).all();
    expect(execution).toMatchObject({ name: 'credit/abc123', status: 'Succeeded', displayName: 'nightly', createdAt: at(CREATED) });
    expect((await lab.attach('credit/abc123', 'pipeline-executions')).arn).toBe(execution?.arn);
    expect(requests).toHaveLength(1);
  });

  it.each<[ResourceKind, ListFilters]>([
    ['workteams' as ResourceKind, {}],
    ['models', { pageSize: 0 }],
    ['models', { sortOrder: 'up' as never }],
  ])('of %s by %j is refused', async (kind, filters) => {
    const { lab, requests } = await labThatLists(() => ({}));
    await expect(lab.list(kind, filters).all()).rejects.toMatchObject({ code: 'InvalidInput', remedy: expect.any(String) });
    expect(requests).toEqual([]);
  });

  it('shows the columns that its kind has', async () => {
    const { lab } = await labThatLists(() => ({
      PipelineSummaries: [{ PipelineName: 'credit', PipelineDisplayName: 'Credit', ...times }],
    }));
    const shown = (lab.list('pipelines') as unknown as Record<symbol, () => Promise<Record<string, string>>>)[
      Symbol.for('Jupyter.display')
    ];
    expect((await shown?.())?.['text/plain']).toMatch(/^pipelines \(newest\)\nname +display name +created\ncredit +Credit +2023-11-14/);
  });
});

describe('what exists is taken up', () => {
  it.each<[Parameters<Lab['attach']>[1], string, string, object]>([
    ['training-jobs', 'training-job/x', 'DescribeTrainingJob', { TrainingJobName: 'x' }],
    ['tuning-jobs', 'hyper-parameter-tuning-job/x', 'DescribeHyperParameterTuningJob', { HyperParameterTuningJobName: 'x' }],
    ['endpoint-configs', 'endpoint-config/x', 'DescribeEndpointConfig', { EndpointConfigName: 'x' }],
    ['model-package-groups', 'model-package-group/x', 'DescribeModelPackageGroup', { ModelPackageGroupName: 'x' }],
    ['pipelines', 'pipeline/x', 'DescribePipeline', { PipelineName: 'x' }],
    [
      'pipeline-executions',
      'pipeline/x/execution/abc',
      'DescribePipelineExecution',
      { PipelineExecutionArn: `arn:aws:sagemaker:eu-west-1:111122223333:pipeline/x/execution/abc` },
    ],
    ['feature-groups', 'feature-group/x', 'DescribeFeatureGroup', { FeatureGroupName: 'x' }],
    ['notebook-instances', 'notebook-instance/x', 'DescribeNotebookInstance', { NotebookInstanceName: 'x' }],
  ])('%s by the ARN %s', async (kind, resource, operation, input) => {
    const { lab, requests } = await labThatLists(() => ({}));
    await (await lab.attach(`${ARN}:${resource}`, kind)).describe();
    expect(requests).toEqual([expect.objectContaining({ operation, input })]);
  });

  it.each<[string, string]>([
    [`${ARN}:pipeline/x`, 'models'],
    [`${ARN}:pipeline/x`, 'pipeline-executions'],
    [`${ARN}:pipeline/x/execution/abc`, 'pipelines'],
    ['arn:aws:sagemaker:eu-west-1:999900001111:model/x', 'models'],
    ['arn:aws:sagemaker:us-east-1:111122223333:model/x', 'models'],
    ['abc', 'pipeline-executions'],
    ['x', 'experiments'],
    ['x', 'workteams'],
  ])('%s is refused as one of %s', async (name, kind) => {
    const { lab } = await labThatLists(() => ({}));
    await expect(Promise.resolve().then(() => lab.attach(name, kind as 'models'))).rejects.toMatchObject({
      code: 'InvalidInput',
      remedy: expect.any(String),
    });
  });

  it('configurations and notebook instances have seals', async () => {
    const { lab } = await labThatLists(({ operation }) =>
      operation === 'DescribeNotebookInstance'
        ? { DirectInternetAccess: 'Enabled', RootAccess: 'Disabled', KmsKeyId: environment.keys.volume }
        : { EndpointConfigName: 'x', KmsKeyId: environment.keys.volume },
    );
    const notebook = await lab.seal('notebook-instances', 'x');
    const of = (id: string) => notebook.controls.find(({ control }) => control === `CreateNotebookInstance.${id}`)?.status;
    expect([notebook.status, of('NoInternet'), of('VolumeKey')]).toEqual(['broken', 'broken', 'sealed']);
    expect((await lab.attach('x', 'endpoint-configs').seal()).controls.map(({ control }) => control)).toContain(
      'CreateEndpointConfig.VolumeKey',
    );
  });
});

describe('a search', () => {
  it('sends its conditions, follows the pages and gives summaries', async () => {
    const { lab, requests } = await labThatLists(({ input }) =>
      input['NextToken'] === undefined
        ? {
            Results: [{ TrainingJob: { TrainingJobName: 'a', TrainingJobArn: 'arn:a', TrainingJobStatus: 'Completed', ...times } }],
            NextToken: 'more',
          }
        : { Results: [{ TrainingJob: { TrainingJobName: 'b' } }] },
    );
    const listing = lab.search('training-jobs', {
      where: [
        ['Tags.team', 'Equals', 'risk'],
        ['Metrics.auc', 'GreaterThan', 0.8],
        ['CreationTime', 'LessThan', at(CREATED)],
        ['TrainingJobStatus', 'In', ['Completed', 'Stopped']],
        ['HyperParameters.depth', 'Exists'],
      ],
      any: true,
      sortBy: 'Metrics.auc',
      pageSize: 1,
    });
    const [first, second] = await listing.all();
    expect(first).toEqual({
      kind: 'training-jobs',
      name: 'a',
      arn: 'arn:a',
      status: 'Completed',
      createdAt: at(CREATED),
      modifiedAt: at(CREATED + 2),
      endedAt: undefined,
      phase: undefined,
    });
    expect(second?.name).toBe('b');
    const input = requests[0]?.input ?? {};
    expect(misfits('Search', input)).toEqual([]);
    expect(input).toEqual({
      Resource: 'TrainingJob',
      SearchExpression: {
        Filters: [
          { Name: 'Tags.team', Operator: 'Equals', Value: 'risk' },
          { Name: 'Metrics.auc', Operator: 'GreaterThan', Value: '0.8' },
          { Name: 'CreationTime', Operator: 'LessThan', Value: '2023-11-14T22:13:20.000Z' },
          { Name: 'TrainingJobStatus', Operator: 'In', Value: 'Completed,Stopped' },
          { Name: 'HyperParameters.depth', Operator: 'Exists' },
        ],
        Operator: 'Or',
      },
      SortBy: 'Metrics.auc',
      SortOrder: 'Descending',
      MaxResults: 1,
    });
    expect(requests[1]?.input).toEqual({ ...input, NextToken: 'more' });
  });

  it('of models finds the model in what else there is about it', async () => {
    const { lab } = await labThatLists(() => ({ Results: [{ Model: { Model: { ModelName: 'x', ModelArn: 'arn:x' } } }] }));
    expect(await lab.search('models').all()).toMatchObject([{ kind: 'models', name: 'x', arn: 'arn:x' }]);
  });

  it.each<[string, SearchFilters, RegExp]>([
    ['processing-jobs', {}, /kind: "processing-jobs"/],
    ['models', { where: [['Tags.team', 'Is' as never, 'a']] }, /where Tags\.team: "Is"/],
    ['models', { where: [['Tags.team', 'Equals']] }, /Equals needs a value/],
    ['models', { where: [['Tags.team', 'Exists', 'a']] }, /Exists takes no value/],
    ['models', { where: Array.from({ length: 21 }, () => ['Tags.team', 'Exists'] as const) }, /at most 20/],
    ['models', { were: [] } as never, /"were" is not an option/],
    ['models', { pageSize: 101 }, /pageSize/],
  ])('of %s by %j is refused before anything is asked', async (kind, filters, message) => {
    const { lab, requests } = await labThatLists(() => ({}));
    await expect(lab.search(kind as 'models', filters).all()).rejects.toMatchObject({
      code: 'InvalidInput',
      message: expect.stringMatching(message),
      remedy: expect.any(String),
    });
    expect(requests).toEqual([]);
  });
});

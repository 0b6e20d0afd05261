import { afterEach, describe, expect, it } from '@jest/globals';
import { connect } from '@sealab/sdk';
import type { ResourceKind } from '@sealab/sdk';
import { environment } from './environment-fixture.ts';
import { serviceOnAPort } from './service-on-a-port.ts';
import type { Received } from './service-on-a-port.ts';

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

async function labThatLists(answer: (request: Received) => object) {
  const service = await serviceOnAPort((request) => ({ json: answer(request) }));
  const lab = await connect({ environment, credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, endpointUrl: service.url });
  close = () => {
    lab.close();
    return service.close();
  };
  return { lab, requests: service.requests };
}

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
];

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

  it('of models knows no status, neither to filter nor to sort by', async () => {
    const { lab, requests } = await labThatLists(() => ({ Models: [] }));
    await expect(lab.list('models', { status: 'InService' }).all()).rejects.toMatchObject({ code: 'InvalidInput' });
    expect(requests).toEqual([]);
    await lab.list('models', { sortBy: 'Status' }).all();
    expect(requests[0]?.input).toMatchObject({ SortBy: 'CreationTime' });
  });
});

import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { ModelSource, TransformOptions } from '@sealab/sdk';
import { END_OF_ARCHIVE, tarEntries } from '../../sdk/src/source/tar.ts';
import { parsed } from '../../sdk/src/transform/parse.ts';
import { environment } from './environment-fixture.ts';
import { faults, keeping, labOnAPort } from './lab-on-a-port.ts';
import type { Outcome, Received } from './service-on-a-port.ts';

const JOB = { subject: 'TransformJob', name: 'TransformJobName', described: { TransformJobStatus: 'Completed' } };
const MODEL = { subject: 'Model', name: 'ModelName' };
const archive = gzipSync(
  Buffer.concat([Buffer.from(tarEntries([{ name: 'model.json', bytes: Buffer.from('{}') }])), Buffer.from(END_OF_ARCHIVE)]),
);
const code = gzipSync(
  Buffer.concat([Buffer.from(tarEntries([{ name: 'train.py', bytes: Buffer.from('print(1)') }])), Buffer.from(END_OF_ARCHIVE)]),
);
const trainingJob = {
  TrainingJobName: 'credit',
  TrainingJobStatus: 'Completed',
  ModelArtifacts: { S3ModelArtifacts: 's3://credit-risk-model/training-jobs/credit/output/model.tar.gz' },
  AlgorithmSpecification: { TrainingImage: environment.images['scikit-learn'] },
  HyperParameters: { sagemaker_program: '"train.py"' },
  InputDataConfig: [
    { ChannelName: 'code', DataSource: { S3DataSource: { S3Uri: 's3://credit-risk-artifacts/code/abc/sourcedir.tar.gz' } } },
  ],
};

/** S3 with a trained model in it, and what a transform has written. */
function s3(outputs: Readonly<Record<string, string>> = {}) {
  const sent = new Map<string, string>();
  const xml = { 'content-type': 'application/xml' };
  return ({ operation, body }: Received): Outcome | undefined => {
    const [method = '', url = ''] = operation.split(' ');
    const { pathname, searchParams } = new URL(url, 'http://s3');
    if (method === 'PUT' || method === 'POST') sent.set(pathname, body);
    if (method === 'PUT') return { empty: 200 };
    if (method === 'HEAD' && pathname.includes('/hosted/')) return { empty: 404 };
    if (method === 'HEAD') return { content: '', headers: { etag: '"1"' } };
    if (method === 'GET' && searchParams.get('list-type') === '2') {
      const after = searchParams.get('continuation-token');
      const prefix = searchParams.get('prefix') ?? '';
      const keys = Object.keys(outputs).filter((key) => key.startsWith(prefix));
      const page = after === null ? keys.slice(0, 1) : keys.slice(1);
      const contents = page.map((key) => `<Contents><Key>${key}</Key><Size>${outputs[key]?.length ?? 0}</Size></Contents>`).join('');
      const more =
        after === null && keys.length > 1 ? '<IsTruncated>true</IsTruncated><NextContinuationToken>n</NextContinuationToken>' : '';
      return { content: `<?xml version="1.0"?><ListBucketResult>${more}${contents}</ListBucketResult>`, headers: xml };
    }
    if (method === 'GET' && pathname.endsWith('sourcedir.tar.gz')) return { content: code };
    if (method === 'GET' && pathname.endsWith('model.tar.gz')) return { content: archive };
    if (method === 'GET') return { content: outputs[decodeURIComponent(pathname.replace(/^\/[^/]+\//, ''))] ?? '' };
    return undefined;
  };
}

async function labWith({
  breaks = false,
  outputs = {},
  refuse,
}: { breaks?: boolean; outputs?: Record<string, string>; refuse?: string } = {}) {
  const { kept, answer } = keeping([JOB, MODEL], breaks);
  const store = s3(outputs);
  const { lab, service } = await labOnAPort((request) => {
    if (request.operation === refuse) return { error: 'ResourceLimitExceeded', message: 'The quota is 0 instances.' };
    if (request.operation === 'DescribeTrainingJob') return { json: trainingJob };
    return store(request) ?? answer(request);
  });
  return { lab, service, kept };
}

const base = { model: { model: 'somebodys-model' }, data: 's3://credit-risk-model/batch.csv' } as const satisfies TransformOptions;

describe('a transform job', () => {
  it('of an existing model is sent as the service model has it, with every secure field', async () => {
    const { lab, service } = await labWith();
    const job = await lab.transform({
      ...base,
      strategy: 'MultiRecord',
      maxConcurrent: 4,
      maxPayload: 20,
      answerWithin: 60,
      retries: 1,
      inputFilter: '$[1:]',
      joinSource: 'Input',
      outputFilter: '$[0,-1]',
      instanceType: 'ml.m5.xlarge',
      instanceCount: 2,
      environment: { A: '1' },
      tags: { team: 'risk' },
      name: 'batch',
    });
    const input = service.sent('CreateTransformJob')[0]?.input ?? {};
    expect(faults('CreateTransformJob', input)).toEqual([]);
    expect(input).toMatchObject({
      TransformJobName: 'batch',
      ModelName: 'somebodys-model',
      MaxConcurrentTransforms: 4,
      MaxPayloadInMB: 20,
      BatchStrategy: 'MultiRecord',
      ModelClientConfig: { InvocationsTimeoutInSeconds: 60, InvocationsMaxRetries: 1 },
      Environment: { A: '1' },
      TransformInput: {
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://credit-risk-model/batch.csv' } },
        ContentType: 'text/csv',
        SplitType: 'Line',
      },
      TransformOutput: {
        S3OutputPath: 's3://credit-risk-model/transform-jobs/batch',
        Accept: 'text/csv',
        AssembleWith: 'Line',
        KmsKeyId: environment.keys.storage,
      },
      TransformResources: { InstanceType: 'ml.m5.xlarge', InstanceCount: 2, VolumeKmsKeyId: environment.keys.volume },
      DataProcessing: { InputFilter: '$[1:]', JoinSource: 'Input', OutputFilter: '$[0,-1]' },
    });
    expect(service.sent('CreateModel')).toHaveLength(0);
    expect(job.fields.find(({ control }) => control === 'CreateTransformJob.OutputKey')?.origin).toBe('environment');
  });

  it.each<[string, ModelSource]>([
    ['a training job by name', { trainingJob: 'credit' }],
    [
      'artefacts and a script',
      { artifacts: 's3://credit-risk-model/m/model.tar.gz', source: { script: { name: 'train.py', text: 'print(1)' } } },
    ],
  ])('of %s packs and creates the model first, isolated and in the project network', async (_, model) => {
    const { lab, service } = await labWith();
    const job = await lab.transform({ model, data: { rows: [[1, 2]] }, environment: { A: '1' } });
    const [created] = service.sent('CreateModel');
    expect(faults('CreateModel', created?.input ?? {})).toEqual([]);
    expect(created?.input).toMatchObject({
      ModelName: job.name,
      PrimaryContainer: {
        Image: environment.images['scikit-learn'],
        ModelDataUrl: expect.stringMatching(/^s3:\/\/credit-risk-model\/hosted\/[0-9a-f]{40}\/model\.tar\.gz$/),
        Environment: { SAGEMAKER_PROGRAM: 'train.py' },
      },
      ExecutionRoleArn: environment.roles.endpointHosting,
      EnableNetworkIsolation: true,
    });
    // Variables of the job are not the model's.
    expect(JSON.stringify(created?.input)).not.toContain('"A"');
    const input = service.sent('CreateTransformJob')[0]?.input ?? {};
    expect(faults('CreateTransformJob', input)).toEqual([]);
    expect(input).toMatchObject({
      ModelName: job.name,
      TransformInput: { DataSource: { S3DataSource: { S3Uri: expect.stringMatching(/^s3:\/\/credit-risk-model\/uploads\//) } } },
    });
  });

  it('is planned with both calls, and nothing is created', async () => {
    const { lab, service } = await labWith();
    const { calls } = await lab.plan({ kind: 'transform', model: { trainingJob: 'credit' }, data: { rows: [[1, 2]] } });
    expect(calls.map(({ operation }) => operation)).toEqual(['CreateModel', 'CreateTransformJob']);
    expect(calls[1]?.input).toMatchObject({ ModelName: (calls[0]?.input as { ModelName: string }).ModelName });
    expect(service.requests.filter(({ operation }) => /^(Create|PUT|POST)/.test(operation))).toEqual([]);
  });

  it('takes its model away again when the job is refused', async () => {
    const { lab, service, kept } = await labWith({ refuse: 'CreateTransformJob' });
    await expect(lab.transform({ ...base, model: { trainingJob: 'credit' } })).rejects.toMatchObject({ name: 'ResourceLimitExceeded' });
    expect(service.sent('CreateModel')).toHaveLength(1);
    expect([...kept.keys()]).toEqual([]);
  });

  it('is there once, and so is its model, although the connection broke after each was taken', async () => {
    const { lab, service, kept } = await labWith({ breaks: true });
    await lab.transform({ ...base, model: { trainingJob: 'credit' }, name: 'once' });
    expect([...kept.keys()].sort()).toEqual(['Model/once', 'TransformJob/once']);
    expect(service.sent('CreateTransformJob').length).toBeGreaterThan(1);
    expect(service.sent('CreateModel').length).toBeGreaterThan(1);
  });

  it.each<[object, RegExp]>([
    [{ ...base, split_type: 'Line' }, /"split_type" is not an option/],
    [{ ...base, data: { s3Uri: 's3://credit-risk-model/a', mode: 'Pipe' } }, /data\.mode: it has no effect here/],
    [{ ...base, data: 's3://credit-risk-data/a' }, /data: SageMaker reads it with the model's role/],
    [{ ...base, splitType: 'Word' }, /splitType: "Word"/],
    [{ ...base, contentType: 'application/json', strategy: 'MultiRecord' }, /strategy: there are records only/],
    [{ ...base, maxConcurrent: 10, maxPayload: 20 }, /10 requests of 20 MB/],
    [{ ...base, maxPayload: 101 }, /maxPayload: 101/],
    [{ ...base, inputFilter: '[1:]' }, /inputFilter: "\[1:\]" is not a JSONPath/],
    [{ ...base, outputFilter: `$${'a'.repeat(63)}` }, /outputFilter: .* 63 characters/],
    [{ ...base, joinSource: 'Output' }, /joinSource: "Output"/],
    [{ ...base, retries: 4 }, /retries: 4/],
    [{ ...base, environment: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`V${index}`, ''])) }, /17 variables/],
  ])('%j is refused before anything is sent', async (options, message) => {
    const { lab, service } = await labWith();
    await expect(lab.transform(options as TransformOptions)).rejects.toMatchObject({
      code: 'InvalidInput',
      message: expect.stringMatching(message),
      remedy: expect.any(String),
    });
    expect(service.requests).toEqual([]);
  });

  it('on an instance type that is not allowed is refused by the contract', async () => {
    const { lab, service } = await labWith();
    await expect(lab.transform({ ...base, instanceType: 'ml.p3.16xlarge' })).rejects.toMatchObject({
      code: 'SecureFieldConflict',
      details: { control: 'CreateTransformJob.InstanceType' },
    });
    expect(service.requests).toEqual([]);
  });

  it('has outputs and predictions, page by page', async () => {
    const outputs = {
      'transform-jobs/batch/a.csv.out': '0,0.25\n\n1,0.75\n',
      'transform-jobs/batch/b.csv.out': '1,0.5\n',
      'transform-jobs/batch/b.csv.log': 'x',
    };
    const { lab } = await labWith({ outputs });
    const job = await lab.transform({ ...base, name: 'batch' });
    await job.wait();
    expect(await job.outputs()).toEqual([
      's3://credit-risk-model/transform-jobs/batch/a.csv.out',
      's3://credit-risk-model/transform-jobs/batch/b.csv.out',
    ]);
    expect((await job.predictions()).map(({ value, contentType }) => [contentType, value])).toEqual([
      [
        'text/csv',
        [
          [0, 0.25],
          [1, 0.75],
        ],
      ],
      ['text/csv', [[1, 0.5]]],
    ]);
  });

  it('is sealed together with its model, whose network it has', async () => {
    const { lab, kept } = await labWith();
    const job = await lab.transform({ ...base, model: { trainingJob: 'credit' }, name: 'batch' });
    expect((await job.seal()).status).toBe('sealed');
    const model = kept.get('Model/batch') ?? {};
    kept.set('Model/batch', {
      ...model,
      EnableNetworkIsolation: false,
      VpcConfig: { Subnets: ['subnet-0dead'], SecurityGroupIds: ['sg-0ccc3333'] },
    });
    const broken = (await job.seal()).controls.filter(({ status }) => status === 'broken');
    expect(broken.map(({ control }) => control)).toEqual(['CreateModel.Subnets']);
    // The environment allows the connected profile, so that the isolation alone would not break the seal; a model that is gone tells nothing.
    kept.delete('Model/batch');
    const gone = await job.seal();
    expect([gone.status, gone.broken]).toEqual(['not-verified', 0]);
  });

  it('that has written nothing says so', async () => {
    const { lab } = await labWith();
    const job = await lab.transform({ ...base, name: 'batch' });
    await expect(job.predictions()).rejects.toMatchObject({
      code: 'InputNotFound',
      message: expect.stringContaining('written nothing yet'),
    });
  });
});

describe('the answers in an output object', () => {
  it.each<[string, string | undefined, unknown]>([
    ['[0.1,0.9]', 'application/json', [0.1, 0.9]],
    ['[[0]]\n[[1]]\n', 'application/json', [[[0]], [[1]]]],
    ['{"a":1}\n', 'application/jsonlines', [{ a: 1 }]],
    ['{"a":1}\n{"a":2}', undefined, [{ a: 1 }, { a: 2 }]],
    ['plain', undefined, 'plain'],
    [
      '1,x\r\n\r\n2,y',
      'text/csv',
      [
        [1, 'x'],
        [2, 'y'],
      ],
    ],
    ['1', 'text/plain', '1'],
  ])('%j as %s', (text, contentType, value) => expect(parsed(text, contentType)).toEqual(value));
});

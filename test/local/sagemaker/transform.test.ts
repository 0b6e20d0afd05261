import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CreateTransformJobCommand,
  type CreateTransformJobRequest,
  DescribeTransformJobCommand,
  ListTransformJobsCommand,
  StopTransformJobCommand,
} from '@aws-sdk/client-sagemaker';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { refusal } from '../gateway/running-gateway.ts';
import { BUCKET, startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

const GROUP = '/aws/sagemaker/TransformJobs';
/** Doubles the sum of a row; answers JSON lines or CSV, one for each row, and says how many rows it was asked for. */
const SCRIPT = `
import json, os, time
def model_fn(model_dir):
    return float(open(os.path.join("/opt/ml/model", "factor.txt")).read())
def input_fn(data, content_type):
    text = data if isinstance(data, str) else data.decode()
    lines = [line for line in text.split("\\n") if line]
    # In one piece: requests are answered side by side.
    os.write(1, ("asked for %d rows %s %s\\n" % (len(lines), os.environ.get("MODE"), os.environ.get("SAGEMAKER_BATCH"))).encode())
    if content_type == "text/csv":
        return [[float(cell) for cell in line.split(",")] for line in lines]
    return [json.loads(line)["x"] if isinstance(json.loads(line), dict) else json.loads(line) for line in lines]
def predict_fn(rows, factor):
    if rows[0][0] == 13: raise ValueError("thirteen brings bad luck")
    if rows[0][0] == 600: time.sleep(600)
    return [sum(row) * factor for row in rows]
def output_fn(answers, accept):
    if accept == "text/csv": return "\\n".join(str(a) for a in answers) + "\\n", accept
    return "\\n".join(json.dumps({"score": a}) for a in answers), accept
`;

let lab: RunningSageMaker;
beforeAll(async () => {
  lab = await startRunningSageMaker();
  await lab.model('double', SCRIPT, { 'factor.txt': '2' });
}, 300_000);
afterAll(() => lab.stop(), 60_000);

type Overrides = Partial<Omit<CreateTransformJobRequest, 'TransformInput' | 'TransformOutput'>> & {
  readonly input?: Partial<CreateTransformJobRequest['TransformInput']>;
  readonly output?: Partial<CreateTransformJobRequest['TransformOutput']>;
};

function create(name: string, { input = {}, output = {}, ...rest }: Overrides = {}) {
  return lab.sageMaker.send(
    new CreateTransformJobCommand({
      TransformJobName: name,
      ModelName: 'double',
      TransformInput: {
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${BUCKET}/batch/${name}/` } },
        ContentType: 'text/csv',
        SplitType: 'Line',
        ...input,
      },
      TransformOutput: {
        S3OutputPath: `s3://${BUCKET}/scored/${name}`,
        KmsKeyId: lab.keyArn,
        Accept: 'text/csv',
        AssembleWith: 'Line',
        ...output,
      },
      TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeKmsKeyId: lab.keyArn },
      Environment: { MODE: 'batch' },
      ...rest,
    }),
  );
}

async function ended(TransformJobName: string) {
  for (;;) {
    const job = await lab.sageMaker.send(new DescribeTransformJobCommand({ TransformJobName }));
    if (!['InProgress', 'Stopping'].includes(job.TransformJobStatus ?? '')) return job;
    await sleep(100);
  }
}

describe('a transform job', () => {
  it('runs the model container over every object and writes encrypted outputs beside each other', async () => {
    await lab.put('batch/plain/a.csv', '1,2\n3,4\n5,6\n');
    await lab.put('batch/plain/deep/b.csv', '10,20');
    const { TransformJobArn } = await create('plain');
    expect(TransformJobArn).toBe('arn:aws:sagemaker:eu-west-1:111122223333:transform-job/plain');
    const job = await ended('plain');
    expect(job.FailureReason).toBeUndefined();
    expect(job).toMatchObject({ TransformJobStatus: 'Completed', ModelName: 'double', TransformInput: { SplitType: 'Line' } });
    expect(job.TransformEndTime?.getTime()).toBeGreaterThan(job.TransformStartTime?.getTime() ?? Infinity);
    expect(await lab.keys('scored/plain/')).toEqual(['scored/plain/a.csv.out', 'scored/plain/deep/b.csv.out']);
    expect(await lab.text('scored/plain/a.csv.out')).toBe('6.0\n14.0\n22.0\n');
    expect(await lab.text('scored/plain/deep/b.csv.out')).toBe('60.0\n');
    const output = await lab.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'scored/plain/a.csv.out' }));
    expect(output).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: lab.keyArn });
    const lines = await lab.log(GROUP, 'plain/i-');
    expect(lines).toContain('asked for 3 rows batch true');
    expect(
      lines.filter((line) => /sagemaker logs\]: MaxConcurrentTransforms=1, MaxPayloadInMB=6, BatchStrategy=MULTI_RECORD$/.test(line)),
    ).toHaveLength(1);
  }, 60_000);

  it('takes a manifest, compressed objects, single records and several instances', async () => {
    await lab.put('batch/wide/one.csv.gz', gzipSync('1,1\n2,2\n'));
    await lab.put('batch/wide/two.csv.gz', gzipSync('3,3\n'));
    await lab.put('batch/wide/unnamed.csv.gz', gzipSync('13,0\n'));
    const S3Uri = await lab.put(
      'manifests/wide.json',
      JSON.stringify([{ prefix: `s3://${BUCKET}/batch/wide/` }, 'one.csv.gz', 'two.csv.gz']),
    );
    await create('wide', {
      input: { DataSource: { S3DataSource: { S3DataType: 'ManifestFile', S3Uri } }, CompressionType: 'Gzip' },
      BatchStrategy: 'SingleRecord',
      MaxConcurrentTransforms: 2,
      MaxPayloadInMB: 1,
      TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 2, VolumeKmsKeyId: lab.keyArn },
    });
    expect((await ended('wide')).FailureReason).toBeUndefined();
    expect(await lab.keys('scored/wide/')).toEqual(['scored/wide/one.csv.gz.out', 'scored/wide/two.csv.gz.out']);
    expect(await lab.text('scored/wide/one.csv.gz.out')).toBe('4.0\n8.0\n');
    const asked = (await lab.log(GROUP, 'wide/i-')).filter((line) => line.startsWith('asked for'));
    expect(asked).toEqual(Array.from({ length: 3 }, () => 'asked for 1 rows batch true'));
  }, 60_000);

  it.each([
    [
      'columns',
      'id-1,1,2\nid-2,3,4\n',
      { DataProcessing: { InputFilter: '$[1:]', JoinSource: 'Input' as const, OutputFilter: '$[0,-1]' } },
      'id-1,6.0\nid-2,14.0\n',
    ],
    [
      'fields',
      '{"id":12345678901234567890,"x":[1,2]}\n{"id":8,"x":[3,4]}\n',
      {
        input: { ContentType: 'application/jsonlines' },
        output: { Accept: 'application/jsonlines' },
        DataProcessing: { InputFilter: '$.x', JoinSource: 'Input' as const, OutputFilter: "$['id','SageMakerOutput']" },
      },
      '{"id":12345678901234567890,"SageMakerOutput":{"score":6.0}}\n{"id":8,"SageMakerOutput":{"score":14.0}}\n',
    ],
  ])(
    'associates %s of its input with the answers',
    async (name, body, overrides, wanted) => {
      await lab.put(`batch/${name}/rows`, body);
      await create(name, overrides);
      expect((await ended(name)).FailureReason).toBeUndefined();
      expect(await lab.text(`scored/${name}/rows.out`)).toBe(wanted);
    },
    60_000,
  );

  it('goes on after an object that fails, writes nothing for it, and fails with the reason in its data log', async () => {
    await lab.put('batch/bad/a.csv', '13,0\n');
    await lab.put('batch/bad/b.csv', '1,1\n');
    await create('bad');
    expect(await ended('bad')).toMatchObject({
      TransformJobStatus: 'Failed',
      FailureReason: 'AlgorithmError: See job logs for more information',
    });
    expect(await lab.keys('scored/bad/')).toEqual(['scored/bad/b.csv.out']);
    const lines = await lab.log(GROUP, 'bad/i-');
    const said = (wanted: RegExp) => lines.filter((line) => wanted.test(line)).length;
    expect(said(/^\S+:\[sagemaker logs\]: lab-data\/batch\/bad\/a\.csv: Bad HTTP status received from algorithm: 500$/)).toBe(1);
    expect(said(/a\.csv: .*thirteen brings bad luck/)).toBeGreaterThan(0);
  }, 60_000);

  it('fails where a record is larger than the payload, and where there is nothing to transform', async () => {
    await lab.put('batch/large/a.csv', `${'1,'.repeat(700_000)}1\n`);
    await create('large', { MaxPayloadInMB: 1 });
    expect((await ended('large')).FailureReason).toBe('ClientError: See job logs for more information');
    expect((await lab.log(GROUP, 'large/i-')).join('\n')).toMatch(/large\/a\.csv: ClientError: Too much data for max payload size/);
    await create('nothing');
    expect((await ended('nothing')).FailureReason).toMatch(
      /^ClientError: No S3 objects found under S3 URL "s3:\/\/lab-data\/batch\/nothing\/"/,
    );
  }, 60_000);

  it('is told to stop while the container works', async () => {
    await lab.put('batch/endless/a.csv', '600,0\n');
    await create('endless');
    for (; !(await lab.log(GROUP, 'endless/i-').catch(() => [])).some((line) => line.startsWith('asked for'));) await sleep(100);
    await lab.sageMaker.send(new StopTransformJobCommand({ TransformJobName: 'endless' }));
    expect((await ended('endless')).TransformJobStatus).toBe('Stopped');
    expect(await lab.keys('scored/endless/')).toEqual([]);
    expect(await refusal(lab.sageMaker.send(new StopTransformJobCommand({ TransformJobName: 'endless' })))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/is in status Stopped/),
    });
  }, 60_000);

  it('leaves nothing on the disk', async () => {
    expect(await lab.leftOnDisk()).toEqual([]);
  });
});

describe('names and requests', () => {
  it.each<[string, Overrides & { TransformJobName?: string }, string, RegExp]>([
    [
      'a model that does not exist',
      { ModelName: 'nobody' },
      'ValidationException',
      /^Could not find model "arn:aws:sagemaker:.*:model\/nobody"/,
    ],
    ['too large payloads', { MaxPayloadInMB: 60, MaxConcurrentTransforms: 2 }, 'ValidationException', /must not exceed 100 MB/],
    ['a filter that is none', { DataProcessing: { InputFilter: '$..x' } }, 'ValidationException', /^Invalid JSONPath expression: \$\.\.x/],
    [
      'single records of one piece',
      { BatchStrategy: 'SingleRecord', input: { SplitType: 'None' } },
      'ValidationException',
      /BatchStrategy SingleRecord needs a SplitType/,
    ],
    ['records in a format of MXNet', { input: { SplitType: 'RecordIO' } }, 'OperationNotEmulated', /SplitType RecordIO/],
    ['data capture', { DataCaptureConfig: { DestinationS3Uri: `s3://${BUCKET}/capture` } }, 'OperationNotEmulated', /data capture/],
  ])('%s is refused', async (_, overrides, name, message) => {
    expect(await refusal(create('refused', overrides))).toMatchObject({ name, message: expect.stringMatching(message) });
  });

  it('a name can be used once, and jobs are listed', async () => {
    expect(await refusal(create('plain'))).toMatchObject({ name: 'ResourceInUse', message: expect.stringMatching(/transform-job\/plain/) });
    const { TransformJobSummaries = [] } = await lab.sageMaker.send(
      new ListTransformJobsCommand({ StatusEquals: 'Failed', SortBy: 'Name', SortOrder: 'Ascending' }),
    );
    expect(TransformJobSummaries.map(({ TransformJobName }) => TransformJobName)).toEqual(['bad', 'large', 'nothing']);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CreateProcessingJobCommand,
  DescribeProcessingJobCommand,
  ListProcessingJobsCommand,
  StopProcessingJobCommand,
  type CreateProcessingJobRequest,
} from '@aws-sdk/client-sagemaker';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { refusal } from '../gateway/running-gateway.ts';
import { BUCKET, IMAGE, startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

let lab: RunningSageMaker;
beforeAll(async () => {
  lab = await startRunningSageMaker();
}, 300_000);
afterAll(() => lab.stop(), 60_000);

async function create(name: string, script: string, overrides: Partial<CreateProcessingJobRequest> = {}) {
  const S3Uri = await lab.put(`code/${name}/script.py`, script);
  const rows = await lab.put(`data/${name}/rows.csv`, '1\n2\n3\n');
  const input = (InputName: string, uri: string) => ({
    InputName,
    S3Input: {
      S3Uri: uri,
      LocalPath: `/opt/ml/processing/input/${InputName}`,
      S3DataType: 'S3Prefix' as const,
      S3InputMode: 'File' as const,
    },
  });
  await lab.sageMaker.send(
    new CreateProcessingJobCommand({
      ProcessingJobName: name,
      AppSpecification: {
        ImageUri: IMAGE,
        ContainerEntrypoint: ['python', '/opt/ml/processing/input/code/script.py'],
        ContainerArguments: ['--factor', '2'],
      },
      RoleArn: lab.roleArn,
      ProcessingInputs: [input('code', S3Uri), input('data', rows)],
      ProcessingOutputConfig: {
        KmsKeyId: lab.keyArn,
        Outputs: [
          {
            OutputName: 'sums',
            S3Output: { S3Uri: `s3://${BUCKET}/sums/${name}/`, LocalPath: '/opt/ml/processing/output/sums', S3UploadMode: 'EndOfJob' },
          },
        ],
      },
      ProcessingResources: {
        ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 1, VolumeKmsKeyId: lab.keyArn },
      },
      NetworkConfig: { EnableNetworkIsolation: true, VpcConfig: lab.vpc },
      StoppingCondition: { MaxRuntimeInSeconds: 60 },
      ...overrides,
    }),
  );
}

async function ended(ProcessingJobName: string) {
  for (;;) {
    const job = await lab.sageMaker.send(new DescribeProcessingJobCommand({ ProcessingJobName }));
    if (!['InProgress', 'Stopping'].includes(job.ProcessingJobStatus ?? '')) return job;
    await sleep(50);
  }
}

describe('a processing job', () => {
  it('reads its inputs, writes its outputs to S3 and says its last words', async () => {
    await create(
      'sum',
      `
import json, sys
rows = [int(row) for row in open("/opt/ml/processing/input/data/rows.csv")]
open("/opt/ml/processing/output/sums/total.txt", "w").write(str(sum(rows) * int(sys.argv[2])))
open("/opt/ml/output/message", "w").write("three rows")
print(json.load(open("/opt/ml/config/processingjobconfig.json"))["ProcessingJobName"])
`,
    );
    expect(await ended('sum')).toMatchObject({
      ProcessingJobStatus: 'Completed',
      ExitMessage: 'three rows',
      ProcessingJobArn: 'arn:aws:sagemaker:eu-west-1:111122223333:processing-job/sum',
    });
    const total = await lab.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'sums/sum/total.txt' }));
    expect(await total.Body?.transformToString()).toBe('12');
    expect(total.SSEKMSKeyId).toBe(lab.keyArn);
    expect(await lab.log('/aws/sagemaker/ProcessingJobs', 'sum/algo-1-')).toEqual(['sum']);
  }, 60_000);

  it('that fails has a reason and no output', async () => {
    await create('fails', 'open("/opt/ml/output/message", "w").write("no luck")\nraise SystemExit(4)');
    expect(await ended('fails')).toMatchObject({
      ProcessingJobStatus: 'Failed',
      FailureReason: 'AlgorithmError: See job logs for more information, exit code: 4',
      ExitMessage: 'no luck',
    });
  }, 60_000);

  it('is stopped when asked to, and when its time is over', async () => {
    await create('long', 'import time; print("ready", flush=True); time.sleep(60)');
    while (!(await lab.log('/aws/sagemaker/ProcessingJobs', 'long/').catch((): string[] => [])).includes('ready')) await sleep(50);
    await lab.sageMaker.send(new StopProcessingJobCommand({ ProcessingJobName: 'long' }));
    expect(await ended('long')).toMatchObject({ ProcessingJobStatus: 'Stopped' });
    await create('late', 'import time; time.sleep(60)', { StoppingCondition: { MaxRuntimeInSeconds: 1 } });
    expect(await ended('late')).toMatchObject({ ProcessingJobStatus: 'Stopped' });
    const { ProcessingJobSummaries } = await lab.sageMaker.send(
      new ListProcessingJobsCommand({ StatusEquals: 'Stopped', SortBy: 'Name', SortOrder: 'Ascending' }),
    );
    expect(ProcessingJobSummaries?.map(({ ProcessingJobName }) => ProcessingJobName)).toEqual(['late', 'long']);
  }, 60_000);

  it('what cannot run here is refused, and says what', async () => {
    const ClusterConfig = { InstanceCount: 9, InstanceType: 'ml.m5.large' as const, VolumeSizeInGB: 1 };
    expect(await refusal(create('two', '', { ProcessingResources: { ClusterConfig } }))).toMatchObject({
      name: 'OperationNotEmulated',
      message: expect.stringContaining('8 instances at most'),
    });
    expect(await refusal(create('pipe', '', { AppSpecification: { ImageUri: IMAGE } }))).toMatchObject({
      name: 'OperationNotEmulated',
      message: expect.stringContaining('ContainerEntrypoint'),
    });
  });
});

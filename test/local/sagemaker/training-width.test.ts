import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CreateExperimentCommand,
  CreateTrialCommand,
  CreateProcessingJobCommand,
  CreateTrainingJobCommand,
  type CreateTrainingJobRequest,
  DeleteTrainingJobCommand,
  DescribeProcessingJobCommand,
  DescribeTrainingJobCommand,
  ListTagsCommand,
  StopTrainingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { refusal } from '../gateway/running-gateway.ts';
import { BUCKET, IMAGE, startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

let lab: RunningSageMaker;
beforeAll(async () => {
  lab = await startRunningSageMaker();
}, 300_000);
afterAll(() => lab.stop(), 60_000);

const until = async (is: () => Promise<boolean>) => {
  while (!(await is())) await sleep(100);
};

describe('checkpoints', () => {
  const COUNTING = `
import os, time
path = "/opt/ml/checkpoints/epoch.txt"
epoch = int(open(path).read()) if os.path.exists(path) else 0
os.path.lexists("/opt/ml/checkpoints/passwd") or os.symlink("/etc/hostname", "/opt/ml/checkpoints/passwd")
print("begins with", epoch, flush=True)
open(path, "w").write(str(epoch + 1))
time.sleep(600 if epoch == 0 else 0)
`;
  const CheckpointConfig = { S3Uri: `s3://${BUCKET}/checkpoints/counting` };

  it('are in S3 while the job runs, encrypted, and there again for the next one', async () => {
    await lab.train('first', COUNTING, { CheckpointConfig });
    await until(async () => (await lab.keys('checkpoints/')).length > 0);
    expect(await lab.keys('checkpoints/')).toEqual(['checkpoints/counting/epoch.txt']);
    const saved = await lab.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'checkpoints/counting/epoch.txt' }));
    expect(saved).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: lab.keyArn });
    await lab.sageMaker.send(new StopTrainingJobCommand({ TrainingJobName: 'first' }));
    await lab.ended('first');
    await lab.train('second', COUNTING, { CheckpointConfig });
    expect((await lab.ended('second')).FailureReason).toBeUndefined();
    expect(await lab.log('/aws/sagemaker/TrainingJobs', 'second/')).toContain('begins with 1');
    expect(await lab.text('checkpoints/counting/epoch.txt')).toBe('2');
    expect(await lab.keys('checkpoints/')).toEqual(['checkpoints/counting/epoch.txt']);
  }, 60_000);

  it('in a folder that is not theirs are refused', async () => {
    for (const LocalPath of ['/opt/ml/model', '/etc', '/opt/ml/x/../model'])
      expect(await refusal(lab.train('refused', '', { CheckpointConfig: { ...CheckpointConfig, LocalPath } }))).toMatchObject({
        name: 'OperationNotEmulated',
        message: expect.stringContaining(LocalPath),
      });
  });
});

describe('a training job', () => {
  it('leaves its model as it is where no archive is wanted, and takes its data from a manifest', async () => {
    await lab.put('manifest/a.csv', 'a');
    await lab.put('manifest/b.csv', 'b');
    await lab.put('manifest/c.csv', 'c');
    const S3Uri = await lab.put('manifest.json', JSON.stringify([{ prefix: `s3://${BUCKET}/manifest/` }, 'a.csv', 'c.csv']));
    const request = await lab.request(
      'plain',
      'import os\nos.makedirs("/opt/ml/model/deep")\nopen("/opt/ml/model/deep/names", "w").write(" ".join(sorted(os.listdir("/opt/ml/input/data/training"))))',
      {
        OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/out`, KmsKeyId: lab.keyArn, CompressionType: 'NONE' },
        AlgorithmSpecification: { TrainingImage: IMAGE, TrainingInputMode: 'FastFile' },
        ExperimentConfig: { ExperimentName: 'an-experiment', TrialName: 'a-trial' },
      },
    );
    for (const { ChannelName, DataSource } of request.InputDataConfig ?? []) {
      if (ChannelName === 'training' && DataSource?.S3DataSource !== undefined)
        Object.assign(DataSource.S3DataSource, { S3Uri, S3DataType: 'ManifestFile' });
    }
    await lab.sageMaker.send(new CreateExperimentCommand({ ExperimentName: 'an-experiment' }));
    await lab.sageMaker.send(new CreateTrialCommand({ ExperimentName: 'an-experiment', TrialName: 'a-trial' }));
    await lab.sageMaker.send(new CreateTrainingJobCommand(request));
    const job = await lab.ended('plain');
    expect(job.FailureReason).toBeUndefined();
    expect(job).toMatchObject({
      ModelArtifacts: { S3ModelArtifacts: `s3://${BUCKET}/out/plain/output/model/` },
      ExperimentConfig: { ExperimentName: 'an-experiment' },
    });
    expect(await lab.text('out/plain/output/model/deep/names')).toBe('a.csv c.csv');
  }, 60_000);

  const supervisor = () =>
    (JSON.parse(readFileSync(join(lab.localHome, 'sandboxes/training-job-again/process.json'), 'utf8')) as { pid: number }).pid;

  it('is started again when the platform fails, as often as was asked for', async () => {
    await lab.train('again', 'import time\nprint("here", flush=True)\ntime.sleep(4)', { RetryStrategy: { MaximumRetryAttempts: 1 } });
    await until(async () => (await lab.log('/aws/sagemaker/TrainingJobs', 'again/').catch((): string[] => [])).includes('here'));
    process.kill(supervisor(), 'SIGKILL');
    const job = await lab.ended('again');
    expect(job.TrainingJobStatus).toBe('Completed');
    expect(job.SecondaryStatusTransitions?.map(({ Status }) => Status)).toEqual([
      ...['Starting', 'Downloading', 'Training', 'Uploading', 'Restarting'],
      ...['Starting', 'Downloading', 'Training', 'Uploading', 'Completed'],
    ]);
  }, 60_000);

  it('on spot instances needs to say how long it may wait, and costs what it runs', async () => {
    const spot = (MaxWaitTimeInSeconds?: number): Partial<CreateTrainingJobRequest> => ({
      EnableManagedSpotTraining: true,
      StoppingCondition: { MaxRuntimeInSeconds: 600, MaxWaitTimeInSeconds },
    });
    expect(await refusal(lab.train('spot', '', spot()))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/^Invalid MaxWaitTimeInSeconds/),
    });
    await lab.train('spot', 'print(1)', spot(600));
    const { TrainingTimeInSeconds, BillableTimeInSeconds } = await lab.ended('spot');
    expect(BillableTimeInSeconds).toBe(TrainingTimeInSeconds);
  }, 60_000);

  it('can be deleted when it has ended, and its name used again', async () => {
    const remove = () => lab.sageMaker.send(new DeleteTrainingJobCommand({ TrainingJobName: 'gone' }));
    const { TrainingJobArn } = await lab.train('gone', 'import time\ntime.sleep(600)', { Tags: [{ Key: 'a', Value: 'b' }] });
    expect(await refusal(remove())).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/is in status InProgress/),
    });
    await lab.sageMaker.send(new StopTrainingJobCommand({ TrainingJobName: 'gone' }));
    await lab.ended('gone');
    await remove();
    expect(await refusal(lab.sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName: 'gone' })))).toMatchObject({
      message: 'Requested resource not found.',
    });
    expect((await lab.sageMaker.send(new ListTagsCommand({ ResourceArn: TrainingJobArn }))).Tags).toEqual([]);
    await lab.train('gone', 'print(1)');
    expect((await lab.ended('gone')).TrainingJobStatus).toBe('Completed');
  }, 60_000);
});

describe('a processing job', () => {
  it('of several instances shares its input and gathers its output', async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => lab.put(`shards/${name}.csv`, name)));
    const script = [
      'import json, os',
      'host = json.load(open("/opt/ml/config/resourceconfig.json"))["current_host"]',
      'open("/opt/ml/processing/output/" + host, "w").write(" ".join(sorted(os.listdir("/opt/ml/processing/input"))))',
    ].join('; ');
    await lab.sageMaker.send(
      new CreateProcessingJobCommand({
        ProcessingJobName: 'shards',
        AppSpecification: { ImageUri: IMAGE, ContainerEntrypoint: ['python', '-c', script] },
        RoleArn: lab.roleArn,
        ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.large', InstanceCount: 2, VolumeSizeInGB: 1 } },
        NetworkConfig: { EnableNetworkIsolation: true, VpcConfig: lab.vpc },
        ProcessingInputs: [
          {
            InputName: 'data',
            S3Input: {
              S3Uri: `s3://${BUCKET}/shards/`,
              LocalPath: '/opt/ml/processing/input',
              S3DataType: 'S3Prefix',
              S3InputMode: 'File',
              S3DataDistributionType: 'ShardedByS3Key',
            },
          },
        ],
        ProcessingOutputConfig: {
          KmsKeyId: lab.keyArn,
          Outputs: [
            {
              OutputName: 'made',
              S3Output: { S3Uri: `s3://${BUCKET}/made`, LocalPath: '/opt/ml/processing/output', S3UploadMode: 'EndOfJob' },
            },
          ],
        },
      }),
    );
    const status = async () =>
      (await lab.sageMaker.send(new DescribeProcessingJobCommand({ ProcessingJobName: 'shards' }))).ProcessingJobStatus;
    await until(async () => (await status()) !== 'InProgress');
    expect(await status()).toBe('Completed');
    expect(await lab.text('made/algo-1')).toBe('a.csv c.csv');
    expect(await lab.text('made/algo-2')).toBe('b.csv');
  }, 60_000);
});

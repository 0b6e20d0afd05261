import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  ListTrainingJobsCommand,
  StopTrainingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { refusal } from '../gateway/running-gateway.ts';
import { BUCKET, startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

const GROUP = '/aws/sagemaker/TrainingJobs';
let lab: RunningSageMaker;
beforeAll(async () => {
  lab = await startRunningSageMaker();
}, 300_000);
afterAll(() => lab.stop(), 60_000);

const describeJob = (TrainingJobName: string) => lab.sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));
const said = async (name: string, text: string) => {
  for (;;) {
    const lines = await lab.log(GROUP, `${name}/`).catch(() => []);
    if (lines.some((line) => line.includes(text))) return lines;
    await sleep(100);
  }
};

describe('a training job', () => {
  it('runs the script in the container contract and leaves artefacts, metrics, log and transitions', async () => {
    await lab.train(
      'complete',
      `
import argparse, os
parser = argparse.ArgumentParser()
parser.add_argument("--depth", type=int)
print("depth", parser.parse_args().depth + 1, "rows", open(os.environ["SM_CHANNEL_TRAINING"] + "/rows.csv").read().count("\\n"))
print("auc=0.70")
open("/opt/ml/model/model.txt", "w").write("weights")
open("/opt/ml/output/data/report.txt", "w").write("report")
print("auc=0.80")
`,
    );
    const job = await lab.ended('complete');
    expect(job).toMatchObject({
      TrainingJobStatus: 'Completed',
      SecondaryStatus: 'Completed',
      ModelArtifacts: { S3ModelArtifacts: `s3://${BUCKET}/out/complete/output/model.tar.gz` },
    });
    expect(job.FailureReason).toBeUndefined();
    expect(job.SecondaryStatusTransitions?.map(({ Status }) => Status)).toEqual([
      'Starting',
      'Downloading',
      'Training',
      'Uploading',
      'Completed',
    ]);
    expect(job.FinalMetricDataList).toMatchObject([{ MetricName: 'auc', Value: 0.8 }]);
    expect(job.BillableTimeInSeconds).toBeGreaterThan(0);
    expect(job.CreationTime?.getTime()).toBeGreaterThan(Date.now() - 60_000);
    const lines = await lab.log(GROUP, 'complete/algo-1-');
    expect(lines).toContain('depth 4 rows 2');
    expect(lines.filter((line) => line.startsWith('auc='))).toEqual(['auc=0.70', 'auc=0.80']);
    expect(await lab.keys('out/complete/')).toEqual(['out/complete/output/model.tar.gz', 'out/complete/output/output.tar.gz']);
    const model = await lab.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'out/complete/output/model.tar.gz' }));
    expect(model).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: lab.keyArn });
    expect(gunzipSync((await model.Body?.transformToByteArray()) ?? new Uint8Array()).toString('latin1')).toMatch(/^model\.txt[^]*weights/);
  }, 60_000);

  it('that fails says what its script said, and leaves no model', async () => {
    await lab.train('fails', 'open("/opt/ml/model/half.txt", "w").write("x")\nraise ValueError("the label column is missing")');
    const job = await lab.ended('fails');
    expect(job).toMatchObject({ TrainingJobStatus: 'Failed', SecondaryStatus: 'Failed' });
    expect(job.FailureReason).toMatch(/^AlgorithmError: [^]*ValueError: the label column is missing[^]*, exit code: 1$/);
    expect(job.ModelArtifacts).toBeUndefined();
    expect(await lab.keys('out/fails/output/model')).toEqual([]);
  }, 60_000);

  it('is told to stop, and saves what it has', async () => {
    await lab.train(
      'stopped',
      `
import signal, sys, time
def save(*_):
    open("/opt/ml/model/checkpoint.txt", "w").write("saved")
    print("saved my work", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, save)
print("ready", flush=True)
time.sleep(600)
`,
    );
    await said('stopped', 'ready');
    await lab.sageMaker.send(new StopTrainingJobCommand({ TrainingJobName: 'stopped' }));
    expect((await describeJob('stopped')).TrainingJobStatus).toBe('Stopping');
    const job = await lab.ended('stopped');
    expect(job).toMatchObject({
      TrainingJobStatus: 'Stopped',
      SecondaryStatus: 'Stopped',
      ModelArtifacts: { S3ModelArtifacts: expect.stringContaining('/model.tar.gz') },
    });
    expect(await lab.log(GROUP, 'stopped/')).toContain('saved my work');
    expect(await refusal(lab.sageMaker.send(new StopTrainingJobCommand({ TrainingJobName: 'stopped' })))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/is in status Stopped/),
    });
  }, 60_000);

  it('that does not listen is killed when the grace period is over', async () => {
    await lab.train(
      'stubborn',
      'import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint("ready", flush=True)\ntime.sleep(600)',
    );
    await said('stubborn', 'ready');
    const asked = Date.now();
    await lab.sageMaker.send(new StopTrainingJobCommand({ TrainingJobName: 'stubborn' }));
    expect((await lab.ended('stubborn')).TrainingJobStatus).toBe('Stopped');
    expect(Date.now() - asked).toBeGreaterThan(2_500);
    expect(Date.now() - asked).toBeLessThan(12_000);
  }, 60_000);

  it('that outlives MaxRuntimeInSeconds is stopped', async () => {
    await lab.train('eternal', 'import time\ntime.sleep(600)', { StoppingCondition: { MaxRuntimeInSeconds: 3 } });
    expect(await lab.ended('eternal')).toMatchObject({ TrainingJobStatus: 'Stopped', SecondaryStatus: 'MaxRuntimeExceeded' });
  }, 60_000);

  it('fails where its role may not read the data, and where there is none', async () => {
    const { arn } = await lab.role('blind', [], {
      trust: [
        { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' },
        { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'sts:AssumeRole' },
      ],
    });
    await lab.train('blind', 'print(1)', { RoleArn: arn });
    expect((await lab.ended('blind')).FailureReason).toMatch(
      /^ClientError: Data download failed:AccessDenied \(403\): .*is not authorized to perform: s3:ListBucket/,
    );
    const request = await lab.request('empty', 'print(1)');
    for (const channel of request.InputDataConfig ?? []) {
      if (channel.ChannelName === 'training' && channel.DataSource?.S3DataSource !== undefined)
        channel.DataSource.S3DataSource.S3Uri = `s3://${BUCKET}/nothing/here/`;
    }
    await lab.sageMaker.send(new CreateTrainingJobCommand(request));
    expect((await lab.ended('empty')).FailureReason).toMatch(
      /^ClientError: No S3 objects found under S3 URL "s3:\/\/lab-data\/nothing\/here\/" given in input data source\./,
    );
  }, 60_000);

  it('cannot lead the platform out of its folder by a link', async () => {
    await lab.train(
      'links',
      `
import os, shutil
shutil.rmtree("/opt/ml/model")
os.symlink("/etc", "/opt/ml/model")
os.symlink("/etc/hostname", "/opt/ml/output/failure")
raise SystemExit(3)
`,
    );
    const { hostname } = await import('node:os');
    const job = await lab.ended('links');
    expect(job.TrainingJobStatus).toBe('Failed');
    expect(job.FailureReason).not.toContain(hostname());
    await lab.train('links-2', 'import os, shutil\nshutil.rmtree("/opt/ml/model")\nos.symlink("/etc", "/opt/ml/model")');
    expect((await lab.ended('links-2')).ModelArtifacts).toBeUndefined();
    expect(await lab.keys('out/links')).toEqual([]);
  }, 60_000);

  it('with network reaches S3 as its role through the VPC endpoint, and nothing else', async () => {
    await lab.train(
      'connected',
      `
import boto3, os, socket
def attempt(what):
    try: return what()
    except Exception as error: return type(error).__name__ + " " + ((getattr(error, "response", None) or {}).get("Error") or {}).get("Code", "")
s3 = boto3.client("s3")
print("own:", attempt(lambda: s3.list_objects_v2(Bucket="${BUCKET}", Prefix="data/connected/")["KeyCount"]))
print("all:", attempt(lambda: s3.list_buckets()))
print("api:", attempt(lambda: boto3.client("sagemaker").list_training_jobs()))
print("out:", attempt(lambda: socket.create_connection(("192.0.2.1", 443), timeout=2)))
print("keys:", sorted(name for name in os.environ if "SECRET" in name or "ACCESS_KEY" in name))
`,
      { EnableNetworkIsolation: false },
    );
    expect((await lab.ended('connected')).FailureReason).toBeUndefined();
    const lines = await lab.log(GROUP, 'connected/');
    const found = (name: string) => lines.find((line) => line.startsWith(`${name}:`));
    expect(found('own')).toBe('own: 1');
    expect(found('all')).toBe('all: AccessDenied AccessDenied');
    expect(found('api')).toMatch(/^api: (EndpointConnectionError|ConnectTimeoutError|SSLError|ConnectionClosedError|ClientError \S+)/);
    expect(found('out')).toBe('out: OSError ');
    expect(found('keys')).toBe('keys: []');
  }, 60_000);

  it('leaves nothing on the disk when it has ended', async () => {
    expect(await lab.leftOnDisk()).toEqual([]);
  });
});

describe('names and requests', () => {
  it('a name can be used once', async () => {
    expect(await refusal(lab.train('complete', ''))).toMatchObject({
      name: 'ResourceInUse',
      message: expect.stringMatching(/arn:aws:sagemaker:eu-west-1:111122223333:training-job\/complete/),
    });
  });

  it.each([
    [
      'a bad name',
      { TrainingJobName: 'bad_name' },
      /^1 validation error detected: Value 'bad_name' at 'trainingJobName' failed to satisfy constraint: Member must satisfy regular expression pattern/,
    ],
    ['no role', { RoleArn: undefined }, /Value null at 'roleArn' failed to satisfy constraint: Member must not be null/],
    [
      'an unknown instance type',
      { ResourceConfig: { InstanceType: 'ml.m5.tiny' as never, InstanceCount: 1, VolumeSizeInGB: 1 } },
      /at 'resourceConfig.instanceType' failed to satisfy constraint: Member must satisfy enum value set/,
    ],
    [
      'no time',
      { StoppingCondition: { MaxRuntimeInSeconds: 0 } },
      /at 'stoppingCondition.maxRuntimeInSeconds' failed to satisfy constraint: Member must have value greater than or equal to 1/,
    ],
  ])('%s is refused in the words of AWS', async (_, overrides, message) => {
    expect(await refusal(lab.train('refused', '', overrides as never))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    [
      'a role that does not trust SageMaker',
      { RoleArn: 'arn:aws:iam::111122223333:role/nobody' },
      'ValidationException',
      /^Could not assume role arn:aws:iam::111122223333:role\/nobody\. Please ensure that the role exists and allows principal 'sagemaker\.amazonaws\.com'/,
    ],
    [
      'a subnet that does not exist',
      { VpcConfig: { Subnets: ['subnet-0123456789abcdef0'], SecurityGroupIds: ['sg-0123456789abcdef0'] } },
      'ValidationException',
      /^The subnet ID 'subnet-0123456789abcdef0' does not exist/,
    ],
    [
      'an image that nobody has',
      { AlgorithmSpecification: { TrainingImage: '1.dkr.ecr.eu-west-1.amazonaws.com/other:1', TrainingInputMode: 'File' } },
      'ValidationException',
      /^Requested image .*other:1 not found/,
    ],
    [
      'what this machine cannot do',
      {
        ResourceConfig: {
          InstanceGroups: [{ InstanceType: 'ml.m5.large', InstanceCount: 1, InstanceGroupName: 'group' }],
          VolumeSizeInGB: 1,
        },
      },
      'OperationNotEmulated',
      /instance groups/,
    ],
  ])('%s is refused', async (_, overrides, name, message) => {
    expect(await refusal(lab.train('refused', '', overrides as never))).toMatchObject({ name, message: expect.stringMatching(message) });
  });

  it('a job that does not exist is not found', async () => {
    expect(await refusal(describeJob('nobody'))).toMatchObject({ name: 'ValidationException', message: 'Requested resource not found.' });
  });

  it('lists by status, name and page', async () => {
    const list = (input: object) => lab.sageMaker.send(new ListTrainingJobsCommand(input));
    const names = async (input: object) => ((await list(input)).TrainingJobSummaries ?? []).map(({ TrainingJobName }) => TrainingJobName);
    expect((await names({ StatusEquals: 'Stopped' })).sort()).toEqual(['eternal', 'stopped', 'stubborn']);
    expect(await names({ NameContains: 'STUB' })).toEqual(['stubborn']);
    const seen: (string | undefined)[] = [];
    for (let NextToken: string | undefined; ;) {
      const page = await list({ MaxResults: 2, SortBy: 'Name', SortOrder: 'Ascending', ...(NextToken === undefined ? {} : { NextToken }) });
      seen.push(...(page.TrainingJobSummaries ?? []).map(({ TrainingJobName }) => TrainingJobName));
      NextToken = page.NextToken;
      if (NextToken === undefined) break;
    }
    expect(seen).toEqual(['blind', 'complete', 'connected', 'empty', 'eternal', 'fails', 'links', 'links-2', 'stopped', 'stubborn']);
  });
});

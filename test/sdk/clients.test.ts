import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateTrainingJobCommand, DescribeTrainingJobCommand, SageMakerClient, StartSessionCommand } from '@aws-sdk/client-sagemaker';
import type { CreateTrainingJobRequest } from '@aws-sdk/client-sagemaker';
import { SealabError, secure } from '@sealab/sdk';
import { environment, isolatedOnly } from './environment-fixture.ts';
import { labOnAPort } from './lab-on-a-port.ts';
import { failure } from './refusals.ts';
import type { Outcome, Received } from './service-on-a-port.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-to-be-seen', sessionToken: 'token-not-to-be-seen' };
const bare = {
  TrainingJobName: 'a',
  ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
} as unknown as CreateTrainingJobRequest;
const script = { name: 'train.py', text: 'print(1)' };

describe('raw commands', () => {
  it('are sent with the security fields', async () => {
    const { lab, service } = await labOnAPort(() => ({ json: { TrainingJobArn: 'arn' } }));
    await lab.clients.sageMaker.send(new CreateTrainingJobCommand(bare));
    expect(service.requests).toHaveLength(1);
    expect(service.requests[0]?.input).toMatchObject({
      VpcConfig: { Subnets: ['subnet-0aaa1111', 'subnet-0bbb2222'], SecurityGroupIds: ['sg-0ccc3333'] },
      EnableNetworkIsolation: true,
      EnableInterContainerTrafficEncryption: true,
      ResourceConfig: { VolumeKmsKeyId: environment.keys.volume },
      RoleArn: environment.roles.jobExecution,
    });
  });

  it('are refused before anything is sent when they conflict or are not covered', async () => {
    const { lab, service } = await labOnAPort(() => ({ json: {} }), { environment: isolatedOnly });
    const conflict = await failure(lab.clients.sageMaker.send(new CreateTrainingJobCommand({ ...bare, EnableNetworkIsolation: false })));
    expect([conflict.code, conflict.details['field']]).toEqual(['SecureFieldConflict', 'EnableNetworkIsolation']);
    const unknown = await failure(
      lab.clients.sageMaker.send(new StartSessionCommand({ ResourceIdentifier: 'arn:aws:sagemaker:eu-west-1:111122223333:space/d-1/a' })),
    );
    expect(unknown.code).toBe('OperationNotCovered');
    expect(unknown.message).toContain('shell');
    const bucket = await failure(lab.clients.s3.send(new PutObjectCommand({ Bucket: 'somebody-elses', Key: 'a', Body: 'x' })));
    expect([bucket.code, bucket.details['field']]).toEqual(['SecureFieldConflict', 'Bucket']);
    expect(service.requests).toHaveLength(0);
  });

  it('of any client can be covered', async () => {
    const { service } = await labOnAPort(() => ({ json: { TrainingJobArn: 'arn' } }));
    const own = secure(new SageMakerClient({ region: 'eu-west-1', endpoint: service.url, credentials }), 'sagemaker', environment);
    await own.send(new CreateTrainingJobCommand(bare));
    expect(service.requests[0]?.input).toMatchObject({ EnableNetworkIsolation: true });
    own.destroy();
  });

  it('write S3 objects with the storage key', async () => {
    const { lab, service } = await labOnAPort(() => ({ empty: 200 }));
    await lab.clients.s3.send(new PutObjectCommand({ Bucket: environment.buckets.data, Key: 'a', Body: 'x' }));
    expect(service.requests[0]?.headers).toMatchObject({
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': environment.keys.storage,
    });
  });
});

describe('refusals by AWS', () => {
  const message =
    'User: arn:aws:sts::111122223333:assumed-role/r/s is not authorized to perform: sagemaker:DescribeTrainingJob on resource: arn:aws:sagemaker:eu-west-1:111122223333:training-job/a because no identity-based policy allows the sagemaker:DescribeTrainingJob action';

  it('are explained, keep their cause, and show no header or secret', async () => {
    const { lab } = await labOnAPort(() => ({ error: 'AccessDeniedException', message }), { credentials });
    const error = await failure(lab.clients.sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName: 'a' })));
    expect(error).toBeInstanceOf(SealabError);
    expect(error.code).toBe('AccessDenied');
    expect(error.details).toMatchObject({
      operation: 'DescribeTrainingJob',
      action: 'sagemaker:DescribeTrainingJob',
      wall: 'identity policy',
    });
    expect((error.cause as Error).message).toBe(message);
    for (const shown of [inspect(error, { depth: 10 }), JSON.stringify(error), error.stack ?? '']) {
      expect(shown).not.toMatch(/not-to-be-seen|authorization|AKIDEXAMPLE|x-amz-security-token/i);
    }
  });

  it('of the local stand-in say what it does not run', async () => {
    const { lab } = await labOnAPort(() => ({ error: 'OperationNotEmulated', message: 'DescribeTrainingJob is not emulated.' }));
    expect((await failure(lab.clients.sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName: 'a' })))).code).toBe(
      'OperationNotEmulated',
    );
  });
});

/** SageMaker as far as names go: a job is made once, a taken name is refused. */
function jobs(breaks: (request: Received, attempt: number) => 'before' | 'after' | undefined) {
  const made = new Map<string, Record<string, unknown>>();
  const attempts = new Map<string, number>();
  const answer = (request: Received): Outcome => {
    const attempt = (attempts.get(request.operation) ?? 0) + 1;
    attempts.set(request.operation, attempt);
    if (request.operation.startsWith('PUT')) return { empty: 200 };
    const when = breaks(request, attempt);
    if (when === 'before') return 'break';
    const name = String(request.input['TrainingJobName']);
    const job = made.get(name);
    let outcome: Outcome;
    if (request.operation === 'DescribeTrainingJob')
      outcome = job === undefined ? { error: 'ValidationException', message: 'Requested resource not found.' } : { json: job };
    else if (job !== undefined)
      outcome = {
        error: 'ResourceInUse',
        message: 'Training job names must be unique within an AWS account and region, and a training job with this name already exists',
      };
    else {
      made.set(name, { ...request.input, TrainingJobStatus: 'InProgress', TrainingJobArn: 'arn' });
      outcome = { json: { TrainingJobArn: 'arn' } };
    }
    return when === 'after' ? 'break' : outcome;
  };
  return { made, answer };
}

describe('submitting', () => {
  it('never starts a second job when the answer is lost', async () => {
    const { made, answer } = jobs(({ operation }, attempt) => (operation === 'CreateTrainingJob' && attempt === 1 ? 'after' : undefined));
    const { lab, service } = await labOnAPort(answer);
    const job = await lab.train({ script, name: 'once' });
    expect([job.name, made.size]).toEqual(['once', 1]);
    // The AWS SDK sent it again, was told that the name is taken, and the job turned out to be this very one.
    expect(service.sent('CreateTrainingJob')).toHaveLength(2);
    expect(service.sent('DescribeTrainingJob')).toHaveLength(1);
  });

  it('goes on when the connection breaks before SageMaker has seen the request', async () => {
    const { made, answer } = jobs(({ operation }, attempt) => (operation === 'CreateTrainingJob' && attempt === 1 ? 'before' : undefined));
    const { lab } = await labOnAPort(answer);
    await lab.train({ script, name: 'again' });
    expect([...made.keys()]).toEqual(['again']);
  });

  it('looks for the job when every answer was lost', async () => {
    const { made, answer } = jobs(({ operation }, attempt) =>
      operation === 'CreateTrainingJob' ? (attempt === 1 ? 'after' : 'before') : undefined,
    );
    const { lab } = await labOnAPort(answer);
    expect((await lab.train({ script, name: 'found' })).name).toBe('found');
    expect(made.size).toBe(1);
  });

  it('does not take another’s job of the same name for its own', async () => {
    const { made, answer } = jobs(({ operation }, attempt) => (operation === 'CreateTrainingJob' && attempt === 1 ? 'before' : undefined));
    made.set('taken', { HyperParameters: { sagemaker_program: '"other.py"' }, TrainingJobStatus: 'InProgress' });
    const { lab } = await labOnAPort(answer);
    expect(await failure(lab.train({ script, name: 'taken' }))).toMatchObject({ name: 'ResourceInUse' });
  });

  it('refuses a taken name as AWS does', async () => {
    const { made, answer } = jobs(() => undefined);
    const { lab } = await labOnAPort(answer);
    await lab.train({ script, name: 'same' });
    expect(await failure(lab.train({ script, name: 'same' }))).toMatchObject({ name: 'ResourceInUse' });
    expect(made.size).toBe(1);
  });

  it('sends code by a channel and refuses what cannot work before anything is uploaded', async () => {
    const { made, answer } = jobs(() => undefined);
    const { lab, service } = await labOnAPort(answer);
    for (const options of [
      { script, name: 'bad name' },
      { script, framework: 'unknown' },
      { script, metrics: { auc: 'auc=[0-9.]+' } },
      { script, maxRuntime: 0 },
      { script, inputs: { code: 's3://credit-risk-data/x' } },
      { script, instanceType: 'ml.p5.48xlarge' },
      { script, data: '/nowhere/data.csv' },
    ]) {
      expect(['InvalidInput', 'SecureFieldConflict', 'InputNotFound']).toContain((await failure(lab.train(options))).code);
    }
    // The last one finds out while it uploads; no job was asked for by any.
    expect(service.sent('CreateTrainingJob')).toHaveLength(0);
    await lab.train({ script, name: 'good', data: { rows: [[1, 2]] }, hyperparameters: { depth: 3, kind: 'x' } });
    const sent = made.get('good') as unknown as CreateTrainingJobRequest;
    expect(sent.InputDataConfig?.map(({ ChannelName }) => ChannelName)).toEqual(['training', 'code']);
    expect(sent.HyperParameters).toMatchObject({
      depth: '3',
      kind: '"x"',
      sagemaker_program: '"train.py"',
      sagemaker_submit_directory: '"/opt/ml/input/data/code/sourcedir.tar.gz"',
    });
    const puts = service.requests.filter(({ operation }) => operation.startsWith('PUT /credit-risk-data/'));
    expect(puts[0]?.headers['x-amz-server-side-encryption-aws-kms-key-id']).toBe(environment.keys.storage);
  });
});

describe('waiting', () => {
  const states = (...all: object[]) => {
    let index = 0;
    return () => ({ json: { TrainingJobName: 'a', ...all[Math.min(index++, all.length - 1)] } }) as Outcome;
  };

  it('reports progress and ends with the description', async () => {
    const { lab } = await labOnAPort(
      states(
        { TrainingJobStatus: 'InProgress', SecondaryStatus: 'Starting' },
        { TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training' },
        { TrainingJobStatus: 'Completed', SecondaryStatus: 'Completed' },
      ),
    );
    const phases: (string | undefined)[] = [];
    expect(await lab.attach('a').wait({ onProgress: ({ phase }) => phases.push(phase) })).toMatchObject({ TrainingJobStatus: 'Completed' });
    expect(phases).toEqual(['Starting', 'Training', 'Completed']);
  });

  it('throws with the container’s message when the job failed', async () => {
    const { lab } = await labOnAPort(states({ TrainingJobStatus: 'Failed', FailureReason: 'AlgorithmError: KeyError: label' }));
    expect(await failure(lab.attach('a').wait())).toMatchObject({
      code: 'JobNotCompleted',
      details: { status: 'Failed', reason: 'AlgorithmError: KeyError: label' },
    });
  });

  it('survives broken connections and throttling', async () => {
    let asked = 0;
    const { lab } = await labOnAPort(() => {
      asked++;
      if (asked < 6) return 'break';
      if (asked < 11) return { error: 'ThrottlingException', message: 'Rate exceeded' };
      return { json: { TrainingJobStatus: 'Completed' } };
    });
    expect(await lab.attach('a').wait()).toMatchObject({ TrainingJobStatus: 'Completed' });
  }, 30_000);

  it('ends at its deadline, when aborted and when the lab is closed', async () => {
    const { lab } = await labOnAPort(states({ TrainingJobStatus: 'InProgress' }));
    expect(await failure(lab.attach('a').wait({ timeout: 0.2 }))).toMatchObject({ code: 'WaitEnded', details: { reason: 'timeout' } });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const started = performance.now();
    expect(await failure(lab.attach('a').wait({ signal: controller.signal }))).toMatchObject({
      code: 'WaitEnded',
      details: { reason: 'aborted' },
    });
    expect(performance.now() - started).toBeLessThan(4_000);
    setTimeout(() => lab.close(), 50);
    expect(await failure(lab.attach('a').wait())).toMatchObject({ code: 'WaitEnded' });
  });
});

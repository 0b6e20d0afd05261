import { describe, expect, it } from '@jest/globals';
import type { TrainOptions } from '@sealab/sdk';
import { environment, environmentWith } from './environment-fixture.ts';
import { faults, keeping, labOnAPort } from './lab-on-a-port.ts';

const KIND = { subject: 'TrainingJob', name: 'TrainingJobName' };
const script = { name: 'train.py', text: 'print(1)' };
const OWN_IMAGE = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/sealab/forest:1';

async function trained(options: TrainOptions) {
  const { answer } = keeping([KIND]);
  const { lab, service } = await labOnAPort(answer);
  await lab.train(options);
  return service.sent('CreateTrainingJob')[0]?.input ?? {};
}

const planned = async (options: object) => {
  const { lab } = await labOnAPort(keeping([KIND]).answer);
  return (await lab.plan(options)).calls;
};

describe('a training job', () => {
  it.each<[string, TrainOptions, object]>([
    [
      'on spot capacity, with checkpoints and retries',
      { script, name: 'a', maxRuntime: 600, spot: { maxWait: 1_200 }, checkpoints: true, retries: 3 },
      {
        EnableManagedSpotTraining: true,
        StoppingCondition: { MaxRuntimeInSeconds: 600, MaxWaitTimeInSeconds: 1_200 },
        CheckpointConfig: { S3Uri: 's3://credit-risk-model/checkpoints/a' },
        RetryStrategy: { MaximumRetryAttempts: 3 },
      },
    ],
    [
      'that goes on from checkpoints',
      { script, checkpoints: { s3Uri: 's3://credit-risk-model/checkpoints/earlier', localPath: '/tmp/c' } },
      { CheckpointConfig: { S3Uri: 's3://credit-risk-model/checkpoints/earlier', LocalPath: '/tmp/c' } },
    ],
    [
      'in a warm pool',
      { script, keepAlive: 900 },
      { ResourceConfig: { KeepAlivePeriodInSeconds: 900, VolumeKmsKeyId: environment.keys.volume } },
    ],
    [
      'by MPI',
      { script, instanceCount: 2, distribution: { mpi: { processesPerHost: 4, options: '-x A=1' } } },
      {
        ResourceConfig: { InstanceCount: 2 },
        HyperParameters: {
          sagemaker_mpi_enabled: 'true',
          sagemaker_mpi_num_of_processes_per_host: '4',
          sagemaker_mpi_custom_mpi_options: '"-x A=1"',
        },
      },
    ],
    [
      'by torch.distributed',
      { script, distribution: 'torch_distributed' },
      { HyperParameters: { sagemaker_torch_distributed_enabled: 'true', sagemaker_instance_type: '"ml.m5.large"' } },
    ],
    [
      'whose instances share the data',
      {
        script,
        instanceCount: 2,
        inputMode: 'FastFile',
        inputs: {
          train: { s3Uri: 's3://credit-risk-data/a', distribution: 'ShardedByS3Key' },
          rest: { s3Uri: 's3://credit-risk-data/b', mode: 'Pipe' },
        },
      },
      {
        AlgorithmSpecification: { TrainingInputMode: 'FastFile' },
        InputDataConfig: [
          {
            ChannelName: 'train',
            InputMode: 'FastFile',
            DataSource: { S3DataSource: { S3DataDistributionType: 'ShardedByS3Key' } },
          },
          { ChannelName: 'rest', InputMode: 'Pipe', DataSource: { S3DataSource: { S3DataDistributionType: 'FullyReplicated' } } },
          { ChannelName: 'code', InputMode: 'File' },
        ],
      },
    ],
    [
      'of an own image',
      {
        image: OWN_IMAGE,
        entrypoint: ['python3', '-m', 'forest'],
        arguments: ['--trees', '9'],
        hyperparameters: { a: 'text', n: 3, b: true },
      },
      {
        TrainingJobName: expect.stringMatching(/^forest-/),
        AlgorithmSpecification: {
          TrainingImage: OWN_IMAGE,
          ContainerEntrypoint: ['python3', '-m', 'forest'],
          ContainerArguments: ['--trees', '9'],
        },
        HyperParameters: { a: 'text', n: '3', b: 'true' },
      },
    ],
  ])('%s is sent as the service model has it, with every secure field', async (_, options, expected) => {
    const input = await trained(options);
    expect(input).toMatchObject(expected);
    expect(faults('CreateTrainingJob', input)).toEqual([]);
    expect(input).toMatchObject({
      RoleArn: environment.roles.jobExecution,
      EnableNetworkIsolation: true,
      EnableInterContainerTrafficEncryption: true,
      OutputDataConfig: { KmsKeyId: environment.keys.storage },
    });
  });

  it('of an own image without data has no channels and uploads nothing', async () => {
    const { answer } = keeping([KIND]);
    const { lab, service } = await labOnAPort(answer);
    await lab.train({ image: OWN_IMAGE });
    expect(service.requests.map(({ operation }) => operation)).toEqual(['CreateTrainingJob']);
    expect(Object.keys(service.requests[0]?.input ?? {})).toEqual(expect.not.arrayContaining(['InputDataConfig', 'HyperParameters']));
  });

  it.each<[object, RegExp, RegExp?]>([
    [{ script, instance_type: 'ml.m5.large' }, /"instance_type" is not an option/, /Did you mean instanceType/],
    [{ kind: 'trian', script }, /kind: "trian" is not one/],
    [{ script, epochs: 3 }, /"epochs" is not an option/, /The options are/],
    [{ script, spot: { maxWait: 60 } }, /spot\.maxWait: 60 is not a whole number from 3600/],
    [{ script, spot: { maxwait: 9_000 } }, /spot: "maxwait" is not an option/, /Did you mean maxWait/],
    [{ script, spot: { maxWait: 9_000 }, keepAlive: 60 }, /keepAlive: a warm pool/],
    [{ script, keepAlive: 3_601 }, /keepAlive: 3601/],
    [{ script, retries: 31 }, /retries: 31/],
    [{ script, inputMode: 'Stream' }, /inputMode: "Stream" is not one of File, FastFile, Pipe/],
    [{ script, inputs: { a: { s3Uri: 's3://credit-risk-data/a', distribution: 'Sharded' } } }, /inputs\.a\.distribution: "Sharded"/],
    [{ script, inputs: { a: { s3Uri: 's3://credit-risk-data/a', mode: 'file' } } }, /inputs\.a\.mode: "file"/],
    [{ script, inputs: { a: { s3Uri: 's3://credit-risk-data/a', inputMode: 'File' } } }, /inputs\.a: "inputMode" is not an option/],
    [{ script, distribution: 'horovod' }, /distribution: "horovod"/],
    [{ script, distribution: { mpi: { processes: 2 } } }, /distribution\.mpi: "processes"/],
    [{ script, entrypoint: ['sh'] }, /entrypoint: it would replace the toolkit/],
    [{ script, arguments: ['x'] }, /arguments: it would replace the toolkit/],
    [{ image: OWN_IMAGE, distribution: 'mpi' }, /distribution: it is read by the toolkit/],
    [{ image: OWN_IMAGE, sourceDirectory: '.' }, /sourceDirectory: it goes along with a script/],
    [{ data: 's3://credit-risk-data/a' }, /script: there is no program to run/],
    [{ script, checkpoints: { uri: 'x' } }, /checkpoints: "uri" is not an option/],
  ])('%j is refused before anything is sent', async (options, message, remedy = /./) => {
    await expect(planned(options)).rejects.toMatchObject({
      code: 'InvalidInput',
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    });
  });

  it.each([
    ['s3://elsewhere/checkpoints', 'CreateTrainingJob.CheckpointBucket'],
    ['s3://credit-risk-data/checkpoints', 'CreateTrainingJob.CheckpointBucket'],
  ])('keeps its checkpoints in the model bucket, not in %s', async (s3Uri, control) => {
    await expect(planned({ script, checkpoints: { s3Uri } })).rejects.toMatchObject({ code: 'SecureFieldConflict', details: { control } });
  });

  it('is there once although the connection broke after it was taken', async () => {
    const { kept, answer } = keeping([KIND], true);
    const { lab, service } = await labOnAPort(answer);
    expect((await lab.train({ script, name: 'once' })).name).toBe('once');
    expect([...kept.keys()]).toEqual(['TrainingJob/once']);
    expect(service.sent('CreateTrainingJob').length).toBeGreaterThan(1);
  });

  it('of somebody else with the same name is not taken for this one', async () => {
    const { kept, answer } = keeping([KIND], true);
    kept.set('TrainingJob/once', { TrainingJobName: 'once', RoleArn: 'arn:aws:iam::111122223333:role/other' });
    const { lab } = await labOnAPort(answer);
    await expect(lab.train({ script, name: 'once' })).rejects.toMatchObject({ name: 'ResourceInUse' });
  });

  it('in the connected profile asks for the mirror', async () => {
    const [call] = await planned({ script, network: 'connected', environment: { A: '1' } });
    expect(call?.input).toMatchObject({ EnableNetworkIsolation: false, Environment: { A: '1', CA_REPOSITORY_ARN: expect.any(String) } });
    expect(environmentWith().network.connectedAllowed).toBe(true);
  });
});

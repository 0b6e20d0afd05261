import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreateHyperParameterTuningJobCommand, type HyperParameterTrainingJobDefinition, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { ACCOUNT, allow, deny, refusal, startRunningGateway, type RunningGateway } from './running-gateway.ts';

let running: RunningGateway;
let client: SageMakerClient;
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/0b0b0b0b-0000-4000-8000-000000000001`;
const OTHER = KEY.replace(/1$/, '2');
const CREATE = 'sagemaker:CreateHyperParameterTuningJob';

/** As the contract's policy has it: a value that must be one, and a guard against leaving it out. */
beforeAll(async () => {
  // What comes before the service is tested, so it says only that the request came through.
  running = await startRunningGateway(() => [
    { service: 'sagemaker', operations: { CreateHyperParameterTuningJob: () => ({ HyperParameterTuningJobArn: 'created' }) } },
  ]);
  const who = await running.role('tuning', [
    allow(CREATE),
    allow('iam:PassRole'),
    ...['OutputKmsKeyArn', 'VolumeKmsKeyArn'].flatMap((name) => [
      deny(CREATE, '*', { StringNotEquals: { [`sagemaker:${name}`]: KEY } }),
      deny(CREATE, '*', { Null: { [`sagemaker:${name}`]: 'true' } }),
    ]),
    deny(CREATE, '*', { Bool: { 'sagemaker:NetworkIsolation': 'false' } }),
    deny(CREATE, '*', { Null: { 'sagemaker:NetworkIsolation': 'true' } }),
  ]);
  client = new SageMakerClient(running.as(who));
}, 60_000);
afterAll(() => running.stop());

const definition = (DefinitionName: string, more: object = {}): HyperParameterTrainingJobDefinition => ({
  DefinitionName,
  AlgorithmSpecification: { TrainingImage: 'image', TrainingInputMode: 'File' },
  RoleArn: `arn:aws:iam::${ACCOUNT}:role/sealab/test/execution`,
  OutputDataConfig: { S3OutputPath: 's3://bucket/out', KmsKeyId: KEY },
  ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1, VolumeKmsKeyId: KEY },
  StoppingCondition: { MaxRuntimeInSeconds: 600 },
  EnableNetworkIsolation: true,
  ...more,
});

describe('a tuning job with several definitions', () => {
  const DISK = { InstanceType: 'ml.m5.large' as const, InstanceCount: 1, VolumeSizeInGB: 1 };
  it.each<[string, object, 'none' | 'AccessDeniedException']>([
    ['that agree', {}, 'none'],
    [
      'of which one describes its instances in the other way',
      { ResourceConfig: undefined, HyperParameterTuningResourceConfig: { ...DISK, VolumeKmsKeyId: KEY } },
      'none',
    ],
    [
      'of which one has another key for its output',
      { OutputDataConfig: { S3OutputPath: 's3://b/o', KmsKeyId: OTHER } },
      'AccessDeniedException',
    ],
    ['of which one has no key for its output', { OutputDataConfig: { S3OutputPath: 's3://b/o' } }, 'AccessDeniedException'],
    ['of which one has no key for its disks', { ResourceConfig: DISK }, 'AccessDeniedException'],
    ['of which one is not isolated', { EnableNetworkIsolation: false }, 'AccessDeniedException'],
    ['of which one does not say whether it is isolated', { EnableNetworkIsolation: undefined }, 'AccessDeniedException'],
  ])('%s', async (_, more, wanted) => {
    const answer = client.send(
      new CreateHyperParameterTuningJobCommand({
        HyperParameterTuningJobName: 'tuning',
        HyperParameterTuningJobConfig: { Strategy: 'Random', ResourceLimits: { MaxParallelTrainingJobs: 1 } },
        TrainingJobDefinitions: [definition('one'), definition('two', more), definition('three')],
      }),
    );
    expect(await refusal(answer)).toMatchObject({ name: wanted });
  });
});

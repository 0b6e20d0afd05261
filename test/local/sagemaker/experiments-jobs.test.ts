import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CreateExperimentCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  CreateTransformJobCommand,
  CreateTrialCommand,
  DeleteTrainingJobCommand,
  DescribeTrainingJobCommand,
  DescribeTrialComponentCommand,
  ListTrialComponentsCommand,
  SearchCommand,
  type ExperimentConfig,
} from '@aws-sdk/client-sagemaker';
import type { Lab } from '@sealab/sdk';
import { refusal } from '../gateway/running-gateway.ts';
import { labOfGateway } from './lab-of-gateway.ts';
import { BUCKET, IMAGE, startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

const PREFIX = 'arn:aws:sagemaker:eu-west-1:111122223333';
const SCRIPT = `
print('auc=0.5', flush=True)
print('auc=0.9', flush=True)
open('/opt/ml/model/model.txt', 'w').write('a model')
`;

let running: RunningSageMaker;
let send: RunningSageMaker['sageMaker']['send'];
let lab: Lab;
beforeAll(async () => {
  running = await startRunningSageMaker();
  send = running.sageMaker.send.bind(running.sageMaker);
  lab = await labOfGateway(running);
  for (const ExperimentName of ['trees', 'other']) {
    await send(new CreateExperimentCommand({ ExperimentName }));
    await send(new CreateTrialCommand({ ExperimentName, TrialName: `${ExperimentName}-trial` }));
  }
}, 300_000);
afterAll(async () => {
  lab.close();
  await running.stop();
}, 60_000);

const train = async (name: string, ExperimentConfig?: ExperimentConfig) =>
  send(new CreateTrainingJobCommand({ ...(await running.request(name, SCRIPT)), ...(ExperimentConfig && { ExperimentConfig }) }));
const component = (TrialComponentName: string) => send(new DescribeTrialComponentCommand({ TrialComponentName }));
const found = async (Name: string, Value: string) => {
  const { Results = [] } = await send(
    new SearchCommand({ Resource: 'ExperimentTrialComponent', SearchExpression: { Filters: [{ Name, Operator: 'Equals', Value }] } }),
  );
  return Results.map(({ TrialComponent }) => TrialComponent);
};

describe('trial components of jobs', () => {
  it('stand beside the runs that the SDK compares', async () => {
    const run = await lab.experiments.run('credit', { name: 'first', parameters: { depth: 4 } });
    await run.log({ metrics: { auc: 0.7 } });
    const job = await lab.train({
      script: { name: 'train.py', text: SCRIPT },
      metrics: { auc: 'auc=([0-9.]+)' },
      hyperparameters: { depth: 3, kind: 'deep' },
    });
    const cleaning = await lab.process({ script: { name: 'clean.py', text: 'print(1)' } });
    // As soon as they were accepted.
    await run.attach(job, { timeout: 5 });
    await run.attach(cleaning, { timeout: 5 });
    await lab.waitAll([job, cleaning]);
    await run.finish();

    const compared = await lab.experiments.compare('credit');
    expect([...compared].sort((a, b) => a.source.localeCompare(b.source))).toMatchObject([
      { name: 'first', source: 'run', status: 'Completed', parameters: { depth: 4 }, metrics: { auc: 0.7 } },
      {
        name: `${cleaning.name}-aws-processing-job`,
        source: 'SageMakerProcessingJob',
        status: 'Completed',
        parameters: { 'SageMaker.InstanceType': 'ml.m5.large', 'SageMaker.InstanceCount': 1 },
        metrics: {},
      },
      {
        name: `${job.name}-aws-training-job`,
        source: 'SageMakerTrainingJob',
        status: 'Completed',
        parameters: { depth: 3, kind: '"deep"', 'SageMaker.ImageUri': IMAGE },
        metrics: { auc: 0.9 },
      },
    ]);
    expect(await lab.experiments.compare('other')).toEqual([]);
  }, 60_000);

  it('say what a training job was asked for and what became of it', async () => {
    await train('alone');
    const { ModelArtifacts } = await running.ended('alone');
    const { TrialComponentSummaries } = await send(new ListTrialComponentsCommand({ SourceArn: `${PREFIX}:training-job/alone` }));
    const Source = { SourceArn: `${PREFIX}:training-job/alone`, SourceType: 'SageMakerTrainingJob' };
    expect(TrialComponentSummaries).toMatchObject([{ TrialComponentName: 'alone-aws-training-job', TrialComponentSource: Source }]);
    const described = await component('alone-aws-training-job');
    expect(described).toMatchObject({
      TrialComponentArn: `${PREFIX}:experiment-trial-component/alone-aws-training-job`,
      DisplayName: 'alone-aws-training-job',
      Source,
      Status: { PrimaryStatus: 'Completed', Message: 'Status: Completed, secondary status: Completed, failure reason: .' },
      StartTime: expect.any(Date),
      EndTime: expect.any(Date),
      Parameters: {
        depth: { NumberValue: 3 },
        sagemaker_program: { StringValue: '"train.py"' },
        'SageMaker.InstanceType': { StringValue: 'ml.m5.large' },
        'SageMaker.InstanceCount': { NumberValue: 1 },
        'SageMaker.VolumeSizeInGB': { NumberValue: 1 },
      },
      InputArtifacts: { training: { Value: `s3://${BUCKET}/data/alone/` } },
      OutputArtifacts: { 'SageMaker.ModelArtifact': { Value: ModelArtifacts?.S3ModelArtifacts } },
      Metrics: [{ MetricName: 'auc', SourceArn: Source.SourceArn, Count: 2, Min: 0.5, Max: 0.9, Last: 0.9 }],
    });
    expect(described.Metrics?.[0]?.Avg).toBeCloseTo(0.7);
  }, 60_000);

  it('are of transform jobs too, with the reason of a failure', async () => {
    const name = 'predict';
    const ModelDataUrl = await running.put('broken/model.tar.gz', 'no archive');
    await send(
      new CreateModelCommand({
        ModelName: name,
        ExecutionRoleArn: running.roleArn,
        PrimaryContainer: { Image: IMAGE, ModelDataUrl },
        VpcConfig: running.vpc,
      }),
    );
    const uri = await running.put('rows/rows.csv', '1,2\n');
    await send(
      new CreateTransformJobCommand({
        TransformJobName: name,
        ModelName: name,
        TransformInput: { DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: uri } }, ContentType: 'text/csv' },
        TransformOutput: { S3OutputPath: `s3://${BUCKET}/predictions` },
        TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
      }),
    );
    const run = await lab.experiments.run('predictions', { name: 'first' });
    const job = lab.attach(name, 'transform-jobs');
    await run.attach(job, { timeout: 5 });
    await expect(job.wait()).rejects.toMatchObject({ code: 'JobNotCompleted' });
    const { FailureReason } = await job.describe();
    expect(await found('Source.SourceType', 'SageMakerTransformJob')).toMatchObject([
      {
        TrialComponentName: 'predict-aws-transform-job',
        Status: { PrimaryStatus: 'Failed', Message: `Status: Failed, failure reason: ${FailureReason ?? ''}` },
        Parameters: {
          'SageMaker.ModelName': { StringValue: name },
          'SageMaker.ModelPrimary.Image': { StringValue: IMAGE },
          'SageMaker.ModelPrimary.DataUrl': { StringValue: ModelDataUrl },
        },
        InputArtifacts: { 'SageMaker.TransformInput': { MediaType: 'text/csv', Value: uri } },
        OutputArtifacts: { 'SageMaker.TransformOutput': { Value: `s3://${BUCKET}/predictions` } },
        Parents: [{ TrialName: 'predictions-runs', ExperimentName: 'predictions' }],
        SourceDetail: { TransformJob: { TransformJobName: name, TransformJobStatus: 'Failed' } },
      },
    ]);
  }, 120_000);
});

describe('ExperimentConfig', () => {
  it('puts the job into the trial, under the names that it gives', async () => {
    await train('named', {
      ExperimentName: 'trees',
      TrialName: 'trees-trial',
      TrialComponentDisplayName: 'Training',
      RunName: 'run-7',
    });
    const name = 'named-aws-training-job';
    expect(await found('Parents.TrialName', 'trees-trial')).toMatchObject([
      {
        TrialComponentName: name,
        DisplayName: 'Training',
        RunName: 'run-7',
        Parents: [{ TrialName: 'trees-trial', ExperimentName: 'trees' }],
        SourceDetail: { SourceArn: `${PREFIX}:training-job/named`, TrainingJob: { TrainingJobName: 'named' } },
      },
    ]);
    const { TrialComponentSummaries } = await send(new ListTrialComponentsCommand({ TrialName: 'trees-trial' }));
    expect(TrialComponentSummaries?.map(({ TrialComponentName }) => TrialComponentName)).toEqual([name]);
    const { Results } = await send(
      new SearchCommand({
        Resource: 'ExperimentTrial',
        SearchExpression: { Filters: [{ Name: 'TrialComponentSummaries.TrialComponentName', Value: name }] },
      }),
    );
    expect(Results?.map(({ Trial }) => Trial?.TrialName)).toEqual(['trees-trial']);

    await running.ended('named');
    await send(new DeleteTrainingJobCommand({ TrainingJobName: 'named' }));
    const [left] = await found('RunName', 'run-7');
    expect(left?.SourceDetail).toEqual({ SourceArn: `${PREFIX}:training-job/named` });
  }, 60_000);

  it('makes a trial where it names none', async () => {
    await train('untried', { ExperimentName: 'other' });
    const [one] = await found('Parents.ExperimentName', 'other');
    expect(one).toMatchObject({ TrialComponentName: 'untried-aws-training-job', Parents: [{ ExperimentName: 'other' }] });
    expect(one?.Parents?.[0]?.TrialName).not.toBe('other-trial');
    await running.ended('untried');
  }, 60_000);

  it.each<[string, ExperimentConfig, string, string]>([
    ['an experiment', { ExperimentName: 'nothing' }, 'ResourceNotFound', `Experiment '${PREFIX}:experiment/nothing' does not exist.`],
    ['a trial', { TrialName: 'nothing' }, 'ResourceNotFound', `Trial '${PREFIX}:experiment-trial/nothing' does not exist.`],
    ['a trial of the experiment', { ExperimentName: 'trees', TrialName: 'other-trial' }, 'ValidationException', 'does not belong to'],
  ])('is refused where there is not such %s, and no job begins', async (_what, config, name, message) => {
    expect(await refusal(train('refused', config))).toMatchObject({ name, message: expect.stringContaining(message) });
    expect(await refusal(send(new DescribeTrainingJobCommand({ TrainingJobName: 'refused' })))).toMatchObject({
      name: 'ValidationException',
    });
  });
});

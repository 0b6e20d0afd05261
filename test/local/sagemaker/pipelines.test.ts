import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreatePipelineCommand,
  DeletePipelineCommand,
  DescribeModelPackageCommand,
  DescribePipelineCommand,
  DescribePipelineDefinitionForExecutionCommand,
  DescribePipelineExecutionCommand,
  DescribeTrainingJobCommand,
  ListPipelineExecutionsCommand,
  ListPipelineExecutionStepsCommand,
  ListPipelineParametersForExecutionCommand,
  ListPipelinesCommand,
  RetryPipelineExecutionCommand,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
  UpdatePipelineCommand,
  type PipelineExecutionStep,
  type StartPipelineExecutionCommandInput,
} from '@aws-sdk/client-sagemaker';
import { allow, refusal } from '../gateway/running-gateway.ts';
import { definitionOf, pipelineRole, trainAndRegister } from './pipeline-definitions.ts';
import { startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

let lab: RunningSageMaker;
let RoleArn: string;
beforeAll(async () => {
  lab = await startRunningSageMaker();
  RoleArn = await pipelineRole(lab.as(lab.administrator), lab, 'pipeline');
}, 300_000);
afterAll(() => lab.stop(), 60_000);

const token = (): string => crypto.randomUUID();
async function create(PipelineName: string, definition: object, role = RoleArn) {
  const PipelineDefinition = JSON.stringify(definition);
  await lab.sageMaker.send(new CreatePipelineCommand({ PipelineName, PipelineDefinition, RoleArn: role, ClientRequestToken: token() }));
}
async function start(
  PipelineName: string,
  parameters: Record<string, string> = {},
  more: Partial<StartPipelineExecutionCommandInput> = {},
) {
  const PipelineParameters = Object.entries(parameters).map(([Name, Value]) => ({ Name, Value }));
  const answer = await lab.sageMaker.send(
    new StartPipelineExecutionCommand({ PipelineName, PipelineParameters, ClientRequestToken: token(), ...more }),
  );
  return answer.PipelineExecutionArn ?? '';
}
const execution = (PipelineExecutionArn: string) => lab.sageMaker.send(new DescribePipelineExecutionCommand({ PipelineExecutionArn }));
async function steps(PipelineExecutionArn: string): Promise<Record<string, PipelineExecutionStep>> {
  const { PipelineExecutionSteps = [] } = await lab.sageMaker.send(
    new ListPipelineExecutionStepsCommand({ PipelineExecutionArn, MaxResults: 100 }),
  );
  return Object.fromEntries(PipelineExecutionSteps.map((step) => [step.StepName ?? '', step] as const));
}
async function ended(arn: string) {
  for (;;) {
    const answer = await execution(arn);
    if (!['Executing', 'Stopping'].includes(answer.PipelineExecutionStatus ?? '')) return answer;
    await sleep(200);
  }
}

describe('a pipeline that processes, trains, evaluates, decides and registers', () => {
  let arn: string;
  beforeAll(async () => {
    await create('churn', await trainAndRegister(lab));
    arn = await start('churn', { Depth: '4' });
  });

  it('runs its steps, one with what another made', async () => {
    expect(await ended(arn)).toMatchObject({ PipelineExecutionStatus: 'Succeeded' });
    const done = await steps(arn);
    expect(Object.fromEntries(Object.entries(done).map(([name, { StepStatus }]) => [name, StepStatus]))).toEqual({
      Prepare: 'Succeeded',
      Train: 'Succeeded',
      Evaluate: 'Succeeded',
      GoodEnough: 'Succeeded',
      Make: 'Succeeded',
      Register: 'Succeeded',
    });
    expect(done['GoodEnough']?.Metadata).toEqual({ Condition: { Outcome: 'True' } });
    const id = arn.split('/').at(-1) ?? '';
    expect(done['Prepare']?.Metadata?.ProcessingJob?.Arn).toMatch(new RegExp(`processing-job/pipelines-${id}-Prepare-[A-Za-z0-9]{10}$`));
    const { StartTime: trained } = done['Train'] ?? {};
    expect(trained?.getTime()).toBeGreaterThanOrEqual(done['Prepare']?.EndTime?.getTime() ?? Infinity);
    const name = done['Train']?.Metadata?.TrainingJob?.Arn?.split('/').at(-1);
    const job = await lab.sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
    expect(job.HyperParameters).toMatchObject({ depth: '4' });
    const registered = done['Register']?.Metadata?.RegisterModel?.Arn;
    expect(registered).toBe('arn:aws:sagemaker:eu-west-1:111122223333:model-package/churn-models/1');
    const version = await lab.sageMaker.send(new DescribeModelPackageCommand({ ModelPackageName: registered }));
    expect(version).toMatchObject({
      ModelApprovalStatus: 'PendingManualApproval',
      MetadataProperties: { GeneratedBy: `${arn}/${done['Make']?.Metadata?.Model?.Arn?.split('/').at(-1) ?? ''}` },
      InferenceSpecification: { Containers: [{ ModelDataUrl: job.ModelArtifacts?.S3ModelArtifacts }] },
      CreatedBy: { IamIdentity: { Arn: expect.stringContaining('assumed-role/pipeline/SageMaker') } },
    });
  }, 120_000);

  it('tells what it was started with', async () => {
    const PipelineExecutionArn = arn;
    const parameters = await lab.sageMaker.send(new ListPipelineParametersForExecutionCommand({ PipelineExecutionArn }));
    expect(parameters.PipelineParameters).toEqual([
      { Name: 'Depth', Value: '4' },
      { Name: 'Threshold', Value: '0.5' },
    ]);
    const { PipelineDefinition = '' } = await lab.sageMaker.send(
      new DescribePipelineDefinitionForExecutionCommand({ PipelineExecutionArn }),
    );
    expect(JSON.parse(PipelineDefinition)).toHaveProperty('Steps');
    const { PipelineExecutionSummaries } = await lab.sageMaker.send(new ListPipelineExecutionsCommand({ PipelineName: 'churn' }));
    expect(PipelineExecutionSummaries).toMatchObject([{ PipelineExecutionArn, PipelineExecutionStatus: 'Succeeded' }]);
  });

  it('takes results that it has from the cache, and does not register what is not good enough', async () => {
    const second = await start('churn', { Depth: '4', Threshold: '0.95' });
    expect(await ended(second)).toMatchObject({
      PipelineExecutionStatus: 'Failed',
      FailureReason: 'Step failure: One or multiple steps failed.',
    });
    const done = await steps(second);
    expect(done['Train']).toMatchObject({ StepStatus: 'Succeeded', CacheHitResult: { SourcePipelineExecutionArn: arn } });
    expect(done['Evaluate']?.CacheHitResult).toBeUndefined();
    expect(done['GoodEnough']?.Metadata).toEqual({ Condition: { Outcome: 'False' } });
    expect(done['Register']).toBeUndefined();
    expect(done['TooBad']).toMatchObject({ StepStatus: 'Failed', Metadata: { Fail: { ErrorMessage: 'quality 0.9 is below 0.95' } } });
  }, 120_000);

  it('takes nothing from the cache that was made of something else', async () => {
    const other = await start('churn', { Depth: '5' });
    expect(await ended(other)).toMatchObject({ PipelineExecutionStatus: 'Succeeded' });
    const done = await steps(other);
    expect(done['Prepare']?.CacheHitResult).toEqual({ SourcePipelineExecutionArn: arn });
    expect(done['Train']?.CacheHitResult).toBeUndefined();
    expect(done['Train']?.Metadata?.TrainingJob?.Arn).not.toBe((await steps(arn))['Train']?.Metadata?.TrainingJob?.Arn);
    expect(done['Register']?.Metadata?.RegisterModel?.Arn).toMatch(/\/2$/);
  }, 120_000);

  it('runs selected steps with the results of an earlier execution', async () => {
    const selected = await start(
      'churn',
      {},
      {
        SelectiveExecutionConfig: { SourcePipelineExecutionArn: arn, SelectedSteps: [{ StepName: 'Evaluate' }] },
      },
    );
    expect(await ended(selected)).toMatchObject({ PipelineExecutionStatus: 'Succeeded' });
    const done = await steps(selected);
    expect(done['Train']?.SelectiveExecutionResult).toEqual({ SourcePipelineExecutionArn: arn });
    expect(done['Evaluate']?.StepStatus).toBe('Succeeded');
    expect(done['Register']).toBeUndefined();
  }, 120_000);
});

describe('a step that fails', () => {
  it('fails the execution; retried, only what failed runs again', async () => {
    // Its script works once the object is there.
    await create(
      'flaky',
      await definitionOf(lab, { First: 'print("fine")', Second: 'import os; assert os.path.exists("/opt/ml/processing/input/flag/yes")' }),
    );
    const arn = await start('flaky');
    expect(await ended(arn)).toMatchObject({ PipelineExecutionStatus: 'Failed' });
    const before = await steps(arn);
    expect(before['First']?.StepStatus).toBe('Succeeded');
    expect(before['Second']).toMatchObject({
      StepStatus: 'Failed',
      FailureReason: expect.stringContaining('ClientError: AlgorithmError'),
    });
    await lab.put('flags/yes', 'yes');
    await lab.sageMaker.send(new RetryPipelineExecutionCommand({ PipelineExecutionArn: arn, ClientRequestToken: token() }));
    expect(await ended(arn)).toMatchObject({ PipelineExecutionStatus: 'Succeeded' });
    const after = await steps(arn);
    expect(after['First']?.Metadata).toEqual(before['First']?.Metadata);
    expect(after['Second']?.Metadata).not.toEqual(before['Second']?.Metadata);
  }, 120_000);

  it('because its role may not start it says what is missing', async () => {
    const weak = await lab.role('weak', [allow('sagemaker:DescribeProcessingJob')], {
      trust: [
        { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' },
        { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'sts:AssumeRole' },
      ],
    });
    await create('weak', await definitionOf(lab, { Only: 'pass' }), weak.arn);
    const arn = await start('weak');
    expect(await ended(arn)).toMatchObject({ PipelineExecutionStatus: 'Failed' });
    expect((await steps(arn))['Only']?.FailureReason).toMatch(
      /^ClientError: Failed to invoke sagemaker:CreateProcessingJob\. Error Details: User: .*assumed-role\/weak.* is not authorized/,
    );
  }, 60_000);
});

describe('an execution', () => {
  it('is stopped with its jobs', async () => {
    await create('long', await definitionOf(lab, { Sleep: 'import time; time.sleep(60)', After: 'pass' }));
    const arn = await start('long');
    while ((await steps(arn))['Sleep']?.StepStatus !== 'Executing') await sleep(100);
    expect(
      await refusal(lab.sageMaker.send(new DeletePipelineCommand({ PipelineName: 'long', ClientRequestToken: token() }))),
    ).toMatchObject({
      name: 'ConflictException',
    });
    await lab.sageMaker.send(new StopPipelineExecutionCommand({ PipelineExecutionArn: arn, ClientRequestToken: token() }));
    expect(await ended(arn)).toMatchObject({ PipelineExecutionStatus: 'Stopped' });
    expect(await steps(arn)).toMatchObject({ Sleep: { StepStatus: 'Stopped' } });
    expect((await steps(arn))['After']).toBeUndefined();
    expect(
      await refusal(lab.sageMaker.send(new StopPipelineExecutionCommand({ PipelineExecutionArn: arn, ClientRequestToken: token() }))),
    ).toMatchObject({ message: expect.stringContaining('Only pipelines with "Executing" status can be stopped') });
  }, 60_000);

  it('starts once for one token', async () => {
    await create('once', await definitionOf(lab, { Only: 'pass' }));
    const ClientRequestToken = token();
    const [first, second] = await Promise.all([start('once', {}, { ClientRequestToken }), start('once', {}, { ClientRequestToken })]);
    expect(first).toBe(second);
    await ended(first);
  }, 60_000);

  it.each([
    ['one that is not defined', { Unknown: '1' }, 'Parameters [Unknown] are not defined'],
    ['a wrong type', { Depth: 'deep', Threshold: '1' }, "Invalid value 'deep' for parameter 'Depth': expected type Integer."],
  ])('refuses parameters: %s', async (_what, parameters, message) => {
    expect(await refusal(start('churn', parameters))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });
});

describe('EventBridge', () => {
  it('is told of executions and steps', async () => {
    const admin = lab.as(lab.administrator);
    await new CloudWatchLogsClient(admin).send(new CreateLogGroupCommand({ logGroupName: '/lab/pipelines' }));
    const events = new EventBridgeClient(admin);
    const prefix = 'SageMaker Model Building Pipeline Execution';
    const pattern = { source: ['aws.sagemaker'], 'detail-type': [`${prefix} Status Change`, `${prefix} Step Status Change`] };
    await events.send(new PutRuleCommand({ Name: 'pipelines', EventPattern: JSON.stringify(pattern) }));
    const Arn = 'arn:aws:logs:eu-west-1:111122223333:log-group:/lab/pipelines';
    await events.send(new PutTargetsCommand({ Rule: 'pipelines', Targets: [{ Id: 'log', Arn }] }));
    await create('announced', { Version: '2020-12-01', Steps: [{ Name: 'No', Type: 'Fail', Arguments: { ErrorMessage: 'no' } }] });
    const arn = await start('announced');
    await ended(arn);
    const told = async () =>
      (await lab.log('/lab/pipelines', '')).map((line) => (JSON.parse(line) as { detail: Record<string, unknown> }).detail);
    for (let tries = 0; tries < 50 && (await told()).length < 4; tries++) await sleep(100);
    expect(await told()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ currentPipelineExecutionStatus: 'Executing', pipelineExecutionArn: arn }),
        expect.objectContaining({ stepName: 'No', stepType: 'Fail', currentStepStatus: 'Starting' }),
        expect.objectContaining({ stepName: 'No', previousStepStatus: 'Starting', currentStepStatus: 'Failed', failureReason: 'no' }),
        expect.objectContaining({ currentPipelineExecutionStatus: 'Failed', previousPipelineExecutionStatus: 'Executing' }),
      ]),
    );
  }, 30_000);
});

describe('pipelines', () => {
  it('are described, changed, listed and removed', async () => {
    const PipelineName = 'kept';
    await create(PipelineName, await definitionOf(lab, { Only: 'pass' }));
    await lab.sageMaker.send(new UpdatePipelineCommand({ PipelineName, PipelineDescription: 'does little' }));
    expect(await lab.sageMaker.send(new DescribePipelineCommand({ PipelineName }))).toMatchObject({
      PipelineArn: 'arn:aws:sagemaker:eu-west-1:111122223333:pipeline/kept',
      PipelineDescription: 'does little',
      PipelineStatus: 'Active',
      RoleArn,
    });
    expect(await refusal(create(PipelineName, await definitionOf(lab, { Only: 'pass' })))).toMatchObject({
      message: 'Pipeline names must be unique within an AWS account and region. Pipeline with name (kept) already exists.',
    });
    const { PipelineSummaries } = await lab.sageMaker.send(new ListPipelinesCommand({ PipelineNamePrefix: 'kep' }));
    expect(PipelineSummaries).toHaveLength(1);
    await lab.sageMaker.send(new DeletePipelineCommand({ PipelineName, ClientRequestToken: token() }));
    expect(await refusal(lab.sageMaker.send(new DescribePipelineCommand({ PipelineName })))).toMatchObject({ name: 'ResourceNotFound' });
  });

  const step = (more: object) => ({ Version: '2020-12-01', Parameters: [{ Name: 'P', Type: 'String' }], Steps: [{ Name: 'A', ...more }] });
  it.each<[string, object, string, string]>([
    ['what is not an object', [], 'ValidationException', 'Expecting start of Json Object.'],
    ['another version', { Version: '1' }, 'ValidationException', "Unsupported version '1'"],
    ['no steps', { Version: '2020-12-01', Steps: [] }, 'ValidationException', 'at least one step'],
    [
      'an unknown member',
      step({ Type: 'Model', Arguments: { ModelNames: 'x' } }),
      'ValidationException',
      "Unknown Argument member 'ModelNames'.",
    ],
    [
      'a value for a list',
      step({ Type: 'Model', Arguments: { VpcConfig: { Subnets: 'x' } } }),
      'ValidationException',
      'Expecting start of Json Array.',
    ],
    [
      'an undefined parameter',
      step({ Type: 'Fail', Arguments: { ErrorMessage: { Get: 'Parameters.Q' } } }),
      'ValidationException',
      "undefined parameter 'Q'",
    ],
    [
      'an unknown step',
      step({ Type: 'Fail', Arguments: { ErrorMessage: { Get: 'Steps.B.X' } } }),
      'ValidationException',
      "depends on step 'B'",
    ],
    ['a circle', step({ Type: 'Fail', DependsOn: ['A'], Arguments: {} }), 'ValidationException', 'depend on each other'],
    [
      'an unreadable duration',
      step({ Type: 'Training', Arguments: {}, CacheConfig: { Enabled: true, ExpireAfter: 'soon' } }),
      'ValidationException',
      "'soon' is no ISO 8601 duration",
    ],
    ['a lambda', step({ Type: 'Lambda', Arguments: {} }), 'OperationNotEmulated', 'steps of type Lambda: step A'],
    ['a callback', step({ Type: 'Callback', Arguments: {} }), 'OperationNotEmulated', 'steps of type Callback: step A'],
  ])('refuse a definition with %s', async (_what, definition, name, message) => {
    expect(await refusal(create('bad', definition))).toMatchObject({ name, message: expect.stringContaining(message) });
  });
});

import { describe, expect, it } from '@jest/globals';
import type { BuiltPipeline, PipelineBuilder } from '@sealab/sdk';
import type { MimeBundle } from '@sealab/sdk';
import { environment } from './environment-fixture.ts';
import { labOnAPort } from './lab-on-a-port.ts';
import type { LabOnAPort } from './lab-on-a-port.ts';
import { credit, program } from './pipelines-credit.ts';
import { misfits } from './sagemaker-model.ts';
import type { Outcome, Received } from './service-on-a-port.ts';

const labWith = (answer: (request: Received) => Outcome): Promise<LabOnAPort> =>
  labOnAPort((request) => (/^(PUT|HEAD) /.test(request.operation) ? { empty: 200 } : answer(request)));
const quiet = () => labWith(({ operation }) => ({ error: 'UnknownOperationException', message: operation }));

type Written = Readonly<Record<string, never>> & {
  readonly Name: string;
  readonly Type: string;
  readonly Arguments: Record<string, unknown>;
};
const stepOf = (pipeline: BuiltPipeline, name: string) =>
  pipeline.definition.Steps.find((step) => step.Name === name) as unknown as Written;

describe('a pipeline', () => {
  it('is built of typed steps with the secure fields in each', async () => {
    const { lab, service } = await quiet();
    const pipeline = await lab.pipeline('credit', credit);
    expect(pipeline.definition.Steps.map(({ Name, Type }) => [Name, Type])).toEqual([
      ['prepare', 'Processing'],
      ['train', 'Training'],
      ['evaluate', 'Processing'],
      ['good-enough', 'Condition'],
    ]);
    const train = stepOf(pipeline, 'train');
    expect(train).toMatchObject({
      RetryPolicies: [{ ExceptionType: ['SageMaker.CAPACITY_ERROR'], MaxAttempts: 3 }],
      Arguments: {
        RoleArn: environment.roles.jobExecution,
        EnableNetworkIsolation: true,
        EnableInterContainerTrafficEncryption: true,
        VpcConfig: { SecurityGroupIds: ['sg-0ccc3333'] },
        OutputDataConfig: { KmsKeyId: environment.keys.storage },
        ResourceConfig: { VolumeKmsKeyId: environment.keys.volume, InstanceType: { Get: 'Parameters.InstanceType' }, InstanceCount: 1 },
        HyperParameters: { depth: { 'Std:Join': { On: '', Values: [{ Get: 'Parameters.Depth' }] } }, criterion: '"gini"' },
      },
    });
    expect(train.Arguments).not.toHaveProperty('TrainingJobName');
    expect(train.Arguments['HyperParameters']).not.toHaveProperty('sagemaker_job_name');
    const inputs = train.Arguments['InputDataConfig'] as { ChannelName: string; DataSource: { S3DataSource: { S3Uri: unknown } } }[];
    expect(Object.fromEntries(inputs.map(({ ChannelName, DataSource }) => [ChannelName, DataSource.S3DataSource.S3Uri]))).toEqual({
      train: { Get: "Steps.prepare.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri" },
      training: expect.stringMatching(/^s3:\/\/credit-risk-data\/uploads\/[0-9a-f]{32}\/data\.csv$/),
      code: expect.stringMatching(/^s3:\/\/credit-risk-artifacts\/code\/[0-9a-f]{40}\/sourcedir\.tar\.gz$/),
    });
    expect(stepOf(pipeline, 'prepare')).toMatchObject({
      CacheConfig: { Enabled: true, ExpireAfter: 'P30D' },
      Arguments: {
        AppSpecification: { ContainerArguments: ['--seed', { 'Std:Join': { On: '', Values: [{ Get: 'Parameters.Depth' }] } }] },
        ProcessingOutputConfig: { KmsKeyId: environment.keys.storage },
      },
    });
    const condition = stepOf(pipeline, 'good-enough').Arguments as { Conditions: unknown; IfSteps: Written[]; ElseSteps: Written[] };
    expect(condition.Conditions).toEqual([
      {
        Type: 'GreaterThanOrEqualTo',
        LeftValue: { 'Std:JsonGet': { PropertyFile: { Get: 'Steps.evaluate.PropertyFiles.report' }, Path: 'metrics.auc' } },
        RightValue: { Get: 'Parameters.MinimumAuc' },
      },
    ]);
    expect(condition.IfSteps.map(({ Name, Type }) => [Name, Type])).toEqual([
      ['model-code', 'Training'],
      ['model', 'Model'],
      ['register', 'RegisterModel'],
    ]);
    expect(condition.ElseSteps[0]?.Arguments['ErrorMessage']).toEqual({
      'Std:Join': { On: ' ', Values: ['AUC below', { Get: 'Parameters.MinimumAuc' }] },
    });
    // Nothing was asked of AWS.
    expect(service.requests).toHaveLength(0);
  });

  it('takes its steps’ requests from the service model, expressions apart', async () => {
    const { lab } = await quiet();
    const pipeline = await lab.pipeline('credit', credit);
    const operations = { prepare: 'CreateProcessingJob', train: 'CreateTrainingJob', evaluate: 'CreateProcessingJob' };
    for (const [name, operation] of Object.entries(operations)) {
      const found = misfits(operation, stepOf(pipeline, name).Arguments);
      // The name is SageMaker's to give; an instance type by parameter is none of the list.
      expect(found.filter((misfit) => !/JobName is missing$|InstanceType may not be \{"Get"/.test(misfit))).toEqual([]);
    }
  });

  it('shows where each value comes from in a plan', async () => {
    const { lab } = await quiet();
    const plan = await lab.plan({ kind: 'pipeline', name: 'credit', build: credit });
    const [call] = plan.calls;
    expect(misfits('CreatePipeline', call?.input)).toEqual([]);
    const fields = Object.fromEntries((call?.fields ?? []).map(({ location, origin }) => [location, origin]));
    expect(fields).toMatchObject({
      RoleArn: 'environment',
      'Steps[train].Arguments.ResourceConfig.VolumeKmsKeyId': 'environment',
      'Steps[train].Arguments.ResourceConfig.InstanceType': 'caller',
      'Steps[prepare].Arguments.NetworkConfig.EnableNetworkIsolation': 'contract',
    });
  });

  it('is created once, with its code and data, and brought up to date after that', async () => {
    let there = false;
    const { lab, service } = await labWith(({ operation, input }) => {
      if (operation === 'DescribePipeline')
        return there ? { json: { PipelineName: 'credit' } } : { error: 'ResourceNotFound', message: "Pipeline 'credit' does not exist." };
      if (operation === 'CreatePipeline') there = true;
      return { json: { PipelineArn: `arn:${String(input['PipelineName'])}` } };
    });
    const pipeline = await lab.pipeline('credit', credit, { parallelSteps: 2, description: 'Credit risk' });
    await pipeline.upsert();
    const puts = service.requests.filter(({ operation }) => operation.startsWith('PUT ')).map(({ operation }) => operation.split('?')[0]);
    expect(puts.filter((put) => put?.includes('/code/'))).toHaveLength(4);
    expect(puts.filter((put) => put?.includes('/credit-risk-data/uploads/'))).toHaveLength(1);
    const [created] = service.sent('CreatePipeline');
    expect(created?.input).toMatchObject({
      PipelineDescription: 'Credit risk',
      ParallelismConfiguration: { MaxParallelExecutionSteps: 2 },
      RoleArn: expect.stringContaining('role/sealab/credit-risk/'),
      ClientRequestToken: expect.stringMatching(/^[0-9a-f]{64}$/),
      Tags: [{ Key: 'cost-centre' }, { Key: 'sealab:project' }],
    });
    expect(misfits('CreatePipeline', created?.input)).toEqual([]);
    expect(JSON.parse(String(created?.input['PipelineDefinition']))).toEqual(JSON.parse(JSON.stringify(pipeline.definition)));
    await pipeline.upsert();
    expect(service.sent('CreatePipeline')).toHaveLength(1);
    expect(misfits('UpdatePipeline', service.sent('UpdatePipeline')[0]?.input)).toEqual([]);
  });

  it('shows itself as a table and a graph', async () => {
    const { lab } = await quiet();
    const pipeline = await lab.pipeline('credit', credit);
    const view = await (pipeline as unknown as Record<symbol, () => Promise<MimeBundle>>)[Symbol.for('Jupyter.display')]?.();
    expect(view?.['text/plain']).toMatch(/evaluate +Processing +train, prepare/);
    expect(view?.['text/plain']).toMatch(/register +RegisterModel +model-code, good-enough +if true/);
    expect(view?.['text/html']).toContain('<svg role="img" aria-label="8 steps"');
  });

  it.each<[string, (build: PipelineBuilder) => void, RegExp]>([
    [
      'an output that the step has not',
      (build) => build.process('p', { script: program('p.py'), outputs: ['a'] }).output('b'),
      /no output "b"/,
    ],
    [
      'a free parameter for an instance type',
      (build) => build.train('t', { script: program('t.py'), instanceType: build.parameter.string('I') }),
      /Step "t": ResourceConfig.InstanceType/,
    ],
    [
      'a parameter with a forbidden choice',
      (build) =>
        build.train('t', {
          script: program('t.py'),
          instanceType: build.parameter.string('I', { enum: ['ml.m5.large', 'ml.p4d.24xlarge'] }),
        }),
      /Step "t": ResourceConfig.InstanceType/,
    ],
    [
      'a default that is no choice',
      (build) => {
        build.parameter.string('I', { default: 'x', enum: ['y'] });
        build.fail('f', { message: 'm' });
      },
      /Parameters.I: its default/,
    ],
    ['no step', () => undefined, /Steps/],
    ['an unknown dependency', (build) => build.fail('f', { message: 'm', dependsOn: ['g'] }), /step "f": DependsOn: there is no step "g"/],
    [
      'a cache time that is none',
      (build) => build.train('t', { script: program('t.py'), cache: '30 days' }),
      /step "t": CacheConfig.ExpireAfter: must be a duration/,
    ],
    [
      'a value in a template that is not known yet',
      (build) => build.fail('f', { message: `below ${build.parameter.float('P') as never as string}` }),
      /known only when the pipeline runs/,
    ],
    [
      'a foreign image',
      (build) => build.model('m', { model: { artifacts: 's3://credit-risk-model/m.tar.gz' }, image: 'docker.io/evil' }),
      /Step "m": PrimaryContainer.Image/,
    ],
  ])('refuses %s before anything is sent', async (_name, build, message) => {
    const { lab, service } = await quiet();
    await expect(lab.pipeline('p', build)).rejects.toMatchObject({ message: expect.stringMatching(message) });
    expect(service.requests).toHaveLength(0);
  });
});

describe('an execution', () => {
  const arn = 'arn:aws:sagemaker:eu-west-1:111122223333:pipeline/credit/execution/abc';
  const running = (end: 'Succeeded' | 'Failed', starts: Outcome[] = []) => {
    let asked = 0;
    return ({ operation, input }: Received): Outcome => {
      switch (operation) {
        case 'StartPipelineExecution':
          return starts.shift() ?? { json: { PipelineExecutionArn: arn } };
        case 'DescribePipelineExecution':
          return {
            json: { PipelineExecutionArn: arn, PipelineExecutionStatus: asked++ < 1 ? 'Executing' : end, FailureReason: 'Step failure' },
          };
        case 'ListPipelineExecutionSteps':
          return {
            json: {
              PipelineExecutionSteps: [
                { StepName: 'prepare', StepStatus: 'Succeeded', CacheHitResult: { SourcePipelineExecutionArn: arn }, AttemptCount: 0 },
                {
                  StepName: 'train',
                  StepStatus: end,
                  ...(end === 'Failed' ? { FailureReason: 'ClientError: out of memory' } : {}),
                  Metadata: { TrainingJob: { Arn: 'arn:aws:sagemaker:eu-west-1:111122223333:training-job/pipelines-abc-train-x' } },
                },
              ],
            },
          };
        case 'DescribeLogStreams':
          return { json: { logStreams: [{ logStreamName: 'pipelines-abc-train-x/algo-1-1' }] } };
        case 'GetLogEvents':
          return {
            json: { events: input['nextToken'] === undefined ? [{ timestamp: 1, message: 'epoch 1' }] : [], nextForwardToken: 'end' },
          };
        default:
          return { json: {} };
      }
    };
  };

  it('starts with checked parameters, waits with the state of each step, and shows logs', async () => {
    const { lab, service } = await labWith(running('Succeeded'));
    const pipeline = await lab.pipeline('credit', credit);
    const execution = await pipeline.start({ parameters: { Depth: 6, InstanceType: 'ml.m5.xlarge' }, displayName: 'nightly' });
    expect(service.sent('StartPipelineExecution')[0]?.input).toMatchObject({
      PipelineParameters: [
        { Name: 'InstanceType', Value: 'ml.m5.xlarge' },
        { Name: 'Depth', Value: '6' },
      ],
    });
    expect(misfits('StartPipelineExecution', service.sent('StartPipelineExecution')[0]?.input)).toEqual([]);
    const seen: string[] = [];
    await execution.wait({
      onProgress: ({ status, steps }) => seen.push(`${status}: ${steps.map((step) => `${step.name} ${step.status}`).join(', ')}`),
    });
    expect(seen).toEqual(['Executing: prepare Succeeded, train Succeeded', 'Succeeded: prepare Succeeded, train Succeeded']);
    const [prepare, train] = await execution.steps();
    expect(prepare).toMatchObject({ cached: true, resource: undefined });
    expect(train?.resource).toMatchObject({ kind: 'TrainingJob', name: 'pipelines-abc-train-x' });
    const lines: string[] = [];
    for await (const { message } of execution.logs('train', { follow: false })) lines.push(message);
    expect(lines).toEqual(['epoch 1']);
    await expect(execution.logs('prepare', { follow: false }).next()).rejects.toMatchObject({ code: 'InvalidInput' });
    await execution.stop();
    await execution.retry();
    for (const operation of ['StopPipelineExecution', 'RetryPipelineExecution'])
      expect(misfits(operation, service.sent(operation)[0]?.input)).toEqual([]);
  });

  it('fails with the reason of the step', async () => {
    const { lab } = await labWith(running('Failed'));
    const execution = (await lab.pipeline('credit', credit)).execution(arn);
    await expect(execution.wait()).rejects.toMatchObject({
      code: 'JobNotCompleted',
      message: expect.stringContaining('step "train": ClientError: out of memory'),
    });
  });

  it('is never started twice: the token is the same after a lost answer', async () => {
    const { lab, service } = await labWith(running('Succeeded', ['break', 'break']));
    const execution = await (await lab.pipeline('credit', credit)).start();
    expect(execution.arn).toBe(arn);
    const tokens = new Set(service.sent('StartPipelineExecution').map(({ input }) => input['ClientRequestToken']));
    expect([service.sent('StartPipelineExecution').length, tokens.size]).toEqual([3, 1]);
  });

  it.each([
    [{ Depht: 6 }, /no such parameter/],
    [{ Depth: 6.5 }, /not of type Integer/],
    [{ Depth: '6' }, /not of type Integer/],
    [{ InstanceType: 'ml.p4d.24xlarge' }, /none of ml.m5.large/],
  ])('refuses %j', async (parameters, message) => {
    const { lab, service } = await labWith(running('Succeeded'));
    const pipeline = await lab.pipeline('credit', credit);
    await expect(pipeline.start({ parameters: parameters })).rejects.toMatchObject({
      code: 'InvalidInput',
      message: expect.stringMatching(message),
    });
    expect(service.requests).toHaveLength(0);
  });
});

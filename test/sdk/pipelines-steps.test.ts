import { afterEach, describe, expect, it } from '@jest/globals';
import { connect } from '@sealab/sdk';
import type { Lab, PipelineBuilder, TuneStepOptions } from '@sealab/sdk';
import { allSteps } from '../../sdk/src/pipelines/definition.ts';
import type { Step } from '../../sdk/src/pipelines/definition.ts';
import { environment } from './environment-fixture.ts';
import { program } from './pipelines-credit.ts';
import { misfits } from './sagemaker-model.ts';
import { serviceOnAPort } from './service-on-a-port.ts';

const image = environment.images['scikit-learn'] ?? '';
const [vpc, isolated] = [{ SecurityGroupIds: environment.network.securityGroupIds }, { EnableNetworkIsolation: true }];

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

/** A lab whose AWS takes objects and says no to everything else. */
async function quiet(): Promise<{ lab: Lab; service: Awaited<ReturnType<typeof serviceOnAPort>> }> {
  const service = await serviceOnAPort(({ operation }) =>
    /^(PUT|HEAD) /.test(operation)
      ? { empty: 200 }
      : operation === 'DescribePipeline'
        ? { error: 'ResourceNotFound', message: 'There is none.' }
        : operation === 'CreatePipeline'
          ? { json: { PipelineArn: 'arn' } }
          : { error: 'UnknownOperationException', message: operation },
  );
  const lab = await connect({ environment, credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, endpointUrl: service.url });
  close = async () => {
    lab.close();
    await service.close();
  };
  return { lab, service };
}

async function built(build: (build: PipelineBuilder) => void): Promise<Readonly<Record<string, Step['Arguments']>>> {
  const { lab } = await quiet();
  const { definition } = await lab.pipeline('credit', build);
  return Object.fromEntries(allSteps(definition.Steps).map(({ Name, Arguments }) => [Name, Arguments]));
}
const fitting = (operation: string, request: unknown) =>
  misfits(operation, request).filter((misfit) => !/(JobName|ModelName) is missing$|may not be \{"Get"|\{"Std:Join"/.test(misfit));

const tuning: TuneStepOptions = {
  script: program('tune.py'),
  metrics: { auc: 'auc=([0-9.]+)' },
  objective: { metric: 'auc', goal: 'Maximize' },
  ranges: { eta: { min: 0.01, max: 0.3 } },
};
const archive = 's3://credit-risk-model/mine/model.tar.gz';

describe('a model step', () => {
  it('serves what was trained with the script that trained it, which a job before it packs', async () => {
    const steps = await built((build) => {
      const wanted = build.parameter.float('Threshold', { default: 0.5 });
      const train = build.train('train', { script: program('train.py'), volumeSize: 100, cache: 'P7D' });
      build.model('model', { model: train, environment: { THRESHOLD: wanted, MODE: 'x' }, tags: { stage: 'test' } });
    });
    expect(Object.keys(steps)).toEqual(['train', 'model-code', 'model']);
    expect(steps['model']).toMatchObject({
      PrimaryContainer: {
        Image: image,
        ModelDataUrl: { Get: 'Steps.model-code.ModelArtifacts.S3ModelArtifacts' },
        Environment: {
          SAGEMAKER_PROGRAM: 'train.py',
          SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code',
          MODE: 'x',
          THRESHOLD: { 'Std:Join': { On: '', Values: [{ Get: 'Parameters.Threshold' }] } },
        },
      },
      ExecutionRoleArn: environment.roles.endpointHosting,
      VpcConfig: vpc,
      ...isolated,
      Tags: expect.arrayContaining([{ Key: 'stage', Value: 'test' }]),
    });
    expect(fitting('CreateModel', steps['model'])).toEqual([]);
    const channels = steps['model-code']?.['InputDataConfig'] as {
      ChannelName: string;
      DataSource: { S3DataSource: { S3Uri: unknown } };
    }[];
    expect(Object.fromEntries(channels.map(({ ChannelName, DataSource }) => [ChannelName, DataSource.S3DataSource.S3Uri]))).toEqual({
      model: { Get: 'Steps.train.ModelArtifacts.S3ModelArtifacts' },
      inference: (steps['train']?.['InputDataConfig'] as typeof channels)[0]?.DataSource.S3DataSource.S3Uri,
      code: expect.stringMatching(/^s3:\/\/credit-risk-artifacts\/code\//),
    });
    expect(steps['model-code']).toMatchObject({
      HyperParameters: { program: '"train.py"', chosen: 'false' },
      ResourceConfig: { VolumeSizeInGB: 100 },
      VpcConfig: vpc,
      ...isolated,
    });
  });

  it('takes an archive as it is, with the code that it brings along', async () => {
    const steps = await built((build) => {
      build.model('model', { model: { artifacts: archive } });
      const made = build.process('convert', { script: program('convert.py'), outputs: ['archive'] });
      build.model('joined', { model: { artifacts: build.join('/', made.output('archive'), 'model.tar.gz') } });
    });
    expect(Object.keys(steps)).toEqual(['model', 'convert', 'joined']);
    expect(steps['model']).toMatchObject({
      PrimaryContainer: { ModelDataUrl: archive, Environment: { SAGEMAKER_PROGRAM: 'inference.py' } },
    });
    expect(steps['joined']).toMatchObject({
      PrimaryContainer: {
        ModelDataUrl: {
          'Std:Join': {
            On: '/',
            Values: [{ Get: "Steps.convert.ProcessingOutputConfig.Outputs['archive'].S3Output.S3Uri" }, 'model.tar.gz'],
          },
        },
      },
    });
  });

  it('serves the best of a tuning step, with chosen code', async () => {
    const { lab, service } = await quiet();
    const pipeline = await lab.pipeline('credit', (build) => {
      const tune = build.tune('tune', tuning);
      build.model('model', { model: tune, source: { script: program('serve.py') } });
      build.model('plain', { model: { artifacts: tune.bestModel() } });
    });
    const best = {
      'Std:Join': {
        On: '/',
        Values: ['s3://credit-risk-model/training-jobs', { Get: 'Steps.tune.BestTrainingJob.TrainingJobName' }, 'output/model.tar.gz'],
      },
    };
    const [, code, model, plain] = pipeline.definition.Steps;
    expect(code?.Arguments).toMatchObject({ HyperParameters: { program: '"serve.py"', chosen: 'true' } });
    expect(JSON.stringify(code?.Arguments)).toContain(JSON.stringify(best));
    expect(model?.Arguments).toMatchObject({ PrimaryContainer: { Environment: { SAGEMAKER_PROGRAM: 'serve.py' } } });
    expect(plain?.Arguments).toMatchObject({ PrimaryContainer: { ModelDataUrl: best } });
    await pipeline.upsert();
    // The script that is tuned, the chosen code, and the program that packs it.
    const puts = service.requests.filter(({ operation }) => /^PUT .*\/code\/.*sourcedir/.test(operation));
    expect(new Set(puts.map(({ operation }) => operation)).size).toBe(3);
  });
});

describe('a transform step', () => {
  it('takes the options of lab.transform, a model step, and values that are known later', async () => {
    const steps = await built((build) => {
      const instances = build.parameter.integer('Instances', { default: 2 });
      const type = build.parameter.string('Type', { default: 'ml.m5.large', enum: ['ml.m5.large'] });
      const model = build.model('model', { model: { artifacts: archive } });
      build.transform('score', {
        model,
        data: { rows: [[1, 2]] },
        instanceCount: instances,
        instanceType: type,
        strategy: 'MultiRecord',
        maxPayload: build.parameter.integer('Payload', { default: 6 }),
        joinSource: 'Input',
        environment: { MODE: 'batch' },
        cache: true,
      });
      const prepared = build.process('prepare', { script: program('prepare.py'), outputs: ['rows'] });
      build.transform('named', { model: 'made-before', data: prepared.output('rows') });
      build.transform('later', { model: build.parameter.string('Model', { default: 'm' }), data: 's3://credit-risk-model/rows/' });
    });
    expect(steps['score']).toEqual({
      ModelName: { Get: 'Steps.model.ModelName' },
      MaxPayloadInMB: { Get: 'Parameters.Payload' },
      BatchStrategy: 'MultiRecord',
      Environment: { MODE: 'batch' },
      TransformInput: {
        DataSource: {
          S3DataSource: {
            S3DataType: 'S3Prefix',
            S3Uri: expect.stringMatching(/^s3:\/\/credit-risk-model\/uploads\/[0-9a-f]{32}\/data.csv$/),
          },
        },
        ContentType: 'text/csv',
        SplitType: 'Line',
      },
      TransformOutput: {
        S3OutputPath: {
          'Std:Join': { On: '/', Values: ['s3://credit-risk-model/pipelines/credit', { Get: 'Execution.PipelineExecutionId' }, 'score'] },
        },
        AssembleWith: 'Line',
        Accept: 'text/csv',
        KmsKeyId: environment.keys.storage,
      },
      TransformResources: {
        InstanceType: { Get: 'Parameters.Type' },
        InstanceCount: { Get: 'Parameters.Instances' },
        VolumeKmsKeyId: environment.keys.volume,
      },
      DataProcessing: { JoinSource: 'Input' },
      Tags: expect.anything(),
    });
    expect(fitting('CreateTransformJob', steps['score'])).toEqual([]);
    expect(steps['named']).toMatchObject({
      ModelName: 'made-before',
      TransformInput: {
        DataSource: { S3DataSource: { S3Uri: { Get: "Steps.prepare.ProcessingOutputConfig.Outputs['rows'].S3Output.S3Uri" } } },
      },
    });
    expect(steps['later']).toMatchObject({ ModelName: { Get: 'Parameters.Model' } });
  });
});

describe('a tuning step', () => {
  it('takes the options of lab.tune with values that are known later', async () => {
    const steps = await built((build) => {
      const depth = build.parameter.integer('Depth', { default: 4 });
      build.tune('tune', {
        ...tuning,
        data: 's3://credit-risk-data/train/',
        hyperparameters: { depth },
        maxJobs: build.parameter.integer('Jobs', { default: 5 }),
        maxRuntime: build.parameter.integer('Seconds', { default: 600 }),
        checkpoints: true,
      });
    });
    expect(steps['tune']).toMatchObject({
      HyperParameterTuningJobConfig: {
        Strategy: 'Bayesian',
        ResourceLimits: { MaxNumberOfTrainingJobs: { Get: 'Parameters.Jobs' }, MaxParallelTrainingJobs: 2 },
        HyperParameterTuningJobObjective: { Type: 'Maximize', MetricName: 'auc' },
      },
      TrainingJobDefinition: {
        StaticHyperParameters: { depth: { 'Std:Join': { On: '', Values: [{ Get: 'Parameters.Depth' }] } }, sagemaker_program: '"tune.py"' },
        StoppingCondition: { MaxRuntimeInSeconds: { Get: 'Parameters.Seconds' } },
        CheckpointConfig: {
          S3Uri: {
            'Std:Join': { Values: ['s3://credit-risk-model/checkpoints/credit', { Get: 'Execution.PipelineExecutionId' }, 'tune'] },
          },
        },
        RoleArn: environment.roles.jobExecution,
        ...isolated,
      },
    });
    expect(fitting('CreateHyperParameterTuningJob', steps['tune'])).toEqual([]);
  });

  it('tunes several definitions, each with what stands beside them', async () => {
    const steps = await built((build) => {
      const count = build.parameter.integer('Count', { default: 1 });
      build.tune('tune', {
        ...tuning,
        instanceCount: count,
        definitions: { small: { hyperparameters: { depth: count } }, large: { instanceCount: 2, script: program('large.py') } },
      });
    });
    expect(steps['tune']).toMatchObject({
      TrainingJobDefinitions: [
        {
          DefinitionName: 'small',
          ResourceConfig: { InstanceCount: { Get: 'Parameters.Count' } },
          StaticHyperParameters: { depth: { 'Std:Join': { Values: [{ Get: 'Parameters.Count' }] } }, sagemaker_program: '"tune.py"' },
        },
        { DefinitionName: 'large', ResourceConfig: { InstanceCount: 2 }, StaticHyperParameters: { sagemaker_program: '"large.py"' } },
      ],
    });
    expect(fitting('CreateHyperParameterTuningJob', steps['tune'])).toEqual([]);
  });
});

describe('a registering step', () => {
  it('registers what a model step serves, with metrics that another step writes', async () => {
    const steps = await built((build) => {
      const train = build.train('train', { script: program('train.py') });
      const evaluate = build.process('evaluate', { script: program('evaluate.py'), outputs: ['report'] });
      const model = build.model('model', { model: train, environment: { MODE: 'x' } });
      build.register('register', {
        group: 'credit',
        model,
        metrics: build.join('/', evaluate.output('report'), 'report.json'),
        metadata: { execution: build.execution.PipelineExecutionId },
        description: 'Credit risk',
      });
    });
    const { SAGEMAKER_PROGRAM, MODE } = (steps['model'] as { PrimaryContainer: { Environment: Record<string, string> } }).PrimaryContainer
      .Environment;
    expect(steps['register']).toEqual({
      ModelPackageGroupName: 'credit',
      ModelPackageDescription: 'Credit risk',
      ModelApprovalStatus: 'PendingManualApproval',
      InferenceSpecification: {
        Containers: [
          {
            Image: image,
            ModelDataUrl: { Get: 'Steps.model-code.ModelArtifacts.S3ModelArtifacts' },
            Environment: expect.objectContaining({ SAGEMAKER_PROGRAM, MODE }),
          },
        ],
        SupportedContentTypes: ['text/csv', 'application/json'],
        SupportedResponseMIMETypes: ['application/json', 'text/csv'],
        SupportedRealtimeInferenceInstanceTypes: environment.instanceTypes.hosting,
        SupportedTransformInstanceTypes: environment.instanceTypes.hosting,
      },
      CustomerMetadataProperties: { execution: { 'Std:Join': { On: '', Values: [{ Get: 'Execution.PipelineExecutionId' }] } } },
      ModelMetrics: {
        ModelQuality: {
          Statistics: {
            ContentType: 'application/json',
            S3Uri: {
              'Std:Join': {
                On: '/',
                Values: [{ Get: "Steps.evaluate.ProcessingOutputConfig.Outputs['report'].S3Output.S3Uri" }, 'report.json'],
              },
            },
          },
        },
      },
      SecurityConfig: { KmsKeyId: environment.keys.storage },
    });
    expect(fitting('CreateModelPackage', steps['register'])).toEqual([]);
  });

  it('registers an archive by itself, with numbers as metrics', async () => {
    const { lab, service } = await quiet();
    const pipeline = await lab.pipeline('credit', (build) => {
      build.register('register', { group: 'credit', model: { artifacts: archive }, metrics: { auc: 0.9 } });
    });
    await pipeline.upsert();
    const [put] = service.requests.filter(({ operation }) => operation.includes('/model-metrics/credit/'));
    expect(put?.operation).toMatch(/^PUT \/credit-risk-model\/model-metrics\/credit\/[0-9a-f]{32}\.json/);
    expect(pipeline.definition.Steps[0]?.Arguments).toMatchObject({
      InferenceSpecification: { Containers: [{ Image: image, ModelDataUrl: archive }] },
      ModelMetrics: { ModelQuality: { Statistics: { S3Uri: expect.stringContaining('s3://credit-risk-model/model-metrics/credit/') } } },
    });
  });
});

describe('what is refused before anything is sent', () => {
  it.each<[string, (build: PipelineBuilder) => unknown, RegExp]>([
    // @ts-expect-error no such option
    ['an unknown option of a training', (build) => build.train('s', { script: program('t.py'), name: 'x' }), /build.train\("s"\): "name"/],
    // @ts-expect-error no such option
    ['of a processing', (build) => build.process('s', { script: program('t.py'), output: ['x'] }), /build.process\("s"\): "output"/],
    // @ts-expect-error no such option
    ['of a transform', (build) => build.transform('s', { model: 'm', data: archive, image }), /build.transform\("s"\): "image"/],
    // @ts-expect-error no such option
    ['of a tuning', (build) => build.tune('s', { ...tuning, max_jobs: 3 }), /"max_jobs" is not an option/],
    // @ts-expect-error raw requests are not taken
    ['of a model', (build) => build.model('s', { PrimaryContainer: { Image: image } }), /build.model\("s"\): "PrimaryContainer"/],
    [
      'an approval',
      // @ts-expect-error a version of a pipeline waits for approval
      (build) => build.register('s', { group: 'g', model: { artifacts: archive }, approval: 'Approved' }),
      /build.register\("s"\): "approval"/,
    ],
    // @ts-expect-error no such option
    ['of a condition', (build) => build.condition('s', { if: [], otherwise: () => undefined }), /"otherwise" is not an option/],
    // @ts-expect-error no such option
    ['of a failure', (build) => build.fail('s', { message: 'm', retry: [] }), /"retry" is not an option/],
    [
      'a model of a step that trains none',
      // @ts-expect-error it trains no model
      (build) => build.model('s', { model: build.process('p', { script: program('p.py') }) }),
      /model: step "p" trains no model/,
    ],
    [
      'a transform with what is no model',
      // @ts-expect-error it trains, and is no model
      (build) => build.transform('s', { model: build.train('t', { script: program('t.py') }), data: archive }),
      /model: step "t" is no model of this pipeline/,
    ],
    [
      'a model without code',
      (build) => build.model('s', { model: build.train('t', { image }) }),
      /Step "t" trains without a script of its own/,
    ],
    [
      'code for a model that has it',
      (build) =>
        build.register('s', {
          group: 'g',
          model: build.model('m', { model: { artifacts: archive } }),
          source: { script: program('s.py') },
        }),
      /source: the model step says it/,
    ],
    [
      'one of several definitions with their own code',
      (build) => build.model('s', { model: build.tune('t', { ...tuning, definitions: { a: { script: program('a.py') }, b: {} } }) }),
      /source: definition a has code of its own/,
    ],
    [
      'data that the model’s role cannot read',
      (build) => build.transform('s', { model: 'm', data: 's3://credit-risk-data/rows/' }),
      /data: SageMaker reads it with the model's role/,
    ],
    [
      'a model from elsewhere',
      (build) => build.model('s', { model: { artifacts: 's3://elsewhere/model.tar.gz' } }),
      /Step "s": PrimaryContainer.ModelDataUrl/,
    ],
    [
      'a model from wherever a parameter says',
      (build) => build.register('s', { group: 'g', model: { artifacts: build.parameter.string('Where') } }),
      /Step "s": InferenceSpecification.Containers\[0\].ModelDataUrl/,
    ],
    [
      'a cache that would never be hit',
      (build) => build.train('s', { script: program('s.py'), checkpoints: true, cache: true }),
      /cache: the checkpoints of each execution are its own/,
    ],
    [
      'a grid with a number of jobs',
      (build) => build.tune('s', { ...tuning, strategy: 'Grid', maxJobs: build.parameter.integer('N') }),
      /maxJobs: Grid tries every combination/,
    ],
  ])('%s', async (_name, build, message) => {
    const { lab, service } = await quiet();
    await expect(lab.pipeline('p', (builder) => void build(builder))).rejects.toMatchObject({ message: expect.stringMatching(message) });
    expect(service.requests).toHaveLength(0);
  });
});

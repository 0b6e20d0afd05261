import { describe, expect, it } from '@jest/globals';
import type { TuneOptions, TuningProgress } from '@sealab/sdk';
import { environment } from './environment-fixture.ts';
import { faults, keeping, labOnAPort } from './lab-on-a-port.ts';
import type { Outcome, Received } from './service-on-a-port.ts';

const KIND = { subject: 'HyperParameterTuningJob', name: 'HyperParameterTuningJobName' };
const base = {
  script: { name: 'train.py', text: 'print(1)' },
  metrics: { auc: 'auc=([0-9.]+)' },
  objective: { metric: 'auc', goal: 'Maximize' },
  ranges: {
    eta: { min: 0.01, max: 0.3, scaling: 'Logarithmic' },
    depth: { min: 2, max: 9, integer: true },
    loss: { values: ['log', 'hinge'] },
  },
} as const satisfies TuneOptions;
const grid = { ...base, strategy: 'Grid', ranges: { a: { values: [1, 2, 3] }, b: { values: [true, false] } } } as const;

async function tuned(options: TuneOptions): Promise<Record<string, unknown>> {
  const { lab, service } = await labOnAPort(keeping([KIND]).answer);
  await lab.tune(options);
  return service.sent('CreateHyperParameterTuningJob')[0]?.input ?? {};
}

describe('a tuning job', () => {
  it('has one definition with the values of script mode, ranges and the secure fields', async () => {
    const input = await tuned({
      ...base,
      data: 's3://credit-risk-data/credit.csv',
      hyperparameters: { epochs: 5, note: 'x' },
      maxJobs: 6,
      maxParallelJobs: 3,
      maxTuningRuntime: 7_200,
      maxRuntime: 600,
      spot: { maxWait: 900 },
      earlyStopping: true,
      completion: { target: 0.9, notImproving: 4, converged: true },
      seed: 7,
      warmStart: { parents: ['earlier'], type: 'TransferLearning' },
      tags: { team: 'risk' },
    });
    expect(faults('CreateHyperParameterTuningJob', input)).toEqual([]);
    expect(input['HyperParameterTuningJobName']).toMatch(/^train-[\d-]+-[0-9a-f]{4}$/);
    expect(String(input['HyperParameterTuningJobName']).length).toBeLessThanOrEqual(32);
    expect(input).toMatchObject({
      HyperParameterTuningJobConfig: {
        Strategy: 'Bayesian',
        HyperParameterTuningJobObjective: { Type: 'Maximize', MetricName: 'auc' },
        ResourceLimits: { MaxNumberOfTrainingJobs: 6, MaxParallelTrainingJobs: 3, MaxRuntimeInSeconds: 7_200 },
        ParameterRanges: {
          ContinuousParameterRanges: [{ Name: 'eta', MinValue: '0.01', MaxValue: '0.3', ScalingType: 'Logarithmic' }],
          IntegerParameterRanges: [{ Name: 'depth', MinValue: '2', MaxValue: '9' }],
          CategoricalParameterRanges: [{ Name: 'loss', Values: ['"log"', '"hinge"'] }],
        },
        TrainingJobEarlyStoppingType: 'Auto',
        TuningJobCompletionCriteria: {
          TargetObjectiveMetricValue: 0.9,
          BestObjectiveNotImproving: { MaxNumberOfTrainingJobsNotImproving: 4 },
          ConvergenceDetected: { CompleteOnConvergence: 'Enabled' },
        },
        RandomSeed: 7,
      },
      TrainingJobDefinition: {
        StaticHyperParameters: {
          epochs: '5',
          note: '"x"',
          sagemaker_program: '"train.py"',
          sagemaker_submit_directory: '"/opt/ml/input/data/code/sourcedir.tar.gz"',
        },
        AlgorithmSpecification: { MetricDefinitions: [{ Name: 'auc', Regex: 'auc=([0-9.]+)' }] },
        InputDataConfig: [{ ChannelName: 'training' }, { ChannelName: 'code' }],
        StoppingCondition: { MaxRuntimeInSeconds: 600, MaxWaitTimeInSeconds: 900 },
        RoleArn: environment.roles.jobExecution,
        EnableNetworkIsolation: true,
        EnableInterContainerTrafficEncryption: true,
        VpcConfig: { Subnets: ['subnet-0aaa1111', 'subnet-0bbb2222'] },
        OutputDataConfig: { KmsKeyId: environment.keys.storage },
        ResourceConfig: { VolumeKmsKeyId: environment.keys.volume },
      },
      WarmStartConfig: { WarmStartType: 'TransferLearning', ParentHyperParameterTuningJobs: [{ HyperParameterTuningJobName: 'earlier' }] },
    });
    // Each training job gets a name of its own.
    expect(JSON.stringify(input)).not.toContain('sagemaker_job_name');
  });

  it('takes several definitions, each with what the options beside it say', async () => {
    const { objective, ranges, ...shared } = base;
    const input = await tuned({
      ...shared,
      maxJobs: 4,
      definitions: {
        deep: { objective, ranges, instanceType: 'ml.m5.xlarge', checkpoints: true },
        flat: { objective: { metric: 'loss', goal: 'Minimize' }, metrics: { loss: 'loss=(.*)' }, ranges: { eta: { min: 0, max: 1 } } },
      },
      name: 'both',
    });
    expect(faults('CreateHyperParameterTuningJob', input)).toEqual([]);
    expect(input['TrainingJobDefinition']).toBeUndefined();
    expect(input['TrainingJobDefinitions']).toMatchObject([
      {
        DefinitionName: 'deep',
        TuningObjective: { Type: 'Maximize', MetricName: 'auc' },
        ResourceConfig: { InstanceType: 'ml.m5.xlarge', VolumeKmsKeyId: environment.keys.volume },
        CheckpointConfig: { S3Uri: 's3://credit-risk-model/checkpoints/both/deep' },
        RoleArn: environment.roles.jobExecution,
        EnableNetworkIsolation: true,
      },
      {
        DefinitionName: 'flat',
        TuningObjective: { Type: 'Minimize', MetricName: 'loss' },
        HyperParameterRanges: { ContinuousParameterRanges: [{ Name: 'eta', MinValue: '0', MaxValue: '1' }] },
        OutputDataConfig: { KmsKeyId: environment.keys.storage },
        VpcConfig: { SecurityGroupIds: ['sg-0ccc3333'] },
      },
    ]);
  });

  it('leaves the number of jobs of a grid to SageMaker', async () => {
    const input = await tuned(grid);
    expect(input).toMatchObject({
      HyperParameterTuningJobConfig: { Strategy: 'Grid', ResourceLimits: { MaxParallelTrainingJobs: 2 } },
    });
    expect(JSON.stringify(input)).not.toContain('MaxNumberOfTrainingJobs');
    expect(faults('CreateHyperParameterTuningJob', input)).toEqual([]);
  });

  it.each<[string, TuneOptions, object]>([
    [
      'Hyperband with its epochs',
      { ...base, strategy: 'Hyperband', hyperband: { minResource: 1, maxResource: 27 } },
      { HyperParameterTuningJobConfig: { StrategyConfig: { HyperbandStrategyConfig: { MinResource: 1, MaxResource: 27 } } } },
    ],
    [
      'Hyperband that finds its epochs',
      { ...base, strategy: 'Hyperband', hyperparameters: { epochs: 27 } },
      { HyperParameterTuningJobConfig: { Strategy: 'Hyperband' } },
    ],
    [
      'a range that SageMaker finds',
      { ...base, hyperparameters: { gamma: 0.5 }, ranges: { ...base.ranges, gamma: 'auto' } },
      {
        Autotune: { Mode: 'Enabled' },
        HyperParameterTuningJobConfig: { ParameterRanges: { AutoParameters: [{ Name: 'gamma', ValueHint: '0.5' }] } },
      },
    ],
  ])('%s', async (_, options, expected) => {
    const input = await tuned(options);
    expect(input).toMatchObject(expected);
    expect(faults('CreateHyperParameterTuningJob', input)).toEqual([]);
  });

  it.each<[string, object, RegExp, RegExp]>([
    ['an unknown option', { ...base, max_jobs: 3 }, /lab\.tune: "max_jobs"/, /maxJobs/],
    [
      'a metric that no log shows',
      { ...base, objective: { metric: 'f1', goal: 'Maximize' } },
      /"f1" is none of the metrics auc/,
      /metrics: \{ "f1"/,
    ],
    ['no objective', { ...base, objective: undefined }, /objective: it is missing/, /goal/],
    ['no ranges', { ...base, ranges: undefined }, /ranges: there are none/, /min/],
    ['empty ranges', { ...base, ranges: {} }, /ranges: there are 0/, /./],
    ['a grid of numbers', { ...base, strategy: 'Grid' }, /Grid takes lists of values alone/, /values/],
    ['a grid of another size', { ...grid, maxJobs: 5 }, /there are 6, not 5/, /Leave `maxJobs` out/],
    ['Hyperband without epochs', { ...base, strategy: 'Hyperband' }, /how many epochs/, /maxResource/],
    [
      'Hyperband with early stopping',
      { ...base, strategy: 'Hyperband', hyperparameters: { epochs: 9 }, earlyStopping: true },
      /by itself/,
      /Leave/,
    ],
    ['more epochs than Hyperband takes', { ...base, strategy: 'Hyperband', hyperband: { maxResource: 20_001 } }, /20001/, /^$|./],
    ['Hyperband’s epochs for another strategy', { ...base, hyperband: { maxResource: 9 } }, /the strategy is Bayesian/, /Hyperband/],
    ['a warm start of a grid', { ...grid, warmStart: { parents: ['a'], type: 'TransferLearning' } }, /Grid does not use/, /Random/],
    ['a logarithm of nothing', { ...base, ranges: { a: { min: 0, max: 1, scaling: 'Logarithmic' } } }, /greater than 0/, /min/],
    [
      'a reverse logarithm above one',
      { ...base, ranges: { a: { min: 0, max: 1, scaling: 'ReverseLogarithmic' } } },
      /less than 1/,
      /Linear/,
    ],
    ['a range upside down', { ...base, ranges: { a: { min: 2, max: 1 } } }, /2 to 1 is not a range/, /less than/],
    ['halves as whole numbers', { ...base, ranges: { a: { min: 0.5, max: 3, integer: true } } }, /not whole numbers/, /integer/],
    ['a value twice', { ...base, ranges: { a: { values: [1, 1] } } }, /different values/, /twice/],
    [
      'a range for a fixed value',
      { ...base, hyperparameters: { eta: 1 } },
      /ranges\.eta: the hyperparameter has a fixed value/,
      /hyperparameters\.eta/,
    ],
    ['a found range without a start', { ...base, ranges: { a: 'auto' } }, /no value to start from/, /hyperparameters\.a/],
    ['a misspelt range', { ...base, ranges: { a: { min: 0, max: 1, scale: 'Linear' } } }, /ranges\.a: "scale"/, /scaling/],
    ['a long name', { ...base, name: 'a'.repeat(33) }, /not a name/, /1 to 32/],
    ['a warm pool', { ...base, keepAlive: 60 }, /"keepAlive" is not an option/, /./],
    [
      'a warm start of several',
      { definitions: { a: base }, warmStart: { parents: ['x'], type: 'TransferLearning' } },
      /one definition alone/,
      /./,
    ],
    ['an option of the job in a definition', { definitions: { a: { ...base, seed: 1 } } }, /definitions\.a: "seed"/, /./],
  ])('with %s is refused before anything is sent', async (_, options, message, remedy) => {
    const { lab, service } = await labOnAPort(keeping([KIND]).answer);
    await expect(lab.plan({ kind: 'tune', ...(options as TuneOptions) })).rejects.toMatchObject({
      code: 'InvalidInput',
      message: expect.stringMatching(message),
    });
    const refused = (await lab.plan({ kind: 'tune', ...(options as TuneOptions) }).catch((error: unknown) => error)) as { remedy?: string };
    expect(refused.remedy ?? '').toMatch(remedy);
    expect(service.requests).toEqual([]);
  });

  it('is there once although the connection broke after it was taken', async () => {
    const { kept, answer } = keeping([KIND], true);
    const { lab, service } = await labOnAPort(answer);
    expect((await lab.tune({ ...base, name: 'once' })).name).toBe('once');
    expect([...kept.keys()]).toEqual(['HyperParameterTuningJob/once']);
    expect(service.sent('CreateHyperParameterTuningJob').length).toBeGreaterThan(1);
  });
});

describe('a tuning job whose request was cut off', () => {
  it('before it was taken is sent again once it is known not to be there', async () => {
    const { kept, answer } = keeping([KIND]);
    let cut = 0;
    const { lab } = await labOnAPort((request) => {
      // As often as the AWS SDK itself tries.
      if (request.operation === 'CreateHyperParameterTuningJob' && ++cut <= 4) return 'break';
      if (request.operation === 'DescribeHyperParameterTuningJob' && kept.size === 0)
        return { error: 'ResourceNotFound', message: 'SageMaker has no tuning job of this name.' };
      return answer(request);
    });
    await lab.tune({ ...base, name: 'once' });
    expect([[...kept.keys()], cut]).toEqual([['HyperParameterTuningJob/once'], 5]);
  });
});

const trial = (name: string, value: number | undefined, MetricName = 'auc') => ({
  TrainingJobName: name,
  TrainingJobStatus: value === undefined ? 'InProgress' : 'Completed',
  TunedHyperParameters: { eta: '0.1', loss: '"log"', depth: '3', raw: 'plain text' },
  ...(value === undefined ? {} : { FinalHyperParameterTuningJobObjectiveMetric: { MetricName, Value: value } }),
});

/** A tuning job that ends at the third look. */
function running(goal: 'Maximize' | 'Minimize', status = 'Completed') {
  let looks = 0;
  return ({ operation, input }: Received): Outcome => {
    switch (operation) {
      case 'DescribeHyperParameterTuningJob': {
        const done = ++looks > 2;
        return {
          json: {
            HyperParameterTuningJobName: input['HyperParameterTuningJobName'],
            HyperParameterTuningJobStatus: done ? status : 'InProgress',
            HyperParameterTuningJobConfig: {
              Strategy: 'Bayesian',
              HyperParameterTuningJobObjective: { Type: goal, MetricName: 'auc' },
              ResourceLimits: { MaxNumberOfTrainingJobs: 3, MaxParallelTrainingJobs: 1 },
            },
            TrainingJobStatusCounters: { Completed: looks, InProgress: 1, RetryableError: 0, NonRetryableError: 1, Stopped: 0 },
            TrainingJobDefinition: {
              RoleArn: environment.roles.jobExecution,
              EnableNetworkIsolation: false,
              ResourceConfig: { VolumeKmsKeyId: environment.keys.volume },
            },
            ...(done ? { BestTrainingJob: trial('t-2', 0.8), FailureReason: 'all of them failed' } : {}),
          },
        };
      }
      case 'ListTrainingJobsForHyperParameterTuningJob':
        return input['NextToken'] === undefined
          ? { json: { TrainingJobSummaries: [trial('t-1', 0.6), trial('t-4', undefined)], NextToken: 'more' } }
          : { json: { TrainingJobSummaries: [trial('t-2', 0.8), trial('t-3', 0.7)] } };
      case 'StopHyperParameterTuningJob':
        return { json: {} };
      default:
        return { error: 'UnknownOperationException', message: operation };
    }
  };
}

describe('a tuning job under way', () => {
  it.each([
    ['Maximize', ['t-2', 't-3', 't-1', 't-4']],
    ['Minimize', ['t-1', 't-3', 't-2', 't-4']],
  ] as const)('has its trials with the best of %s first', async (goal, names) => {
    const { lab } = await labOnAPort(running(goal));
    const trials = await lab.attach('t', 'tuning-jobs').trials();
    expect(trials.map(({ job }) => job.name)).toEqual(names);
    expect(trials.at(-1)).toMatchObject({ status: 'InProgress', objective: undefined });
    expect(trials[0]?.hyperparameters).toEqual({ eta: 0.1, loss: 'log', depth: 3, raw: 'plain text' });
  });

  it('is waited for with counts, and then has a best training job', async () => {
    const { lab, service } = await labOnAPort(running('Maximize'));
    const job = lab.attach('t', 'tuning-jobs');
    await expect(job.best()).rejects.toMatchObject({ code: 'JobNotCompleted', message: expect.stringContaining('has no best') });
    const seen: TuningProgress[] = [];
    await job.wait({ onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toMatchObject({
      status: 'Completed',
      counts: { completed: 3, running: 1, failed: 1, stopped: 0 },
      message: '4 of 3 training jobs ended, 1 running, 1 failed',
    });
    const best = await job.best();
    expect([best.job.kind, best.job.name, best.objective, best.hyperparameters['eta']]).toEqual(['training-jobs', 't-2', 0.8, 0.1]);
    await job.stop();
    expect(service.sent('StopHyperParameterTuningJob')[0]?.input).toEqual({ HyperParameterTuningJobName: 't' });
  });

  it('that failed says why, and its seal shows what is not as wanted', async () => {
    const { lab } = await labOnAPort(running('Maximize', 'Failed'));
    const job = lab.attach('t', 'tuning-jobs');
    await expect(job.wait()).rejects.toMatchObject({ code: 'JobNotCompleted', message: expect.stringContaining('all of them failed') });
    const seal = await job.seal();
    expect(seal.controls.find(({ control }) => control.endsWith('.NetworkIsolation'))).toMatchObject({ found: 'false' });
    expect(seal.controls.find(({ control }) => control === 'CreateHyperParameterTuningJob.Role')).toMatchObject({ status: 'sealed' });
  });
});

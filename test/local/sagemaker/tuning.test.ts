import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CreateHyperParameterTuningJobCommand,
  type CreateHyperParameterTuningJobRequest,
  DeleteHyperParameterTuningJobCommand,
  DescribeHyperParameterTuningJobCommand,
  DescribeTrainingJobCommand,
  type HyperParameterTrainingJobDefinition,
  type HyperParameterTuningJobConfig,
  ListHyperParameterTuningJobsCommand,
  ListTagsCommand,
  ListTrainingJobsForHyperParameterTuningJobCommand,
  StopHyperParameterTuningJobCommand,
} from '@aws-sdk/client-sagemaker';
import { refusal } from '../gateway/running-gateway.ts';
import { startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

let lab: RunningSageMaker;
beforeAll(async () => {
  lab = await startRunningSageMaker();
}, 300_000);
afterAll(() => lab.stop(), 60_000);

const PRELUDE = `
import argparse, os, sys, time
parser = argparse.ArgumentParser()
for name, kind in {"x": float, "n": int, "c": str, "_tuning_objective_metric": str}.items(): parser.add_argument(("-" if len(name) == 1 else "--") + name, type=kind)
args, _ = parser.parse_known_args()
number = int(os.environ["TRAINING_JOB_NAME"].split("-")[-2])
`;
/** Best at x = 0.3. */
const BOWL = `${PRELUDE}\nprint("loss=%.6f;" % ((args.x - 0.3) ** 2), flush=True)\nopen("/opt/ml/model/x", "w").write(str(args.x))`;
const METRIC = { Type: 'Minimize' as const, MetricName: 'loss' };
const X = { ContinuousParameterRanges: [{ Name: 'x', MinValue: '0', MaxValue: '1', ScalingType: 'Linear' as const }] };

async function definition(name: string, script: string, overrides: Partial<HyperParameterTrainingJobDefinition> = {}) {
  const { HyperParameters, AlgorithmSpecification, ...request } = await lab.request(name, script);
  const rest = Object.fromEntries(Object.entries(request).filter(([field]) => field !== 'TrainingJobName'));
  return {
    ...rest,
    AlgorithmSpecification: {
      TrainingImage: AlgorithmSpecification?.TrainingImage,
      TrainingInputMode: 'File',
      MetricDefinitions: [{ Name: 'loss', Regex: 'loss=([0-9.]+);' }],
    },
    StaticHyperParameters: HyperParameters,
    ...overrides,
  } as HyperParameterTrainingJobDefinition;
}

type Overrides = Partial<Omit<CreateHyperParameterTuningJobRequest, 'HyperParameterTuningJobConfig'>> &
  Partial<HyperParameterTuningJobConfig>;

async function tune(name: string, script: string, jobs: [number, number], overrides: Overrides = {}) {
  const { TrainingJobDefinition, TrainingJobDefinitions, Tags, WarmStartConfig, Autotune, ...config } = overrides;
  const [MaxNumberOfTrainingJobs, MaxParallelTrainingJobs] = jobs;
  return lab.sageMaker.send(
    new CreateHyperParameterTuningJobCommand({
      HyperParameterTuningJobName: name,
      HyperParameterTuningJobConfig: {
        Strategy: 'Random',
        HyperParameterTuningJobObjective: METRIC,
        ResourceLimits: { MaxNumberOfTrainingJobs, MaxParallelTrainingJobs },
        ParameterRanges: X,
        RandomSeed: 42,
        ...config,
      },
      ...(TrainingJobDefinitions === undefined
        ? { TrainingJobDefinition: TrainingJobDefinition ?? (await definition(name, script)) }
        : { TrainingJobDefinitions }),
      Tags,
      WarmStartConfig,
      Autotune,
    }),
  );
}

const describeTuning = (HyperParameterTuningJobName: string) =>
  lab.sageMaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName }));
async function ended(name: string) {
  for (;;) {
    const job = await describeTuning(name);
    if (!['InProgress', 'Stopping'].includes(job.HyperParameterTuningJobStatus ?? '')) return job;
    await sleep(100);
  }
}
const trials = async (HyperParameterTuningJobName: string, input: object = {}) =>
  (
    await lab.sageMaker.send(
      new ListTrainingJobsForHyperParameterTuningJobCommand({ HyperParameterTuningJobName, MaxResults: 100, ...input }),
    )
  ).TrainingJobSummaries ?? [];
const values = async (name: string, parameter: string) =>
  (await trials(name)).map(({ TunedHyperParameters }) => TunedHyperParameters?.[parameter] ?? '');

describe('a tuning job', () => {
  it('runs training jobs with values that Optuna proposes, and knows the best', async () => {
    const { HyperParameterTuningJobArn } = await tune('random', BOWL, [4, 2], { Tags: [{ Key: 'team', Value: 'bowls' }] });
    expect(HyperParameterTuningJobArn).toBe('arn:aws:sagemaker:eu-west-1:111122223333:hyper-parameter-tuning-job/random');
    const job = await ended('random');
    expect(job).toMatchObject({
      HyperParameterTuningJobStatus: 'Completed',
      TrainingJobStatusCounters: { Completed: 4, InProgress: 0, NonRetryableError: 0, Stopped: 0 },
      ObjectiveStatusCounters: { Succeeded: 4, Pending: 0, Failed: 0 },
    });
    const all = await trials('random');
    expect(all.map(({ TrainingJobName }) => TrainingJobName?.replace(/[0-9a-f]{8}$/, '<hex>'))).toEqual(
      ['001', '002', '003', '004'].map((number) => `random-${number}-<hex>`),
    );
    const losses = all.map(({ FinalHyperParameterTuningJobObjectiveMetric: metric }) => metric?.Value ?? NaN);
    for (const [at, { TunedHyperParameters }] of all.entries()) {
      const x = Number(TunedHyperParameters?.['x']);
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(1);
      expect(losses[at]).toBeCloseTo((x - 0.3) ** 2, 5);
    }
    expect(new Set(losses).size).toBe(4);
    expect(job.BestTrainingJob?.FinalHyperParameterTuningJobObjectiveMetric).toMatchObject({ ...METRIC, Value: Math.min(...losses) });
    const byValue = await trials('random', { SortBy: 'FinalObjectiveMetricValue', SortOrder: 'Ascending' });
    expect(byValue[0]?.TrainingJobName).toBe(job.BestTrainingJob?.TrainingJobName);
    const training = await lab.sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName: all[0]?.TrainingJobName }));
    expect(training).toMatchObject({
      TuningJobArn: HyperParameterTuningJobArn,
      HyperParameters: { depth: '3', x: all[0]?.TunedHyperParameters?.['x'], _tuning_objective_metric: 'loss' },
      ModelArtifacts: { S3ModelArtifacts: expect.stringContaining(`/${all[0]?.TrainingJobName ?? ''}/output/model.tar.gz`) },
      EnableNetworkIsolation: true,
    });
    const { Tags } = await lab.sageMaker.send(new ListTagsCommand({ ResourceArn: training.TrainingJobArn }));
    expect(Tags).toEqual([{ Key: 'team', Value: 'bowls' }]);
  }, 90_000);

  it('with the same seed proposes the same', async () => {
    await tune('again', BOWL, [2, 2]);
    await ended('again');
    expect(await values('again', 'x')).toEqual((await values('random', 'x')).slice(0, 2));
  }, 60_000);

  it('tries a grid once each', async () => {
    await tune('grid', `${PRELUDE}\nprint("loss=%d;" % (len(args.c) * args.n), flush=True)`, [4, 4], {
      Strategy: 'Grid',
      ParameterRanges: {
        CategoricalParameterRanges: [
          { Name: 'c', Values: ['a', 'bb'] },
          { Name: 'n', Values: ['1', '5'] },
        ],
      },
    });
    const job = await ended('grid');
    expect(job.TrainingJobStatusCounters?.Completed).toBe(4);
    const tried = (await trials('grid')).map(
      ({ TunedHyperParameters }) => `${TunedHyperParameters?.['c'] ?? ''}${TunedHyperParameters?.['n'] ?? ''}`,
    );
    expect(tried.sort()).toEqual(['a1', 'a5', 'bb1', 'bb5']);
    expect(job.BestTrainingJob?.TunedHyperParameters).toEqual({ c: 'a', n: '1' });
  }, 60_000);

  it('learns from what it has seen (Bayesian), within every kind of range, and ends when the target is reached', async () => {
    await tune('bayes', `${PRELUDE}\nprint("loss=%.6f;" % (args.n if number > 1 else 1000), flush=True)`, [20, 1], {
      Strategy: 'Bayesian',
      TuningJobCompletionCriteria: { TargetObjectiveMetricValue: 999 },
      ParameterRanges: {
        ContinuousParameterRanges: [{ Name: 'x', MinValue: '0.5', MaxValue: '0.999', ScalingType: 'ReverseLogarithmic' }],
        IntegerParameterRanges: [{ Name: 'n', MinValue: '1', MaxValue: '100', ScalingType: 'Logarithmic' }],
        CategoricalParameterRanges: [{ Name: 'c', Values: ['one', 'two'] }],
      },
    });
    const job = await ended('bayes');
    expect(job.HyperParameterTuningJobStatus).toBe('Completed');
    const all = await trials('bayes');
    expect(all).toHaveLength(2);
    for (const { TunedHyperParameters: { x = '', n = '', c = '' } = {} } of all) {
      expect(Number(x)).toBeGreaterThanOrEqual(0.5);
      expect(Number(x)).toBeLessThanOrEqual(0.999);
      expect(n).toMatch(/^\d+$/);
      expect(['one', 'two']).toContain(c);
    }
  }, 60_000);

  /** Every job but the first ones is bad from the beginning, and would take a minute. */
  const LAGGARDS = (good: number) => `${PRELUDE}
for epoch in range(9):
    print("loss=%.2f;" % (0.1 if number <= ${String(good)} else 10 + number), flush=True)
    time.sleep(0.05 if number <= ${String(good)} else 7)
`;

  it('stops early what is worse than the median of those before', async () => {
    await tune('median', LAGGARDS(3), [4, 1], { TrainingJobEarlyStoppingType: 'Auto' });
    const job = await ended('median');
    expect(job).toMatchObject({
      HyperParameterTuningJobStatus: 'Completed',
      TrainingJobStatusCounters: { Completed: 3, Stopped: 1 },
      ObjectiveStatusCounters: { Succeeded: 4 },
      TuningJobCompletionDetails: { NumberOfTrainingJobsObjectiveNotImproving: 3 },
    });
    expect((await trials('median', { StatusEquals: 'Stopped' })).map(({ TrainingJobName }) => TrainingJobName)).toEqual([
      expect.stringContaining('median-004-'),
    ]);
  }, 90_000);

  it('gives up what Hyperband sees no prospects in', async () => {
    await tune('bands', LAGGARDS(2), [4, 2], {
      Strategy: 'Hyperband',
      StrategyConfig: { HyperbandStrategyConfig: { MinResource: 1, MaxResource: 2 } },
    });
    const job = await ended('bands');
    expect(job.TrainingJobStatusCounters).toMatchObject({ Stopped: 2 });
    expect((await trials('bands', { StatusEquals: 'Stopped' })).map(({ TrainingJobName }) => TrainingJobName)).toEqual([
      expect.stringContaining('bands-003-'),
      expect.stringContaining('bands-004-'),
    ]);
  }, 90_000);

  it('shares its training jobs between several definitions', async () => {
    const of = async (DefinitionName: string, floor: string) =>
      definition(`several-${DefinitionName}`, `${PRELUDE}\nprint("loss=%.6f;" % (args.x + ${floor}), flush=True)`, {
        DefinitionName,
        TuningObjective: METRIC,
        HyperParameterRanges: X,
      });
    await tune('several', '', [4, 4], {
      TrainingJobDefinitions: [await of('low', '0'), await of('high', '5')],
      ParameterRanges: undefined,
      HyperParameterTuningJobObjective: undefined,
    });
    const job = await ended('several');
    expect(job.BestTrainingJob?.TrainingJobDefinitionName).toBe('low');
    expect((await trials('several')).map(({ TrainingJobDefinitionName }) => TrainingJobDefinitionName).sort()).toEqual([
      'high',
      'high',
      'low',
      'low',
    ]);
  }, 60_000);

  it('fails when all of its training jobs fail', async () => {
    await tune('broken', 'raise ValueError("no")', [2, 2]);
    expect(await ended('broken')).toMatchObject({
      HyperParameterTuningJobStatus: 'Failed',
      FailureReason: expect.stringMatching(/^All training jobs failed\./),
      TrainingJobStatusCounters: { NonRetryableError: 2 },
      ObjectiveStatusCounters: { Failed: 2 },
    });
  }, 60_000);

  it('stops with the training jobs that it has started, and can be deleted then', async () => {
    await tune('endless', `${PRELUDE}\nprint("loss=1;", flush=True)\ntime.sleep(600)`, [9, 2]);
    for (; (await trials('endless')).length < 2;) await sleep(100);
    const remove = () => lab.sageMaker.send(new DeleteHyperParameterTuningJobCommand({ HyperParameterTuningJobName: 'endless' }));
    expect(await refusal(remove())).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/is in status InProgress/),
    });
    await lab.sageMaker.send(new StopHyperParameterTuningJobCommand({ HyperParameterTuningJobName: 'endless' }));
    const job = await ended('endless');
    expect(job).toMatchObject({ HyperParameterTuningJobStatus: 'Stopped', TrainingJobStatusCounters: { InProgress: 0, Stopped: 2 } });
    await remove();
    expect(await refusal(describeTuning('endless'))).toMatchObject({ name: 'ResourceNotFound' });
  }, 60_000);

  it('leaves nothing on the disk', async () => {
    expect(await lab.leftOnDisk()).toEqual([]);
  });
});

describe('names and requests', () => {
  const ranges = (range: object) => ({
    ParameterRanges: { ContinuousParameterRanges: [{ Name: 'x', MinValue: '0', MaxValue: '1', ...range }] },
  });
  it.each<[string, Overrides, string, RegExp]>([
    ['a range without an inside', ranges({ MinValue: '2' }), 'ValidationException', /The range of x is empty: 2 is greater than 1/],
    ['a range of words', ranges({ MinValue: 'low' }), 'ValidationException', /must be given by numbers, not by low and 1/],
    [
      'orders of magnitude of nothing',
      ranges({ ScalingType: 'Logarithmic' }),
      'ValidationException',
      /needs a range of values greater than 0/,
    ],
    ['a reversed scale beyond 1', ranges({ ScalingType: 'ReverseLogarithmic', MaxValue: '2' }), 'ValidationException', /within 0 <= x < 1/],
    ['no ranges', { ParameterRanges: {} }, 'ValidationException', /At least one hyperparameter range/],
    ['a parameter twice', ranges({ Name: 'depth' }), 'ValidationException', /depth is given more than once/],
    [
      'an objective that nothing measures',
      { HyperParameterTuningJobObjective: { Type: 'Maximize', MetricName: 'auc' } },
      'ValidationException',
      /^The objective metric for the hyperparameter tuning job, \[auc\], isn't valid/,
    ],
    ['a grid of numbers', { Strategy: 'Grid' }, 'ValidationException', /Grid strategy takes categorical ranges only/],
    [
      'Hyperband without a measure',
      { Strategy: 'Hyperband' },
      'ValidationException',
      /needs StrategyConfig\.HyperbandStrategyConfig\.MaxResource/,
    ],
    [
      'Hyperband with another rule',
      {
        Strategy: 'Hyperband',
        StrategyConfig: { HyperbandStrategyConfig: { MinResource: 1, MaxResource: 9 } },
        TrainingJobEarlyStoppingType: 'Auto',
      },
      'ValidationException',
      /TrainingJobEarlyStoppingType must be Off/,
    ],
    [
      'a warm start',
      {
        WarmStartConfig: {
          WarmStartType: 'TransferLearning',
          ParentHyperParameterTuningJobs: [{ HyperParameterTuningJobName: 'random' }],
        },
      },
      'OperationNotEmulated',
      /a warm start/,
    ],
    ['Autotune', { Autotune: { Mode: 'Enabled' } }, 'OperationNotEmulated', /Autotune/],
  ])('%s is refused', async (_, overrides, name, message) => {
    expect(await refusal(tune('refused', BOWL, [1, 1], overrides))).toMatchObject({ name, message: expect.stringMatching(message) });
  });

  it('what no training job could run is refused', async () => {
    const bad = await definition('refused', BOWL, { RoleArn: 'arn:aws:iam::111122223333:role/nobody' });
    expect(await refusal(tune('refused', BOWL, [1, 1], { TrainingJobDefinition: bad }))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/^Could not assume role/),
    });
  });

  it('a name can be used once, and tuning jobs are listed', async () => {
    expect(await refusal(tune('random', BOWL, [1, 1]))).toMatchObject({
      name: 'ResourceInUse',
      message: expect.stringMatching(/hyper-parameter-tuning-job\/random/),
    });
    const { HyperParameterTuningJobSummaries = [] } = await lab.sageMaker.send(
      new ListHyperParameterTuningJobsCommand({ NameContains: 'ran' }),
    );
    expect(HyperParameterTuningJobSummaries).toMatchObject([
      { HyperParameterTuningJobName: 'random', Strategy: 'Random', TrainingJobStatusCounters: { Completed: 4 } },
    ]);
  });
});

import { randomInt } from 'node:crypto';
import type { HyperParameterTuningJobConfig } from '@aws-sdk/client-sagemaker';
import { AwsError, type Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { arnOf } from './account.ts';
import type { Jobs } from './jobs.ts';
import { listResources } from './listing.ts';
import type { Request } from './records.ts';
import { now, Store } from './store.ts';
import type { Tags } from './tags.ts';
import { definitionsOf, gridSize, type Definition, trainingRequest } from './tuning-definitions.ts';
import { best, counters, notImproving, type Standing, standings, trialSummary, type TuningRecord } from './tuning-progress.ts';
import { TuningRuns } from './tuning-run.ts';

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

/** What SageMaker refuses of a request, and what this machine cannot do. */
function check(input: Request, definitions: readonly Definition[]): void {
  const config = input['HyperParameterTuningJobConfig'] as HyperParameterTuningJobConfig;
  const refuse = (what: string): never => {
    throw new AwsError('OperationNotEmulated', `The local environment does not do this: ${what}.`);
  };
  if (input['WarmStartConfig'] !== undefined) refuse('a warm start from other tuning jobs');
  if (input['Autotune'] !== undefined) refuse('Autotune');
  if (config.TuningJobCompletionCriteria?.ConvergenceDetected?.CompleteOnConvergence === 'Enabled') refuse('the detection of convergence');
  const { MaxNumberOfTrainingJobs: most } = config.ResourceLimits ?? {};
  if (config.Strategy === 'Grid') {
    const size = definitions.reduce((sum, definition) => sum + gridSize(definition), 0);
    if (!Number.isFinite(size)) throw invalid('The Grid strategy takes categorical ranges only.');
    if (most !== undefined && most !== size)
      throw invalid(`MaxNumberOfTrainingJobs of the Grid strategy must be the number of combinations, ${String(size)}, or be left out.`);
  }
  if (config.Strategy === 'Hyperband') {
    const { MinResource = 1, MaxResource } = config.StrategyConfig?.HyperbandStrategyConfig ?? {};
    if (MaxResource === undefined) throw invalid('The Hyperband strategy needs StrategyConfig.HyperbandStrategyConfig.MaxResource.');
    if (MinResource > MaxResource) throw invalid('MinResource of the Hyperband strategy must not be greater than MaxResource.');
    if (config.TrainingJobEarlyStoppingType === 'Auto')
      throw invalid('The Hyperband strategy stops training jobs by itself: TrainingJobEarlyStoppingType must be Off.');
  } else if (config.StrategyConfig?.HyperbandStrategyConfig !== undefined)
    throw invalid(`HyperbandStrategyConfig is for the Hyperband strategy, not for ${config.Strategy ?? ''}.`);
}

/** Hyperparameter tuning: Optuna proposes, training jobs really run. */
export function tuningJobOperations(
  platform: Platform,
  jobs: Jobs,
  tags: Tags,
): { readonly operations: Record<string, (call: Call) => unknown>; readonly close: () => void } {
  const store = new Store<TuningRecord>('hyper-parameter-tuning-jobs');
  const runs = new TuningRuns(store, jobs);
  const find = (call: Call): TuningRecord => {
    const name = call.input['HyperParameterTuningJobName'] as string;
    const record = store.get(name);
    if (record === undefined) throw new AwsError('ResourceNotFound', `Amazon SageMaker can't find a tuning job with the name ${name}.`);
    return record;
  };
  const stand = (record: TuningRecord): Standing[] => standings(record, definitionsOf(record.request), jobs);
  const config = ({ request }: TuningRecord): HyperParameterTuningJobConfig =>
    request['HyperParameterTuningJobConfig'] as HyperParameterTuningJobConfig;

  const operations: Record<string, (call: Call) => unknown> = {
    CreateHyperParameterTuningJob: async ({ input: request }) => {
      const name = request['HyperParameterTuningJobName'] as string;
      const arn = arnOf(platform, 'hyper-parameter-tuning-job', name);
      const definitions = definitionsOf(request);
      check(request, definitions);
      for (const definition of definitions) await jobs.admit({ request: trainingRequest(request, definition, name, {}) });
      if (store.get(name) !== undefined)
        throw new AwsError(
          'ResourceInUse',
          `Hyperparameter tuning job names must be unique within an AWS account and region, and a tuning job with this name already exists (${arn})`,
        );
      const { RandomSeed } = request['HyperParameterTuningJobConfig'] as HyperParameterTuningJobConfig;
      const seed = RandomSeed ?? randomInt(2 ** 31);
      store.save({ name, arn, request, seed, status: 'InProgress', trials: [], creationTime: now(), lastModifiedTime: now() });
      tags.add(arn, request['Tags']);
      runs.advance(name);
      return { HyperParameterTuningJobArn: arn };
    },
    DescribeHyperParameterTuningJob: (call) => {
      const record = find(call);
      const all = stand(record);
      const leader = best(all);
      return {
        ...record.request,
        HyperParameterTuningJobArn: record.arn,
        HyperParameterTuningJobStatus: record.status,
        CreationTime: record.creationTime,
        LastModifiedTime: record.lastModifiedTime,
        HyperParameterTuningEndTime: record.endTime,
        ...counters(all),
        BestTrainingJob: leader === undefined ? undefined : trialSummary(leader),
        FailureReason: record.failureReason,
        TuningJobCompletionDetails: { NumberOfTrainingJobsObjectiveNotImproving: notImproving(all) },
        ConsumedResources: { RuntimeInSeconds: Math.round((record.endTime ?? now()) - record.creationTime) },
      };
    },
    ListHyperParameterTuningJobs: (call) => {
      const { page, ...rest } = listResources(
        store.all(),
        { SortBy: 'Name', SortOrder: 'Ascending', ...call.input },
        { status: ({ status }) => status },
      );
      return {
        HyperParameterTuningJobSummaries: page.map((record) => ({
          HyperParameterTuningJobName: record.name,
          HyperParameterTuningJobArn: record.arn,
          HyperParameterTuningJobStatus: record.status,
          Strategy: config(record).Strategy,
          CreationTime: record.creationTime,
          LastModifiedTime: record.lastModifiedTime,
          HyperParameterTuningEndTime: record.endTime,
          ...counters(stand(record)),
          ResourceLimits: config(record).ResourceLimits,
        })),
        ...rest,
      };
    },
    ListTrainingJobsForHyperParameterTuningJob: (call) => {
      const all = stand(find(call)).flatMap((one) => {
        const { trial, job, final } = one;
        // What has no objective cannot be sorted by it: SageMaker leaves it out.
        if (call.input['SortBy'] === 'FinalObjectiveMetricValue' && final === undefined) return [];
        return [
          {
            name: trial.name,
            arn: job?.arn ?? '',
            creationTime: job?.creationTime ?? 0,
            lastModifiedTime: job?.lastModifiedTime ?? 0,
            one,
          },
        ];
      });
      const { page, ...rest } = listResources(
        all,
        { SortBy: 'Name', SortOrder: 'Ascending', ...call.input },
        {
          status: ({ one }) => trialSummary(one)['TrainingJobStatus'] as string,
          keys: { FinalObjectiveMetricValue: ({ one }) => one.final ?? 0 },
        },
      );
      return { TrainingJobSummaries: page.map(({ one }) => trialSummary(one)), ...rest };
    },
    StopHyperParameterTuningJob: (call) => {
      const record = find(call);
      if (record.status !== 'InProgress')
        throw invalid(`The request was rejected because the hyperparameter tuning job is in status ${record.status}.`);
      record.status = 'Stopping';
      store.save(record);
      runs.advance(record.name);
      return {};
    },
    DeleteHyperParameterTuningJob: (call) => {
      const record = find(call);
      if (record.endTime === undefined)
        throw invalid(`The request was rejected because the hyperparameter tuning job is in status ${record.status}: stop it first.`);
      store.delete(record.name);
      tags.remove(record.arn);
      return {};
    },
  };
  return { operations, close: () => runs.close() };
}

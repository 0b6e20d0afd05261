import { randomBytes } from 'node:crypto';
import type { HyperParameterTuningJobConfig } from '@aws-sdk/client-sagemaker';
import { isDiskFull } from '../../../disk-full.ts';
import { optimise } from '../../../tuner/optimiser.ts';
import { shownStatus, type Jobs } from './jobs.ts';
import { now, type Store } from './store.ts';
import { type Definition, definitionsOf, gridSize, trainingRequest } from './tuning-definitions.ts';
import { isBelowMedian, isDone, type Standing, standings, type TuningRecord } from './tuning-progress.ts';

/** Training jobs of a tuning job whose request names no number; SageMaker's quota. */
const MOST_TRAINING_JOBS = 750;
const ROOM_PAUSE_MS = 5_000;
const ALL_FAILED = 'All training jobs failed. Please take a look at the training jobs failures to get more details.';

/**
 * Keeps tuning jobs going: whatever happens to one of their training jobs, it looks at everything that is written down and does what
 * follows from it. It remembers nothing itself, so that it goes on after a restart as if there had been none.
 */
export class TuningRuns {
  readonly #store: Store<TuningRecord>;
  readonly #jobs: Jobs;
  /** Tuning jobs that are being looked at; `true`: something has happened meanwhile. */
  readonly #busy = new Map<string, boolean>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** Points that Hyperband has judged, by tuning job. */
  readonly #judged = new Map<string, number>();
  #closed = false;

  constructor(store: Store<TuningRecord>, jobs: Jobs) {
    this.#store = store;
    this.#jobs = jobs;
    jobs.watch(({ tuningJobArn }) => {
      if (tuningJobArn !== undefined) this.advance(tuningJobArn.slice(tuningJobArn.lastIndexOf('/') + 1));
    });
    for (const { name, endTime } of store.all()) if (endTime === undefined) this.advance(name);
  }

  /** The environment ends: no training job is started any more. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  /** Looks at a tuning job, now or as soon as nobody else does. */
  advance(name: string): void {
    if (this.#busy.has(name)) this.#busy.set(name, true);
    else void this.#look(name).catch(() => this.#busy.delete(name));
  }

  async #look(name: string): Promise<void> {
    do {
      this.#busy.set(name, false);
      const record = this.#store.get(name);
      if (record === undefined || record.endTime !== undefined || this.#closed) break;
      try {
        await this.#step(record);
      } catch (error) {
        if (isDiskFull(error)) {
          // Nothing can be written down, an end neither: it is looked at again.
          setTimeout(() => this.advance(name), ROOM_PAUSE_MS).unref();
          break;
        }
        this.#end(record, 'Failed', `InternalServerError: ${(error as Error).message}`);
      }
    } while (this.#busy.get(name) === true);
    this.#busy.delete(name);
  }

  async #step(record: TuningRecord): Promise<void> {
    const config = record.request['HyperParameterTuningJobConfig'] as HyperParameterTuningJobConfig;
    const definitions = definitionsOf(record.request);
    for (const trial of record.trials) this.#start(record, definitions, trial);
    const all = standings(record, definitions, this.#jobs);
    const running = all.filter(({ runs }) => runs);
    if (record.status === 'InProgress' && record.closing !== true && this.#shallClose(record, config, all)) {
      record.closing = true;
      this.#store.save(record);
    }
    if (record.status === 'Stopping' || record.closing === true) {
      for (const { job } of running) if (job !== undefined) this.#jobs.stopRecord(job);
      if (running.length === 0) this.#end(record, record.status === 'Stopping' ? 'Stopped' : 'Completed');
      return;
    }
    if (config.TrainingJobEarlyStoppingType === 'Auto')
      for (const one of running) if (one.job !== undefined && isBelowMedian(one, all)) this.#jobs.stopRecord(one.job);
    const limit = limitOf(config, definitions);
    const free = Math.min((config.ResourceLimits?.MaxParallelTrainingJobs ?? 1) - running.length, limit - record.trials.length);
    await this.#optimise(record, config, definitions, all, Math.max(0, free));
    if (running.length === 0 && record.trials.length >= limit && free <= 0) {
      const failed = all.every(({ job }) => job === undefined || shownStatus(job) === 'Failed');
      this.#end(record, failed ? 'Failed' : 'Completed', failed ? ALL_FAILED : undefined);
    }
  }

  /** Gives up what has no prospects, and starts as many training jobs as may run beside the others. */
  async #optimise(
    record: TuningRecord,
    config: HyperParameterTuningJobConfig,
    definitions: readonly Definition[],
    all: readonly Standing[],
    free: number,
  ): Promise<void> {
    const points = all.reduce((sum, one) => sum + one.points.length, 0);
    const judges = config.Strategy === 'Hyperband' && this.#judged.get(record.name) !== points;
    if (free === 0 && !judges) return;
    this.#judged.set(record.name, points);
    const counts = share(free, config, definitions, record);
    for (const [index, definition] of definitions.entries()) {
      const count = counts[index] ?? 0;
      if (count === 0 && !judges) continue;
      const own = all.filter(({ trial }) => trial.definition === index);
      const hyperband = config.StrategyConfig?.HyperbandStrategyConfig;
      const { proposals, hopeless } = await optimise({
        seed: record.seed + index,
        maximize: definition.objective.Type === 'Maximize',
        strategy: config.Strategy ?? 'Bayesian',
        minResource: hyperband?.MinResource ?? 1,
        maxResource: hyperband?.MaxResource ?? 1,
        parameters: definition.parameters,
        trials: own.map(({ trial, runs, final, points: series }) => ({
          parameters: trial.tuned,
          state: runs ? ('running' as const) : final === undefined ? ('failed' as const) : ('complete' as const),
          value: final,
          points: series.map(({ timestamp, value }) => [timestamp, value] as const),
        })),
        count,
      });
      for (const at of hopeless) {
        const job = own[at]?.job;
        if (job !== undefined) this.#jobs.stopRecord(job);
      }
      // Somebody may have asked to stop meanwhile.
      if (record.status !== 'InProgress' || this.#closed) return;
      for (const tuned of proposals) {
        const number = String(record.trials.length + 1).padStart(3, '0');
        const trial = { name: `${record.name}-${number}-${randomBytes(4).toString('hex')}`, definition: index, tuned };
        record.trials.push(trial);
        // First: a training job that nobody knows would run for nothing.
        this.#store.save(record);
        this.#start(record, definitions, trial);
      }
    }
  }

  #start(record: TuningRecord, definitions: readonly Definition[], trial: TuningRecord['trials'][number]): void {
    const definition = definitions[trial.definition];
    if (definition === undefined || trial.started === true) return;
    if (this.#jobs.get(trial.name) === undefined) {
      this.#jobs.start(trainingRequest(record.request, definition, trial.name, trial.tuned), {
        tuningJobArn: record.arn,
        ...(definition.objective.MetricName === undefined ? {} : { objective: definition.objective.MetricName }),
      });
    }
    trial.started = true;
    this.#store.save(record);
  }

  #shallClose(record: TuningRecord, config: HyperParameterTuningJobConfig, all: readonly Standing[]): boolean {
    if (isDone(all, (config.TuningJobCompletionCriteria ?? {}) as Parameters<typeof isDone>[1])) return true;
    const seconds = config.ResourceLimits?.MaxRuntimeInSeconds;
    if (seconds === undefined) return false;
    const left = record.creationTime + seconds - now();
    if (left <= 0) return true;
    clearTimeout(this.#timers.get(record.name));
    this.#timers.set(record.name, setTimeout(() => this.advance(record.name), Math.min(left * 1000 + 100, 2 ** 31 - 1)).unref());
    return false;
  }

  #end(record: TuningRecord, status: TuningRecord['status'], reason?: string): void {
    record.status = status;
    record.endTime = now();
    if (reason !== undefined) record.failureReason = reason;
    this.#store.save(record);
    clearTimeout(this.#timers.get(record.name));
    this.#timers.delete(record.name);
    this.#judged.delete(record.name);
  }
}

/** A grid ends with its last combination. */
function limitOf(config: HyperParameterTuningJobConfig, definitions: readonly Definition[]): number {
  const most = config.ResourceLimits?.MaxNumberOfTrainingJobs ?? MOST_TRAINING_JOBS;
  return config.Strategy === 'Grid'
    ? Math.min(
        most,
        definitions.reduce((sum, definition) => sum + gridSize(definition), 0),
      )
    : most;
}

/** Several definitions get the same number of training jobs, as far as a grid has them. */
function share(
  free: number,
  config: HyperParameterTuningJobConfig,
  definitions: readonly Definition[],
  { trials }: TuningRecord,
): number[] {
  const had = definitions.map((_, index) => trials.filter(({ definition }) => definition === index).length);
  const room = definitions.map((definition) => (config.Strategy === 'Grid' ? gridSize(definition) : Infinity));
  const counts = definitions.map(() => 0);
  for (let left = free; left > 0; left--) {
    const totals = definitions.map((_, index) => (had[index] ?? 0) + (counts[index] ?? 0));
    const open = totals.flatMap((total, index) => (total < (room[index] ?? 0) ? [{ total, index }] : []));
    const least = open.sort((a, b) => a.total - b.total)[0];
    if (least === undefined) break;
    counts[least.index] = (counts[least.index] ?? 0) + 1;
  }
  return counts;
}

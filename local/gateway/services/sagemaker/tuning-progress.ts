import type { HyperParameterTuningJobObjective } from '@aws-sdk/client-sagemaker';
import { shownStatus, type Jobs } from './jobs.ts';
import type { JobMetric } from '../../../runner/job-interface.ts';
import type { JobRecord, Request } from './records.ts';
import type { Resource } from './store.ts';
import type { Definition } from './tuning-definitions.ts';

/** A training job of a tuning job. It is written down before it starts. */
export interface TrialRecord {
  readonly name: string;
  /** Index of its definition. */
  readonly definition: number;
  readonly tuned: Readonly<Record<string, string>>;
  /** Its training job was started: when there is none, somebody has deleted it. */
  started?: boolean;
}

export interface TuningRecord extends Resource {
  readonly request: Request;
  readonly seed: number;
  status: 'InProgress' | 'Completed' | 'Failed' | 'Stopping' | 'Stopped';
  /** No more training jobs are started, and those that run are stopped. */
  closing?: boolean;
  readonly trials: TrialRecord[];
  endTime?: number;
  failureReason?: string;
}

/** A trial as it stands. */
export interface Standing {
  readonly trial: TrialRecord;
  readonly definition: Definition;
  readonly job: JobRecord | undefined;
  readonly runs: boolean;
  readonly points: readonly JobMetric[];
  /** Of the objective, when the training job has ended: its last value. */
  readonly final: number | undefined;
}

export function standings(record: TuningRecord, definitions: readonly Definition[], jobs: Jobs): Standing[] {
  return record.trials.flatMap((trial) => {
    const definition = definitions[trial.definition];
    if (definition === undefined) return [];
    const job = jobs.get(trial.name);
    const points = job?.points ?? [];
    const runs = job !== undefined && job.end === undefined;
    const failed = job === undefined || job.end?.outcome === 'Failed';
    return [{ trial, definition, job, runs, points, final: runs || failed ? undefined : points.at(-1)?.value }];
  });
}

const better = ({ Type }: HyperParameterTuningJobObjective, a: number, b: number): boolean => (Type === 'Maximize' ? a > b : a < b);

/** The trial with the best final value; the earlier of equals. */
export function best(all: readonly Standing[]): Standing | undefined {
  return all.reduce<Standing | undefined>(
    (leader, one) =>
      one.final !== undefined && (leader?.final === undefined || better(one.definition.objective, one.final, leader.final)) ? one : leader,
    undefined,
  );
}

/** How many training jobs ended since the last one that was better than all before. */
export function notImproving(all: readonly Standing[]): number {
  const ended = all.filter(({ final }) => final !== undefined).sort((a, b) => (a.job?.endTime ?? 0) - (b.job?.endTime ?? 0));
  const leader = best(ended);
  return leader === undefined ? 0 : ended.length - 1 - ended.indexOf(leader);
}

interface CompletionCriteria {
  readonly TargetObjectiveMetricValue?: number;
  readonly BestObjectiveNotImproving?: { readonly MaxNumberOfTrainingJobsNotImproving?: number };
}

/** Whether a criterion of completion is met, so that no more training jobs are worth their time. */
export function isDone(
  all: readonly Standing[],
  { TargetObjectiveMetricValue: target, BestObjectiveNotImproving: patience }: CompletionCriteria,
): boolean {
  const leader = best(all);
  if (leader?.final === undefined) return false;
  if (target !== undefined && !better(leader.definition.objective, target, leader.final)) return true;
  const most = patience?.MaxNumberOfTrainingJobsNotImproving;
  return most !== undefined && notImproving(all) >= most;
}

/** With fewer there is no median to speak of. */
const LEAST_COMPLETED = 3;

/**
 * The median rule: a training job is stopped when its objective is worse than the median of the running averages that earlier
 * training jobs had at the same epoch (here: after as many values).
 * https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-early-stopping.html
 */
export function isBelowMedian(one: Standing, all: readonly Standing[]): boolean {
  const epoch = one.points.length;
  const value = one.points.at(-1)?.value;
  if (value === undefined) return false;
  const averages = all
    .filter(
      ({ trial, job, points }) => trial.definition === one.trial.definition && job?.end?.outcome === 'Completed' && points.length >= epoch,
    )
    .map(({ points }) => points.slice(0, epoch).reduce((sum, point) => sum + point.value, 0) / epoch)
    .sort((a, b) => a - b);
  if (averages.length < LEAST_COMPLETED) return false;
  const middle = averages.length / 2;
  const median = averages.length % 2 === 1 ? averages[Math.floor(middle)] : ((averages[middle - 1] ?? 0) + (averages[middle] ?? 0)) / 2;
  return better(one.definition.objective, median ?? value, value);
}

/** HyperParameterTrainingJobSummary */
export function trialSummary({ trial, definition, job, runs, final }: Standing): Request {
  const { Type, MetricName } = definition.objective;
  return {
    ...(definition.name === undefined ? {} : { TrainingJobDefinitionName: definition.name }),
    TrainingJobName: trial.name,
    TrainingJobArn: job?.arn,
    CreationTime: job?.creationTime,
    TrainingStartTime: job?.containerStart,
    TrainingEndTime: job?.endTime,
    TrainingJobStatus: job === undefined ? 'Failed' : shownStatus(job),
    TunedHyperParameters: trial.tuned,
    FailureReason: job?.end?.outcome === 'Failed' ? job.end.reason : undefined,
    FinalHyperParameterTuningJobObjectiveMetric: final === undefined ? undefined : { Type, MetricName, Value: final },
    ObjectiveStatus: runs ? 'Pending' : final === undefined ? 'Failed' : 'Succeeded',
  };
}

export function counters(all: readonly Standing[]): { TrainingJobStatusCounters: Request; ObjectiveStatusCounters: Request } {
  const count = (is: (one: Standing) => boolean): number => all.filter(is).length;
  const ended = (...outcomes: readonly string[]) =>
    count(({ job }) => outcomes.includes(job?.end?.outcome ?? (job === undefined ? 'Failed' : '')));
  return {
    TrainingJobStatusCounters: {
      Completed: ended('Completed'),
      InProgress: count(({ runs }) => runs),
      RetryableError: 0,
      NonRetryableError: ended('Failed'),
      Stopped: ended('Stopped', 'MaxRuntimeExceeded'),
    },
    ObjectiveStatusCounters: {
      Succeeded: count(({ final }) => final !== undefined),
      Pending: count(({ runs }) => runs),
      Failed: count(({ runs, final }) => !runs && final === undefined),
    },
  };
}

import {
  DescribeHyperParameterTuningJobCommand,
  ListTrainingJobsForHyperParameterTuningJobCommand,
  StopHyperParameterTuningJobCommand,
} from '@aws-sdk/client-sagemaker';
import type { DescribeHyperParameterTuningJobResponse, HyperParameterTrainingJobSummary } from '@aws-sdk/client-sagemaker';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { jobByName, LOG_GROUP } from '../jobs/job.ts';
import { followLogs } from '../logs/follow.ts';
import { displayable, factsView, table } from '../notebook/display.ts';
import { controlStates, sealOf } from '../secure/index.ts';
import type { FilledField } from '../secure/index.ts';
import { decoded } from '../training/hyperparameters.ts';
import { trainingJob } from '../training/training-job.ts';
import type { Trial, TuningJob, TuningProgress } from './api.ts';

type Described = DescribeHyperParameterTuningJobResponse;

/** A tuning job by name. Nothing is asked of AWS until it is used. */
export function tuningJob(context: LabContext, name: string, fields: readonly FilledField[] = []): TuningJob {
  const { clients, environment } = context;
  let counts = countsOf(undefined);
  const common = jobByName<Described>(context, name, {
    title: 'Tuning job',
    group: LOG_GROUP.training,
    ask: async (options) => {
      const answer = await clients.sageMaker.send(
        new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name }),
        options,
      );
      counts = countsOf(answer);
      return answer;
    },
    stateOf: (answer) => ({
      status: answer.HyperParameterTuningJobStatus,
      message: inWords(countsOf(answer), answer),
      reason: answer.FailureReason,
    }),
  });
  const job: TuningJob = {
    kind: 'tuning-jobs',
    name,
    fields,
    describe: common.describe,
    // The names of its training jobs begin with its own.
    logs: (options = {}) =>
      followLogs(context, {
        ...options,
        group: LOG_GROUP.training,
        prefix: `${name}-`,
        ended: async () => !['InProgress', 'Stopping'].includes((await common.describe()).HyperParameterTuningJobStatus ?? ''),
      }),
    wait: ({ onProgress, ...options } = {}) =>
      common.wait({ ...options, ...(onProgress === undefined ? {} : { onProgress: (progress) => onProgress({ ...progress, counts }) }) }),
    stop: async () => {
      await clients.sageMaker.send(new StopHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name }));
    },
    trials: () => trials(context, name, common.describe()),
    best: async () => {
      const now = await common.describe();
      const found = now.OverallBestTrainingJob ?? now.BestTrainingJob;
      if (found !== undefined) return trialOf(context, found);
      throw new SealabError(
        'JobNotCompleted',
        `${name} has no best training job; it is ${now.HyperParameterTuningJobStatus ?? 'unknown'}.`,
        {
          remedy: 'Wait for it: `await job.wait()`; where all trials failed, `await job.trials()` says why.',
          details: { name, status: now.HyperParameterTuningJobStatus, counts: countsOf(now) },
        },
      );
    },
    seal: async () => sealOf(name, controlStates('CreateHyperParameterTuningJob', await common.describe(), environment)),
  };
  return displayable(job, async () => {
    const now = await common.describe().catch(() => undefined);
    const best = now?.OverallBestTrainingJob ?? now?.BestTrainingJob;
    return factsView(`Tuning job ${name}`, {
      status: now?.HyperParameterTuningJobStatus ?? 'not described',
      strategy: now?.HyperParameterTuningJobConfig?.Strategy,
      jobs: now === undefined ? undefined : inWords(countsOf(now), now),
      best: best?.TrainingJobName,
      objective: best?.FinalHyperParameterTuningJobObjectiveMetric?.Value,
      failed: now?.FailureReason,
    });
  });
}

function countsOf(answer: Described | undefined): TuningProgress['counts'] {
  const { Completed = 0, InProgress = 0, RetryableError = 0, NonRetryableError = 0, Stopped = 0 } = answer?.TrainingJobStatusCounters ?? {};
  return { completed: Completed, running: InProgress, failed: RetryableError + NonRetryableError, stopped: Stopped };
}

function inWords({ completed, running, failed, stopped }: TuningProgress['counts'], { HyperParameterTuningJobConfig }: Described): string {
  const most = HyperParameterTuningJobConfig?.ResourceLimits?.MaxNumberOfTrainingJobs;
  const ended = `${completed + failed + stopped}${most === undefined ? '' : ` of ${most}`} training jobs ended`;
  return [ended, `${running} running`, ...(failed > 0 ? [`${failed} failed`] : []), ...(stopped > 0 ? [`${stopped} stopped`] : [])].join(
    ', ',
  );
}

function trialOf(context: LabContext, summary: HyperParameterTrainingJobSummary): Trial {
  const tuned = Object.entries(summary.TunedHyperParameters ?? {}).map(([parameter, value]) => [parameter, decoded(value)] as const);
  return {
    job: trainingJob(context, summary.TrainingJobName ?? ''),
    status: summary.TrainingJobStatus ?? 'InProgress',
    hyperparameters: Object.fromEntries(tuned),
    objective: summary.FinalHyperParameterTuningJobObjectiveMetric?.Value,
    definition: summary.TrainingJobDefinitionName,
    failed: summary.FailureReason,
    startedAt: summary.TrainingStartTime,
    endedAt: summary.TrainingEndTime,
  };
}

/** Not sorted by SageMaker: by objective it leaves out what has none. */
async function trials(context: LabContext, name: string, described: Promise<Described>): Promise<readonly Trial[]> {
  const goals = new Map<string | undefined, number>();
  const found: { readonly trial: Trial; readonly metric: string | undefined }[] = [];
  let NextToken: string | undefined;
  do {
    const page = await context.clients.sageMaker.send(
      new ListTrainingJobsForHyperParameterTuningJobCommand({
        HyperParameterTuningJobName: name,
        MaxResults: 100,
        ...(NextToken === undefined ? {} : { NextToken }),
      }),
    );
    for (const summary of page.TrainingJobSummaries ?? [])
      found.push({ trial: trialOf(context, summary), metric: summary.FinalHyperParameterTuningJobObjectiveMetric?.MetricName });
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  const { HyperParameterTuningJobConfig, TrainingJobDefinitions = [] } = await described;
  for (const { Type, MetricName } of [
    HyperParameterTuningJobConfig?.HyperParameterTuningJobObjective,
    ...TrainingJobDefinitions.map(({ TuningObjective }) => TuningObjective),
  ].filter((objective) => objective !== undefined))
    goals.set(MetricName, Type === 'Minimize' ? 1 : -1);
  const cost = ({ trial, metric }: (typeof found)[number]) =>
    trial.objective === undefined ? Infinity : trial.objective * (goals.get(metric) ?? -1);
  const sorted = found.sort((a, b) => (cost(a) === cost(b) ? 0 : cost(a) < cost(b) ? -1 : 1)).map(({ trial }) => trial);
  return displayable(sorted, () => trialsView(name, sorted));
}

function trialsView(name: string, all: readonly Trial[]) {
  const parameters = [...new Set(all.flatMap(({ hyperparameters }) => Object.keys(hyperparameters)))];
  return table(
    `Trials of ${name}, best first`,
    ['training job', 'status', 'objective', ...parameters],
    all.map(({ job, status, objective, hyperparameters }) => [
      job.name,
      status,
      objective ?? '',
      ...parameters.map((parameter) => hyperparameters[parameter] ?? ''),
    ]),
  );
}

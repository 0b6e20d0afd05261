import { DescribeAutoMLJobV2Command, ListCandidatesForAutoMLJobCommand, StopAutoMLJobCommand } from '@aws-sdk/client-sagemaker';
import type { AutoMLCandidate, DescribeAutoMLJobV2Response } from '@aws-sdk/client-sagemaker';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { jobByName, LOG_GROUP } from '../jobs/job.ts';
import { displayable, factsView, table } from '../notebook/display.ts';
import { controlStates, sealOf } from '../secure/index.ts';
import type { FilledField } from '../secure/index.ts';
import type { AutoMLCandidateResult, AutoMLJob } from './api.ts';

/** An AutoML job by name. Nothing is asked of AWS until it is used. */
export function autoMLJob(context: LabContext, name: string, fields: readonly FilledField[] = []): AutoMLJob {
  const { clients, environment } = context;
  const { describe, wait } = jobByName<DescribeAutoMLJobV2Response>(context, name, {
    kind: 'automl-jobs',
    title: 'AutoML job',
    group: LOG_GROUP.training,
    ask: (options) => clients.sageMaker.send(new DescribeAutoMLJobV2Command({ AutoMLJobName: name }), options),
    stateOf: ({ AutoMLJobStatus, AutoMLJobSecondaryStatus, FailureReason }) => ({
      status: AutoMLJobStatus,
      phase: AutoMLJobSecondaryStatus,
      message: undefined,
      reason: FailureReason,
    }),
  });
  const job: AutoMLJob = {
    kind: 'automl-jobs',
    name,
    fields,
    describe,
    wait,
    stop: async () => {
      await clients.sageMaker.send(new StopAutoMLJobCommand({ AutoMLJobName: name }));
    },
    candidates: () => candidates(context, name),
    best: async () => {
      const now = await describe();
      if (now.BestCandidate !== undefined) return resultOf(name, now.BestCandidate);
      throw new SealabError('JobNotCompleted', `${name} has no best candidate; it is ${now.AutoMLJobStatus ?? 'unknown'}.`, {
        remedy: 'Wait for it: `await job.wait()`.',
        details: { name, status: now.AutoMLJobStatus, phase: now.AutoMLJobSecondaryStatus },
      });
    },
    seal: async () => sealOf(name, controlStates('CreateAutoMLJobV2', await describe(), environment)),
  };
  return displayable(job, async () => {
    const now = await describe().catch(() => undefined);
    return factsView(`AutoML job ${name}`, {
      status: now === undefined ? 'not described' : `${now.AutoMLJobStatus ?? ''} (${now.AutoMLJobSecondaryStatus ?? ''})`,
      best: now?.BestCandidate?.CandidateName,
      objective: now?.BestCandidate?.FinalAutoMLJobObjectiveMetric?.Value,
      failed: now?.FailureReason,
    });
  });
}

function resultOf(job: string, candidate: AutoMLCandidate): AutoMLCandidateResult {
  const { MetricName, Value, StandardMetricName } = candidate.FinalAutoMLJobObjectiveMetric ?? {};
  return {
    kind: 'automl-candidates',
    name: candidate.CandidateName ?? '',
    job,
    status: candidate.CandidateStatus ?? 'InProgress',
    metric: StandardMetricName ?? MetricName,
    value: Value,
    containers: (candidate.InferenceContainers ?? []).map(({ Image = '', ModelDataUrl = '', Environment = {} }) => ({
      image: Image,
      artifacts: ModelDataUrl,
      environment: Environment,
    })),
    described: candidate,
  };
}

async function candidates(context: LabContext, name: string): Promise<readonly AutoMLCandidateResult[]> {
  const found: AutoMLCandidate[] = [];
  let NextToken: string | undefined;
  do {
    const page = await context.clients.sageMaker.send(
      new ListCandidatesForAutoMLJobCommand({ AutoMLJobName: name, ...(NextToken === undefined ? {} : { NextToken }) }),
    );
    found.push(...(page.Candidates ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  const cost = ({ FinalAutoMLJobObjectiveMetric: objective }: AutoMLCandidate) =>
    objective?.Value === undefined ? Infinity : objective.Type === 'Minimize' ? objective.Value : -objective.Value;
  const sorted = found.sort((a, b) => (cost(a) === cost(b) ? 0 : cost(a) < cost(b) ? -1 : 1)).map((candidate) => resultOf(name, candidate));
  return displayable(sorted, () =>
    table(
      `Candidates of ${name}, best first`,
      ['candidate', 'status', 'metric', 'value'],
      sorted.map((candidate) => [candidate.name, candidate.status, candidate.metric ?? '', candidate.value ?? '']),
    ),
  );
}

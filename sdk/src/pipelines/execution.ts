import { randomUUID } from 'node:crypto';
import {
  DescribePipelineExecutionCommand,
  ListPipelineExecutionStepsCommand,
  RetryPipelineExecutionCommand,
  StopPipelineExecutionCommand,
} from '@aws-sdk/client-sagemaker';
import type { PipelineExecutionStep } from '@aws-sdk/client-sagemaker';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { LOG_GROUP } from '../jobs/job.ts';
import { followLogs } from '../logs/follow.ts';
import type { LogLine, LogOptions } from '../logs/api.ts';
import { displayable } from '../notebook/display.ts';
import { poll } from '../waiting/poll.ts';
import type { PipelineExecution, StepState } from './api.ts';
import { executionView } from './view.ts';

const ENDED = new Set(['Succeeded', 'Failed', 'Stopped', 'CompletedWithFailures']);
const STEP_ENDED = new Set(['Succeeded', 'Failed', 'Stopped']);

/** Where the job of a step writes its log, by the kind of metadata that the step has. */
const GROUPS: Readonly<Record<string, string>> = {
  TrainingJob: LOG_GROUP.training,
  ProcessingJob: LOG_GROUP.processing,
  TransformJob: LOG_GROUP.transform,
};

function stateOf({
  StepName,
  StepStatus,
  StartTime,
  EndTime,
  FailureReason,
  CacheHitResult,
  AttemptCount,
  Metadata,
}: PipelineExecutionStep): StepState {
  const kinds = Object.entries(Metadata ?? {}) as [string, { Arn?: string; Outcome?: string } | null | undefined][];
  const [kind, made] = kinds.find(([, value]) => value !== undefined && value !== null) ?? ['', undefined];
  const { Arn, Outcome } = made ?? {};
  return {
    name: StepName ?? '',
    status: StepStatus ?? 'Starting',
    startedAt: StartTime,
    endedAt: EndTime,
    failureReason: FailureReason,
    cached: CacheHitResult !== undefined,
    attempts: AttemptCount ?? 0,
    resource: Arn === undefined ? undefined : { kind, name: Arn.split('/').at(-1) ?? '', arn: Arn },
    outcome: Outcome === undefined ? undefined : Outcome === 'True',
  };
}

/** An execution by its ARN. Nothing is asked of AWS until it is used. */
export function pipelineExecution(context: LabContext, arn: string): PipelineExecution {
  const { sageMaker } = context.clients;
  const request = { PipelineExecutionArn: arn };
  const describe = (options: { abortSignal?: AbortSignal } = {}) => sageMaker.send(new DescribePipelineExecutionCommand(request), options);
  const steps = async (options: { abortSignal?: AbortSignal } = {}): Promise<StepState[]> => {
    const all: StepState[] = [];
    let NextToken: string | undefined;
    do {
      const page = await sageMaker.send(
        new ListPipelineExecutionStepsCommand({
          ...request,
          SortOrder: 'Ascending',
          MaxResults: 100,
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
        options,
      );
      all.push(...(page.PipelineExecutionSteps ?? []).map(stateOf));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return displayable(all, () => executionView(arn, undefined, all));
  };
  const execution: PipelineExecution = {
    arn,
    describe: () => describe(),
    steps: () => steps(),
    wait: async ({ onProgress, signal, timeout } = {}) => {
      const { answer, last } = await poll({
        ask: async (abortSignal) => {
          const now = await describe({ abortSignal });
          // The list costs a call: it is asked for where somebody looks at it, and at the end.
          const ended = ENDED.has(now.PipelineExecutionStatus ?? '');
          return { answer: now, last: onProgress !== undefined || ended ? await steps({ abortSignal }) : [] };
        },
        isDone: (now) => ENDED.has(now.answer.PipelineExecutionStatus ?? ''),
        onAnswer: (now, elapsedSeconds) =>
          onProgress?.({ status: now.answer.PipelineExecutionStatus ?? 'Executing', steps: now.last, elapsedSeconds }),
        signal: endSignal(context, signal),
        timeout,
        what: `Execution ${arn}`,
      });
      if (answer.PipelineExecutionStatus === 'Succeeded') return answer;
      throw notSucceeded(arn, answer.PipelineExecutionStatus ?? 'Failed', answer.FailureReason, last);
    },
    stop: async () => {
      await sageMaker.send(new StopPipelineExecutionCommand({ ...request, ClientRequestToken: randomUUID() }));
    },
    retry: async () => {
      await sageMaker.send(new RetryPipelineExecutionCommand({ ...request, ClientRequestToken: randomUUID() }));
    },
    logs: (step, options = {}) => logsOf(context, () => steps(), step, options),
  };
  return displayable(execution, async () => {
    const [now, all] = await Promise.all([describe().catch(() => undefined), steps().catch(() => [])]);
    return executionView(arn, now?.PipelineExecutionStatus, all);
  });
}

function notSucceeded(arn: string, status: string, reason: string | undefined, steps: readonly StepState[]): SealabError {
  const failed = steps.filter((step) => step.status === 'Failed');
  const why = failed.map(({ name, failureReason }) => `step ${JSON.stringify(name)}: ${failureReason ?? 'no reason was given'}`).join('; ');
  return new SealabError(
    'JobNotCompleted',
    `Execution ${arn.split('/').at(-1) ?? arn} ended as ${status}: ${why === '' ? (reason ?? 'no reason was given') : why}`,
    {
      remedy:
        failed[0] === undefined
          ? 'Look at `execution.steps()`.'
          : `Read its log: \`for await (const line of execution.logs(${JSON.stringify(failed[0].name)})) …\`; \`execution.retry()\` goes on from there.`,
      details: { arn, status, reason, failed: failed.map(({ name }) => name) },
    },
  );
}

async function* logsOf(
  context: LabContext,
  steps: () => Promise<StepState[]>,
  name: string,
  options: LogOptions,
): AsyncGenerator<LogLine, undefined> {
  const find = async () => (await steps()).find((step) => step.name === name);
  const started = await poll({
    ask: find,
    isDone: (step) => step?.resource !== undefined || options.follow === false || STEP_ENDED.has(step?.status ?? ''),
    signal: endSignal(context, options.signal),
    what: `Step ${name}`,
  });
  const { kind, name: job } = started?.resource ?? {};
  const group = GROUPS[kind ?? ''];
  if (group === undefined || job === undefined) {
    throw new SealabError(
      'InvalidInput',
      `Step ${JSON.stringify(name)} has no log: ${started === undefined ? 'it has not started' : `it ran no job (${started.status})`}.`,
      {
        details: { step: name, kind },
      },
    );
  }
  // A job that was tried again writes to streams of another name, which the next call finds.
  yield* followLogs(context, { ...options, group, prefix: `${job}/`, ended: async () => STEP_ENDED.has((await find())?.status ?? '') });
  return undefined;
}

import {
  AssociateTrialComponentCommand,
  CreateExperimentCommand,
  CreateTrialCommand,
  CreateTrialComponentCommand,
  DescribeTrialComponentCommand,
  ListTrialComponentsCommand,
  SearchCommand,
  UpdateTrialComponentCommand,
} from '@aws-sdk/client-sagemaker';
import type { TrialComponent, TrialComponentParameterValue } from '@aws-sdk/client-sagemaker';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { refuseUnknown, tagsOf, wholeNumber } from '../jobs/options.ts';
import { freshName } from '../jobs/names.ts';
import { displayable, table } from '../notebook/display.ts';
import { poll } from '../waiting/poll.ts';
import type { ComparedRun, Experiments, Run, RunOptions } from './api.ts';

const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/;
/** Numbers of a run stand among its parameters: SageMaker takes metrics from jobs, or through a service that the project network does not reach. */
const METRIC = 'metric:';

type Values = Readonly<Record<string, string | number | boolean>>;

export const experiments = (context: LabContext): Experiments => ({
  run: async (experiment, options = {}) => {
    refuseUnknown('lab.experiments.run', options, { name: true, parameters: true, tags: true, signal: true });
    return begin(context, experiment, options);
  },
  compare: async (experiment, options = {}) => {
    refuseUnknown('lab.experiments.compare', options, { limit: true, signal: true });
    return compare(context, experiment, options);
  },
});

function checked(field: string, name: string, most: number): string {
  if (NAME.test(name) && name.length <= most) return name;
  throw new SealabError('InvalidInput', `${field}: ${JSON.stringify(name)} is not a name for SageMaker.`, {
    remedy: `Use 1 to ${most} letters, digits and hyphens, beginning and ending with a letter or a digit.`,
    details: { field, given: name },
  });
}

/** What is there already is what was asked for. */
async function unlessThere(create: Promise<unknown>): Promise<boolean> {
  try {
    await create;
    return true;
  } catch (error) {
    if (/already exist|must be unique|has been taken/i.test((error as Error).message)) return false;
    throw error;
  }
}

async function begin(context: LabContext, experiment: string, options: RunOptions): Promise<Run> {
  const { sageMaker } = context.clients;
  const abortSignal = endSignal(context, options.signal);
  const ExperimentName = checked('experiment', experiment, 60);
  const name = options.name === undefined ? freshName('run') : checked('name', options.name, 59);
  const TrialComponentName = `${experiment}-${name}`;
  // One trial holds the runs of an experiment, as the SageMaker Python SDK's run groups do.
  const TrialName = `${experiment}-runs`;
  let parameters = parametersOf(options.parameters ?? {});
  const tags = tagsOf({ ...context.environment.tags, ...options.tags });
  await unlessThere(sageMaker.send(new CreateExperimentCommand({ ExperimentName, ...tags }), { abortSignal }));
  await unlessThere(sageMaker.send(new CreateTrialCommand({ ExperimentName, TrialName, ...tags }), { abortSignal }));
  const made = await unlessThere(
    sageMaker.send(
      new CreateTrialComponentCommand({
        TrialComponentName,
        DisplayName: name,
        StartTime: new Date(),
        Status: { PrimaryStatus: 'InProgress' },
        Parameters: parameters,
        ...tags,
      }),
      { abortSignal },
    ),
  );
  if (!made) {
    const there = await sageMaker.send(new DescribeTrialComponentCommand({ TrialComponentName }), { abortSignal });
    parameters = { ...there.Parameters, ...parameters };
    await sageMaker.send(
      new UpdateTrialComponentCommand({ TrialComponentName, Parameters: parameters, Status: { PrimaryStatus: 'InProgress' } }),
      { abortSignal },
    );
  }
  await sageMaker.send(new AssociateTrialComponentCommand({ TrialName, TrialComponentName }), { abortSignal });

  const run: Run = {
    kind: 'runs',
    experiment,
    name,
    component: TrialComponentName,
    log: async ({ metrics = {}, parameters: more = {} }) => {
      for (const [metric, value] of Object.entries(metrics))
        if (typeof value !== 'number' || !Number.isFinite(value))
          throw new SealabError('InvalidInput', `metrics.${metric}: ${String(value)} is not a number.`, {
            details: { field: `metrics.${metric}` },
          });
      const numbers = Object.fromEntries(Object.entries(metrics).map(([metric, value]) => [`${METRIC}${metric}`, value]));
      // An update may replace the whole map, so all of it is sent.
      parameters = { ...parameters, ...parametersOf(more), ...parametersOf(numbers) };
      if (Object.keys(parameters).length > 300)
        throw new SealabError('InvalidInput', `The run has ${Object.keys(parameters).length} parameters and metrics; SageMaker takes 300.`);
      await sageMaker.send(new UpdateTrialComponentCommand({ TrialComponentName, Parameters: parameters }));
    },
    attach: async (job, { signal, timeout = 300 } = {}) => {
      const described: {
        TrainingJobArn?: string | undefined;
        ProcessingJobArn?: string | undefined;
        TransformJobArn?: string | undefined;
      } = await job.describe();
      const SourceArn = described.TrainingJobArn ?? described.ProcessingJobArn ?? described.TransformJobArn;
      // SageMaker notes a job a little after it has begun.
      const found = await poll({
        ask: (one) => sageMaker.send(new ListTrialComponentsCommand({ SourceArn }), { abortSignal: one }),
        isDone: ({ TrialComponentSummaries }) => (TrialComponentSummaries ?? []).length > 0,
        signal: endSignal(context, signal),
        timeout,
        what: `The note of ${job.name}`,
      });
      await sageMaker.send(
        new AssociateTrialComponentCommand({ TrialName, TrialComponentName: found.TrialComponentSummaries?.[0]?.TrialComponentName }),
      );
    },
    finish: async (PrimaryStatus = 'Completed', message) => {
      await sageMaker.send(
        new UpdateTrialComponentCommand({
          TrialComponentName,
          EndTime: new Date(),
          Status: { PrimaryStatus, ...(message === undefined ? {} : { Message: message.slice(0, 1024) }) },
        }),
      );
    },
  };
  return displayable(run, () =>
    comparisonView(`Run ${name} of ${experiment}`, [comparedOf({ TrialComponentName, DisplayName: name, Parameters: parameters })]),
  );
}

function parametersOf(values: Values): Record<string, TrialComponentParameterValue> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]): [string, TrialComponentParameterValue] => {
      if (typeof value === 'number' && Number.isFinite(value)) return [key, { NumberValue: value }];
      const text = String(value);
      if (text.length > 2_500 || key.length > 256)
        throw new SealabError(
          'InvalidInput',
          `parameters.${key.slice(0, 60)}: SageMaker takes names of 256 and texts of 2,500 characters.`,
          { details: { field: `parameters.${key}` } },
        );
      return [key, { StringValue: text }];
    }),
  );
}

function comparedOf(one: TrialComponent): ComparedRun {
  const parameters: Record<string, string | number> = {};
  const metrics: Record<string, number> = {};
  for (const [key, given] of Object.entries(one.Parameters ?? {})) {
    const value = 'NumberValue' in given ? given.NumberValue : 'StringValue' in given ? given.StringValue : undefined;
    if (key.startsWith(METRIC) && typeof value === 'number') metrics[key.slice(METRIC.length)] = value;
    else if (value !== undefined) parameters[key] = value;
  }
  for (const { MetricName, Last } of one.Metrics ?? []) if (MetricName !== undefined && Last !== undefined) metrics[MetricName] = Last;
  return {
    name: one.DisplayName ?? one.TrialComponentName ?? '',
    source: one.Source?.SourceType ?? 'run',
    status: one.Status?.PrimaryStatus,
    createdAt: one.CreationTime,
    parameters,
    metrics,
  };
}

async function compare(
  context: LabContext,
  experiment: string,
  { limit = 100, signal }: { limit?: number; signal?: AbortSignal },
): Promise<ComparedRun[]> {
  const abortSignal = endSignal(context, signal);
  const most = wholeNumber('limit', limit, 1, 10_000);
  const found: ComparedRun[] = [];
  let NextToken: string | undefined;
  do {
    const page = await context.clients.sageMaker.send(
      new SearchCommand({
        Resource: 'ExperimentTrialComponent',
        SearchExpression: {
          Filters: [{ Name: 'Parents.ExperimentName', Operator: 'Equals', Value: checked('experiment', experiment, 120) }],
        },
        SortBy: 'CreationTime',
        SortOrder: 'Descending',
        MaxResults: Math.min(100, most - found.length),
        ...(NextToken === undefined ? {} : { NextToken }),
      }),
      { abortSignal },
    );
    found.push(...(page.Results ?? []).flatMap(({ TrialComponent: one }) => (one === undefined ? [] : [comparedOf(one)])));
    NextToken = page.NextToken;
  } while (NextToken !== undefined && found.length < most);
  const all = found.slice(0, most);
  return displayable(all, () => comparisonView(`Experiment ${experiment}`, all));
}

/** Parameters in which the runs differ, and every metric. */
function comparisonView(title: string, runs: readonly ComparedRun[]) {
  const names = (of: (run: ComparedRun) => object) => [...new Set(runs.flatMap((run) => Object.keys(of(run))))];
  const differing = names(({ parameters }) => parameters).filter(
    (name) => runs.length === 1 || new Set(runs.map(({ parameters }) => parameters[name])).size > 1,
  );
  const metrics = names((run) => run.metrics);
  return table(
    title,
    ['name', 'what', 'status', ...differing, ...metrics],
    runs.map((run) => [
      run.name,
      run.source,
      run.status,
      ...differing.map((name) => run.parameters[name]),
      ...metrics.map((name) => run.metrics[name]),
    ]),
  );
}

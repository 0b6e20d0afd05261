import { AwsError, type Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { noteJobs, type ExperimentConfig } from './experiments-jobs.ts';
import type { JobObserver } from './jobs.ts';
import { notThere, Records, uniqueName, type PlainRecord } from './record-operations.ts';
import type { Request } from './records.ts';
import { trialComponentMetrics } from './experiments-metrics.ts';
import { now } from './store.ts';
import type { Tags } from './tags.ts';

type Handlers = Record<string, (call: Call) => unknown>;

/** Experiments, and who else has to do with them. */
export interface OpenExperiments {
  readonly operations: Handlers;
  /** Keeps a trial component of each job. */
  readonly jobs: JobObserver;
  /** Members that a search finds a record by and Describe does not tell, by the record's kind. */
  readonly searched: Readonly<Record<string, (described: Request) => Request>>;
}

/** A trial keeps the names of its components beside its request, under a name that no answer has. */
const componentsOf = (trial: PlainRecord): readonly string[] => (trial.request['Components'] ?? []) as string[];

const sourceOf = (component: PlainRecord) => component.request['Source'] as { readonly SourceArn: string } | undefined;

/** Experiments, their trials and the components of these: what somebody wrote down about runs, and what is noted of jobs. */
export function openExperiments(platform: Platform, tags: Tags): OpenExperiments {
  const metrics = trialComponentMetrics();
  const components: Records = new Records(platform, tags, {
    kind: 'experiment-trial-component',
    noun: 'TrialComponent',
    alreadyExists: uniqueName('Trial component'),
    doesNotExist: notThere('TrialComponent'),
    mergedMaps: ['Parameters', 'InputArtifacts', 'OutputArtifacts'],
    // Describe and List have two names for the source.
    more: (record) => ({ Metrics: metrics.summaries(record), TrialComponentSource: sourceOf(record) }),
    filters: {
      TrialName: (record, trial) => componentsOf(trials.find(trial as string)).includes(record.name),
      ExperimentName: (record, experiment) =>
        trialsOf(experiments.find(experiment as string).name).some((trial) => componentsOf(trial).includes(record.name)),
      SourceArn: (record, arn) => sourceOf(record)?.SourceArn === arn,
    },
    beforeDelete: (record) => {
      if ([...trials.store.all()].some((trial) => componentsOf(trial).includes(record.name)))
        throw new AwsError(
          'ValidationException',
          `Trial component '${record.arn}' must be disassociated from all trials before it can be deleted.`,
        );
      metrics.remove(record);
    },
  });
  const trials: Records = new Records(platform, tags, {
    kind: 'experiment-trial',
    noun: 'Trial',
    alreadyExists: uniqueName('Trial'),
    doesNotExist: notThere('Trial'),
    filters: {
      ExperimentName: (record, experiment) => record.request['ExperimentName'] === experiments.find(experiment as string).name,
      TrialComponentName: (record, component) => componentsOf(record).includes(components.find(component as string).name),
    },
    beforeCreate: ({ input }) => void experiments.find(input['ExperimentName'] as string),
    beforeDelete: (record) => {
      if (componentsOf(record).length > 0)
        throw new AwsError('ValidationException', `All trial components of trial '${record.arn}' must be disassociated or deleted first.`);
    },
  });
  const experiments: Records = new Records(platform, tags, {
    kind: 'experiment',
    noun: 'Experiment',
    alreadyExists: uniqueName('Experiment'),
    doesNotExist: notThere('Experiment'),
    beforeDelete: (record) => {
      if (trialsOf(record.name).length > 0)
        throw new AwsError('ValidationException', `All trials of experiment '${record.arn}' must be deleted first.`);
    },
  });
  const trialsOf = (experiment: string): PlainRecord[] =>
    [...trials.store.all()].filter(({ request }) => request['ExperimentName'] === experiment);

  const pair = ({ input }: Call): { trial: PlainRecord; component: PlainRecord } => ({
    trial: trials.find(input['TrialName'] as string),
    component: components.find(input['TrialComponentName'] as string),
  });
  const assign = (trial: PlainRecord, change: (names: Set<string>) => unknown): void => {
    const names = new Set(componentsOf(trial));
    change(names);
    trial.request = { ...trial.request, Components: [...names] };
    trials.store.save(trial);
  };
  const associate = (call: Call, change: (names: Set<string>, name: string) => unknown): Request => {
    const { trial, component } = pair(call);
    assign(trial, (names) => change(names, component.name));
    return { TrialArn: trial.arn, TrialComponentArn: component.arn };
  };
  const check = ({ ExperimentName, TrialName }: ExperimentConfig): void => {
    const experiment = ExperimentName === undefined ? undefined : experiments.find(ExperimentName);
    const trial = TrialName === undefined ? undefined : trials.find(TrialName);
    if (experiment !== undefined && trial !== undefined && trial.request['ExperimentName'] !== experiment.name)
      throw new AwsError('ValidationException', `Trial '${trial.arn}' does not belong to experiment '${experiment.arn}'.`);
  };
  const newTrial = (name: string, ExperimentName: string): PlainRecord =>
    trials.store.save({
      name,
      arn: trials.arn(name),
      request: { ExperimentName },
      creationTime: now(),
      lastModifiedTime: 0,
      createdBy: {},
      modifiedBy: {},
    });

  return {
    operations: {
      ...experiments.operations(),
      ...trials.operations(),
      ...components.operations(),
      AssociateTrialComponent: (call) => associate(call, (names, name) => names.add(name)),
      DisassociateTrialComponent: (call) => associate(call, (names, name) => names.delete(name)),
      ...metrics.operations(components),
    },
    jobs: noteJobs((name) => components.arn(name), {
      component: (name) => components.store.get(name),
      save: (component) => void components.store.save(component),
      measured: (component, points) =>
        metrics.put(
          component,
          points.map(({ name, value, timestamp }) => ({ MetricName: name, Value: value, Timestamp: timestamp })),
        ),
      check,
      associate: (component, { ExperimentName, TrialName }, job) => {
        if (ExperimentName === undefined && TrialName === undefined) return;
        const trial = TrialName === undefined ? newTrial(`${job.name}-aws-trial`, ExperimentName ?? '') : trials.store.get(TrialName);
        // Somebody may delete a trial while its job is being admitted.
        if (trial !== undefined) assign(trial, (names) => names.add(component.name));
      },
    }),
    searched: {
      TrialComponent: ({ TrialComponentName }) => ({
        RunName: components.store.get(TrialComponentName as string)?.request['RunName'],
        Parents: [...trials.store.all()]
          .filter((trial) => componentsOf(trial).includes(TrialComponentName as string))
          .map(({ name, request }) => ({ TrialName: name, ExperimentName: request['ExperimentName'] })),
      }),
      Trial: ({ TrialName }) => ({
        TrialComponentSummaries: componentsOf(trials.find(TrialName as string)).flatMap((name) => {
          const component = components.store.get(name);
          return component === undefined ? [] : [components.describe(component)];
        }),
      }),
    },
  };
}

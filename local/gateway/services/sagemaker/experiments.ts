import { AwsError, type Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { notThere, Records, uniqueName, type PlainRecord } from './record-operations.ts';
import type { Request } from './records.ts';
import { trialComponentMetrics } from './experiments-metrics.ts';
import type { Tags } from './tags.ts';

type Handlers = Record<string, (call: Call) => unknown>;

/** A trial keeps the names of its components beside its request, under a name that no answer has. */
const componentsOf = (trial: PlainRecord): readonly string[] => (trial.request['Components'] ?? []) as string[];

/** Experiments, their trials and the components of these: what somebody wrote down about runs. */
export function experimentOperations(platform: Platform, tags: Tags): Handlers {
  const metrics = trialComponentMetrics();
  const components: Records = new Records(platform, tags, {
    kind: 'experiment-trial-component',
    noun: 'TrialComponent',
    alreadyExists: uniqueName('Trial component'),
    doesNotExist: notThere('TrialComponent'),
    mergedMaps: ['Parameters', 'InputArtifacts', 'OutputArtifacts'],
    more: (record) => ({ Metrics: metrics.summaries(record) }),
    filters: {
      TrialName: (record, trial) => componentsOf(trials.find(trial as string)).includes(record.name),
      ExperimentName: (record, experiment) =>
        trialsOf(experiments.find(experiment as string).name).some((trial) => componentsOf(trial).includes(record.name)),
      // Components are written by hand here: none has a job as its source.
      SourceArn: () => false,
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
  const associate = (call: Call, change: (names: Set<string>, name: string) => unknown): Request => {
    const { trial, component } = pair(call);
    const names = new Set(componentsOf(trial));
    change(names, component.name);
    trial.request = { ...trial.request, Components: [...names] };
    trials.store.save(trial);
    return { TrialArn: trial.arn, TrialComponentArn: component.arn };
  };
  return {
    ...experiments.operations(),
    ...trials.operations(),
    ...components.operations(),
    AssociateTrialComponent: (call) => associate(call, (names, name) => names.add(name)),
    DisassociateTrialComponent: (call) => associate(call, (names, name) => names.delete(name)),
    ...metrics.operations(components),
  };
}

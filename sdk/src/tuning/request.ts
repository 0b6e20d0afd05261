import type {
  CreateHyperParameterTuningJobRequest,
  HyperParameterTrainingJobDefinition,
  HyperParameterTuningJobConfig,
  ParameterRanges,
} from '@aws-sdk/client-sagemaker';
import type { EnvironmentDescription } from '../contract/index.ts';
import { checkedName, freshName, SHORT_NAME } from '../jobs/names.ts';
import { oneOf, refuse, refuseUnknown, tagsOf, wholeNumber } from '../jobs/options.ts';
import { encodingOf, hyperparametersOf } from '../training/hyperparameters.ts';
import type { Program } from '../training/program.ts';
import { instanceTypeOf, subjectOf, trainingDefinition } from '../training/request.ts';
import type { Objective, TuneOptions, TuningDefinition } from './api.ts';
import { combinations, parameterRanges } from './ranges.ts';

/** Where Hyperband finds the most epochs itself. Source: SageMaker, `HyperbandStrategyConfig.MaxResource`. */
const EPOCHS = ['epochs', 'numepochs', 'n-epochs', 'n_epochs', 'num_epochs'];

/** A definition with what it runs and on what. */
export interface ReadDefinition {
  /** `undefined` where the tuning job has one definition alone. */
  readonly name: string | undefined;
  readonly options: TuningDefinition;
  readonly program: Program;
}

/** A definition gets its role when the security fields are filled in. */
type Complete = HyperParameterTrainingJobDefinition;
type Definition = Omit<Complete, 'RoleArn'>;

/** The request for a tuning job, before the security fields are filled in. Pure. */
export function tuningRequest(
  options: TuneOptions,
  read: readonly ReadDefinition[],
  locations: ReadonlyMap<ReadDefinition, ReadonlyMap<string, string>>,
  environment: EnvironmentDescription,
): CreateHyperParameterTuningJobRequest {
  const [first] = read;
  if (first === undefined)
    return refuse('definitions', 'there are none.', 'Give `script`, `ranges` and `objective`, or definitions by name.');
  const name =
    options.name === undefined
      ? freshName(subjectOf(first.program, first.options), undefined, SHORT_NAME)
      : checkedName(options.name, SHORT_NAME);
  const parts = read.map((one) => partsOf(one, locations.get(one) ?? new Map(), environment, name));
  const config = configOf(options, parts);
  const definitions = parts.map(({ definition, objective, ranges }, index) => {
    const definitionName = read[index]?.name;
    return definitionName === undefined
      ? definition
      : { DefinitionName: definitionName, TuningObjective: objective, HyperParameterRanges: ranges, ...definition };
  });
  const single = first.name === undefined;
  return {
    HyperParameterTuningJobName: name,
    HyperParameterTuningJobConfig: {
      ...config,
      ...(single ? { HyperParameterTuningJobObjective: parts[0]?.objective, ParameterRanges: parts[0]?.ranges } : {}),
    },
    ...(single ? { TrainingJobDefinition: definitions[0] as Complete } : { TrainingJobDefinitions: definitions as Complete[] }),
    ...warmStartOf(options),
    ...(parts.some(({ ranges }) => ranges.AutoParameters !== undefined) ? { Autotune: { Mode: 'Enabled' as const } } : {}),
    ...tagsOf(options.tags),
  };
}

interface Parts {
  readonly definition: Definition;
  readonly objective: { readonly Type: Objective['goal']; readonly MetricName: string };
  readonly ranges: ParameterRanges;
  readonly hyperparameters: Readonly<Record<string, unknown>>;
}

function partsOf(
  { name, options, program }: ReadDefinition,
  locations: ReadonlyMap<string, string>,
  environment: EnvironmentDescription,
  jobName: string,
): Parts {
  const at = name === undefined ? '' : `definitions.${name}.`;
  const { objective, ranges, hyperparameters = {}, metrics = {} } = options;
  if (objective === undefined) return refuse(`${at}objective`, 'it is missing.', "Give { metric: 'auc', goal: 'Maximize' }.");
  refuseUnknown(`${at}objective`, objective, { metric: true, goal: true });
  oneOf(`${at}objective.goal`, objective.goal, ['Maximize', 'Minimize']);
  if (!Object.hasOwn(metrics, objective.metric)) {
    refuse(
      `${at}objective.metric`,
      `${JSON.stringify(objective.metric)} is none of the metrics ${Object.keys(metrics).join(', ') || '(there are none)'}.`,
      `Say how the log shows it: metrics: { ${JSON.stringify(objective.metric)}: '${objective.metric}=([0-9.]+)' }.`,
    );
  }
  if (ranges === undefined) return refuse(`${at}ranges`, 'there are none.', 'Give what to search: { eta: { min: 0.01, max: 0.3 } }.');
  const fixed = Object.fromEntries(Object.entries(hyperparameters).filter(([parameter]) => ranges[parameter] !== 'auto'));
  const { HyperParameters } = hyperparametersOf({ ...options, hyperparameters: fixed }, program.packed, {
    region: environment.region,
    instanceType: instanceTypeOf(options, environment),
  });
  return {
    definition: {
      ...(HyperParameters === undefined ? {} : { StaticHyperParameters: HyperParameters }),
      ...trainingDefinition(options, program, locations, environment, name === undefined ? jobName : `${jobName}/${name}`),
    },
    objective: { Type: objective.goal, MetricName: objective.metric },
    ranges: parameterRanges(ranges, hyperparameters, encodingOf(program.packed)),
    hyperparameters: fixed,
  };
}

function configOf(options: TuneOptions, parts: readonly Parts[]): HyperParameterTuningJobConfig {
  const { earlyStopping, seed, maxTuningRuntime, completion } = options;
  const strategy = oneOf('strategy', options.strategy ?? 'Bayesian', ['Bayesian', 'Random', 'Grid', 'Hyperband']);
  if (earlyStopping === true && strategy === 'Hyperband')
    refuse('earlyStopping', 'Hyperband stops training jobs by itself.', 'Leave `earlyStopping` out.');
  if (earlyStopping === true && options.definitions !== undefined)
    refuse('earlyStopping', 'it is for one definition alone.', 'Leave it out, or tune each definition in a job of its own.');
  const jobs = jobsOf(strategy, options.maxJobs, parts);
  return {
    Strategy: strategy,
    ...hyperbandOf(strategy, options.hyperband, parts),
    ResourceLimits: {
      ...(jobs === undefined ? {} : { MaxNumberOfTrainingJobs: jobs }),
      MaxParallelTrainingJobs: wholeNumber('maxParallelJobs', options.maxParallelJobs ?? Math.min(2, jobs ?? 2), 1, 1_000),
      ...(maxTuningRuntime === undefined
        ? {}
        : { MaxRuntimeInSeconds: wholeNumber('maxTuningRuntime', maxTuningRuntime, 120, 15_768_000) }),
    },
    ...(earlyStopping === undefined ? {} : { TrainingJobEarlyStoppingType: earlyStopping ? 'Auto' : 'Off' }),
    ...(completion === undefined ? {} : { TuningJobCompletionCriteria: criteriaOf(completion) }),
    ...(seed === undefined ? {} : { RandomSeed: wholeNumber('seed', seed, 0, 2 ** 31 - 1) }),
  };
}

/** Source: SageMaker, "hyperparameter tuning strategies", grid search. */
function jobsOf(strategy: string, maxJobs: number | undefined, parts: readonly Parts[]): number | undefined {
  if (strategy !== 'Grid') return wholeNumber('maxJobs', maxJobs ?? 10, 1, 10_000);
  const grids = parts.map(({ ranges }) => combinations(ranges));
  const all = grids.reduce<number>((sum, grid) => {
    if (grid === undefined)
      return refuse('ranges', 'Grid takes lists of values alone.', "Use { values: [...] } for each, or another strategy than 'Grid'.");
    return sum + grid;
  }, 0);
  if (maxJobs !== undefined && maxJobs !== all)
    refuse('maxJobs', `Grid tries every combination, and there are ${all}, not ${maxJobs}.`, 'Leave `maxJobs` out, or change the values.');
  return undefined;
}

function hyperbandOf(
  strategy: string,
  hyperband: TuneOptions['hyperband'],
  parts: readonly Parts[],
): Pick<HyperParameterTuningJobConfig, 'StrategyConfig'> {
  if (strategy !== 'Hyperband') {
    if (hyperband !== undefined)
      refuse('hyperband', `the strategy is ${strategy}.`, "Set strategy: 'Hyperband', or leave `hyperband` out.");
    return {};
  }
  const { minResource, maxResource } = hyperband ?? {};
  if (hyperband !== undefined) refuseUnknown('hyperband', hyperband, { minResource: true, maxResource: true });
  if (maxResource === undefined && !parts.every(({ hyperparameters }) => EPOCHS.some((name) => name in hyperparameters))) {
    refuse(
      'hyperband.maxResource',
      'it is not known how many epochs a training job may run.',
      'Give hyperband: { minResource: 1, maxResource: 50 }, or a hyperparameter `epochs`.',
    );
  }
  const most = maxResource === undefined ? 20_000 : wholeNumber('hyperband.maxResource', maxResource, 1, 20_000);
  const HyperbandStrategyConfig = {
    ...(minResource === undefined ? {} : { MinResource: wholeNumber('hyperband.minResource', minResource, 1, most) }),
    ...(maxResource === undefined ? {} : { MaxResource: most }),
  };
  return Object.keys(HyperbandStrategyConfig).length === 0 ? {} : { StrategyConfig: { HyperbandStrategyConfig } };
}

function criteriaOf(completion: NonNullable<TuneOptions['completion']>) {
  refuseUnknown('completion', completion, { target: true, notImproving: true, converged: true });
  const { target, notImproving, converged } = completion;
  if (target !== undefined && !Number.isFinite(target)) refuse('completion.target', 'it is not a number.', 'Give the value to reach.');
  return {
    ...(target === undefined ? {} : { TargetObjectiveMetricValue: target }),
    ...(notImproving === undefined
      ? {}
      : {
          BestObjectiveNotImproving: {
            MaxNumberOfTrainingJobsNotImproving: wholeNumber('completion.notImproving', notImproving, 3, 10_000),
          },
        }),
    ...(converged === undefined
      ? {}
      : { ConvergenceDetected: { CompleteOnConvergence: converged ? ('Enabled' as const) : ('Disabled' as const) } }),
  };
}

/** Source: SageMaker, "Run a warm start hyperparameter tuning job". */
function warmStartOf({ warmStart, strategy = 'Bayesian', definitions }: TuneOptions) {
  if (warmStart === undefined) return {};
  refuseUnknown('warmStart', warmStart, { parents: true, type: true });
  if (strategy !== 'Bayesian' && strategy !== 'Random')
    refuse('warmStart', `${strategy} does not use what earlier jobs found.`, "Set strategy: 'Bayesian' or 'Random'.");
  if (definitions !== undefined) refuse('warmStart', 'it is for one definition alone.', 'Tune each definition in a job of its own.');
  const parents = warmStart.parents.map((parent) => (typeof parent === 'string' ? parent : parent.name));
  wholeNumber('warmStart.parents: their number', parents.length, 1, 5);
  return {
    WarmStartConfig: {
      WarmStartType: oneOf('warmStart.type', warmStart.type, ['IdenticalDataAndAlgorithm', 'TransferLearning']),
      ParentHyperParameterTuningJobs: parents.map((parent) => ({ HyperParameterTuningJobName: checkedName(parent, SHORT_NAME) })),
    },
  };
}

import type {
  CreateHyperParameterTuningJobRequest,
  HyperParameterTrainingJobDefinition,
  HyperParameterTuningJobObjective,
  ParameterRanges,
} from '@aws-sdk/client-sagemaker';
import type { Parameter } from '../../../tuner/optimiser.ts';
import { joinS3 } from '../../../runner/s3-locations.ts';
import { AwsError } from '../../call.ts';
import type { Request } from './records.ts';

/** One of the training jobs that a tuning job tries, with what it searches. */
export interface Definition {
  readonly name: string | undefined;
  readonly objective: HyperParameterTuningJobObjective;
  readonly parameters: readonly Parameter[];
  readonly training: HyperParameterTrainingJobDefinition;
}

/** A range this wide is searched by its order of magnitude when the scaling is `Auto`. */
const WIDE = 1_000;

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

/** The definitions of a tuning job. @throws AwsError for what SageMaker refuses */
export function definitionsOf(input: Request): Definition[] {
  const {
    HyperParameterTuningJobConfig: config,
    TrainingJobDefinition: single,
    TrainingJobDefinitions: several,
  } = input as unknown as CreateHyperParameterTuningJobRequest;
  if ((single === undefined) === (several === undefined))
    throw invalid('Either TrainingJobDefinition or TrainingJobDefinitions must be given, and not both.');
  return (several ?? [single as HyperParameterTrainingJobDefinition]).map((training) => {
    const objective = training.TuningObjective ?? config?.HyperParameterTuningJobObjective;
    if (objective === undefined) throw invalid('A tuning objective must be given, with the name of its metric.');
    const known = (training.AlgorithmSpecification?.MetricDefinitions ?? []).map(({ Name }) => Name);
    if (!known.includes(objective.MetricName))
      throw invalid(
        `The objective metric for the hyperparameter tuning job, [${objective.MetricName ?? ''}], isn't valid: MetricDefinitions must define it.`,
      );
    if (several !== undefined && training.DefinitionName === undefined)
      throw invalid('Each of TrainingJobDefinitions must have a DefinitionName.');
    const parameters = parametersOf(training.HyperParameterRanges ?? config?.ParameterRanges ?? {});
    if (parameters.length === 0) throw invalid('At least one hyperparameter range must be given.');
    const names = [...parameters.map(({ name }) => name), ...Object.keys(training.StaticHyperParameters ?? {})];
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined)
      throw invalid(`The hyperparameter ${twice} is given more than once: static and tuned hyperparameters must differ.`);
    return { name: training.DefinitionName, objective, parameters, training };
  });
}

function parametersOf(ranges: ParameterRanges): Parameter[] {
  if ((ranges.AutoParameters ?? []).length > 0)
    throw new AwsError(
      'OperationNotEmulated',
      'The local environment does not find hyperparameter ranges by itself: give them in place of AutoParameters.',
    );
  const numeric =
    (type: 'float' | 'int') =>
    (range: {
      Name?: string | undefined;
      MinValue?: string | undefined;
      MaxValue?: string | undefined;
      ScalingType?: string | undefined;
    }) => {
      const { Name = '', MinValue = '', MaxValue = '', ScalingType = 'Auto' } = range;
      const [low, high] = [Number(MinValue), Number(MaxValue)];
      const wanted = type === 'int' ? 'integers' : 'numbers';
      const good = (value: number, given: string): boolean =>
        given.trim() !== '' && (type === 'int' ? Number.isSafeInteger(value) : Number.isFinite(value));
      if (!good(low, MinValue) || !good(high, MaxValue))
        throw invalid(`The range of ${Name} must be given by ${wanted}, not by ${MinValue} and ${MaxValue}.`);
      if (low > high) throw invalid(`The range of ${Name} is empty: ${MinValue} is greater than ${MaxValue}.`);
      return { name: Name, type, low, high, scale: scaleOf(Name, type, ScalingType, low, high) } as const;
    };
  return [
    ...(ranges.ContinuousParameterRanges ?? []).map(numeric('float')),
    ...(ranges.IntegerParameterRanges ?? []).map(numeric('int')),
    ...(ranges.CategoricalParameterRanges ?? []).map(({ Name = '', Values = [] }) => ({
      name: Name,
      type: 'categorical' as const,
      values: Values,
    })),
  ];
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-define-ranges.html#scaling-type */
function scaleOf(name: string, type: 'float' | 'int', scaling: string, low: number, high: number): 'linear' | 'log' | 'reverse-log' {
  switch (scaling) {
    case 'Logarithmic':
      if (low <= 0) throw invalid(`Logarithmic scaling of ${name} needs a range of values greater than 0.`);
      return 'log';
    case 'ReverseLogarithmic':
      if (type === 'int') throw invalid(`Reverse logarithmic scaling is for continuous ranges: ${name} has an integer range.`);
      if (low < 0 || high >= 1) throw invalid(`Reverse logarithmic scaling of ${name} needs a range within 0 <= x < 1.`);
      return 'reverse-log';
    case 'Auto':
      return low > 0 && high / low >= WIDE ? 'log' : 'linear';
    default:
      return 'linear';
  }
}

/** How many different training jobs a grid has. */
export const gridSize = ({ parameters }: Definition): number =>
  parameters.reduce((size, parameter) => size * (parameter.type === 'categorical' ? new Set(parameter.values).size : Infinity), 1);

/** Fields of a definition that a training job does not have. */
const SEARCHED = [
  'DefinitionName',
  'TuningObjective',
  'HyperParameterRanges',
  'StaticHyperParameters',
  'HyperParameterTuningResourceConfig',
  'CheckpointConfig',
];
const without = (object: object, names: readonly string[]): Request =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));

/** The CreateTrainingJob input of one trial. */
export function trainingRequest(
  tuning: Request,
  { training, objective }: Definition,
  name: string,
  tuned: Readonly<Record<string, string>>,
): Request {
  const { StaticHyperParameters: fixed, CheckpointConfig: checkpoints, HyperParameterTuningResourceConfig: resources } = training;
  const { InstanceConfigs: [first] = [] } = resources ?? {};
  return {
    ...without(training, SEARCHED),
    TrainingJobName: name,
    HyperParameters: { ...fixed, ...tuned, _tuning_objective_metric: objective.MetricName },
    ResourceConfig: training.ResourceConfig ?? { ...without(resources ?? {}, ['InstanceConfigs', 'AllocationStrategy']), ...first },
    // Training jobs side by side must not take each other's checkpoints.
    ...(checkpoints === undefined ? {} : { CheckpointConfig: { ...checkpoints, S3Uri: joinS3(checkpoints.S3Uri ?? '', name) } }),
    ...(tuning['Tags'] === undefined ? {} : { Tags: tuning['Tags'] }),
  };
}

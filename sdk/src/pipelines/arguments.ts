import type { PipelineStepType } from '../contract/index.ts';

interface Names {
  readonly required: string;
  /** One of these has to be there. */
  readonly oneOf?: string;
  readonly optional: string;
}

/** What the `Arguments` of a step may name, and must: the request of its operation without what SageMaker or Sealab puts in. */
const NAMES: Readonly<Record<Exclude<PipelineStepType, 'Condition' | 'Fail'>, Names>> = {
  Training: {
    required: 'AlgorithmSpecification OutputDataConfig ResourceConfig StoppingCondition',
    optional:
      'TrainingJobName RoleArn HyperParameters InputDataConfig VpcConfig Tags EnableNetworkIsolation EnableInterContainerTrafficEncryption EnableManagedSpotTraining CheckpointConfig DebugHookConfig DebugRuleConfigurations TensorBoardOutputConfig ExperimentConfig ProfilerConfig ProfilerRuleConfigurations Environment RetryStrategy RemoteDebugConfig InfraCheckConfig SessionChainingConfig',
  },
  Processing: {
    required: 'ProcessingResources AppSpecification',
    optional:
      'ProcessingJobName RoleArn ProcessingInputs ProcessingOutputConfig StoppingCondition Environment NetworkConfig Tags ExperimentConfig',
  },
  Transform: {
    required: 'ModelName TransformInput TransformOutput TransformResources',
    optional:
      'TransformJobName MaxConcurrentTransforms ModelClientConfig MaxPayloadInMB BatchStrategy Environment DataCaptureConfig DataProcessing Tags ExperimentConfig',
  },
  Tuning: {
    required: 'HyperParameterTuningJobConfig',
    oneOf: 'TrainingJobDefinition TrainingJobDefinitions',
    optional: 'HyperParameterTuningJobName WarmStartConfig Tags Autotune',
  },
  AutoML: {
    required: 'InputDataConfig OutputDataConfig',
    optional:
      'AutoMLJobName RoleArn ProblemType AutoMLJobObjective AutoMLJobConfig GenerateCandidateDefinitionsOnly Tags ModelDeployConfig',
  },
  Model: {
    required: '',
    oneOf: 'PrimaryContainer Containers',
    optional: 'ModelName InferenceExecutionConfig ExecutionRoleArn Tags VpcConfig EnableNetworkIsolation',
  },
  RegisterModel: {
    required: '',
    oneOf: 'ModelPackageGroupName ModelPackageName',
    optional:
      'ModelPackageDescription InferenceSpecification ValidationSpecification SourceAlgorithmSpecification CertifyForMarketplace Tags ModelApprovalStatus MetadataProperties ModelMetrics Domain Task SamplePayloadUrl CustomerMetadataProperties DriftCheckBaselines AdditionalInferenceSpecifications SkipModelValidation SourceUri SecurityConfig ModelCard ModelLifeCycle',
  },
};

const words = (text = ''): string[] => text.split(' ').filter((word) => word !== '');

/** The names that the arguments of a step may have; for the test that compares them with the service model. */
export const argumentNames = (type: keyof typeof NAMES): { readonly required: readonly string[]; readonly all: readonly string[] } => {
  const { required, oneOf, optional } = NAMES[type];
  return { required: words(required), all: [...words(required), ...words(oneOf), ...words(optional)] };
};

/** What is wrong with the names of a step's arguments, in words; `undefined` where nothing is. */
export function argumentProblem(
  type: PipelineStepType,
  given: Readonly<Record<string, unknown>>,
): { path: string; message: string } | undefined {
  if (type === 'Condition' || type === 'Fail') return undefined;
  const { required, oneOf } = NAMES[type];
  const { all } = argumentNames(type);
  const unknown = Object.keys(given).find((key) => !all.includes(key));
  if (unknown !== undefined) return { path: unknown, message: `is no argument of a ${type} step` };
  const missing = words(required).find((key) => given[key] === undefined);
  if (missing !== undefined) return { path: missing, message: 'is missing' };
  const alternatives = words(oneOf);
  if (alternatives.length > 0 && !alternatives.some((key) => given[key] !== undefined))
    return { path: alternatives.join(' or '), message: 'is missing' };
  return undefined;
}

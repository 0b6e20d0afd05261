import type {
  CreateAppRequest,
  CreateAutoMLJobRequest,
  CreateAutoMLJobV2Request,
  CreateCompilationJobRequest,
  CreateDataQualityJobDefinitionRequest,
  CreateDomainRequest,
  CreateEndpointConfigInput,
  CreateFeatureGroupRequest,
  CreateHyperParameterTuningJobRequest,
  CreateInferenceComponentInput,
  CreateInferenceRecommendationsJobRequest,
  CreateLabelingJobRequest,
  CreateMlflowAppRequest,
  CreateMlflowTrackingServerRequest,
  CreateModelBiasJobDefinitionRequest,
  CreateModelCardExportJobRequest,
  CreateModelCardRequest,
  CreateModelExplainabilityJobDefinitionRequest,
  CreateModelInput,
  CreateModelPackageInput,
  CreateModelQualityJobDefinitionRequest,
  CreateMonitoringScheduleRequest,
  CreateNotebookInstanceInput,
  CreatePipelineRequest,
  CreateProcessingJobRequest,
  CreateSpaceRequest,
  CreateTrainingJobRequest,
  CreateTransformJobRequest,
  CreateUserProfileRequest,
  DescribeAppResponse,
  DescribeAutoMLJobResponse,
  DescribeAutoMLJobV2Response,
  DescribeCompilationJobResponse,
  DescribeDataQualityJobDefinitionResponse,
  DescribeDomainResponse,
  DescribeEndpointConfigOutput,
  DescribeFeatureGroupResponse,
  DescribeHyperParameterTuningJobResponse,
  DescribeInferenceComponentOutput,
  DescribeInferenceRecommendationsJobResponse,
  DescribeLabelingJobResponse,
  DescribeMlflowAppResponse,
  DescribeMlflowTrackingServerResponse,
  DescribeModelBiasJobDefinitionResponse,
  DescribeModelCardExportJobResponse,
  DescribeModelCardResponse,
  DescribeModelExplainabilityJobDefinitionResponse,
  DescribeModelOutput,
  DescribeModelPackageOutput,
  DescribeModelQualityJobDefinitionResponse,
  DescribeMonitoringScheduleResponse,
  DescribeNotebookInstanceOutput,
  DescribePipelineExecutionResponse,
  DescribePipelineResponse,
  DescribeProcessingJobResponse,
  DescribeSpaceResponse,
  DescribeTrainingJobResponse,
  DescribeTransformJobResponse,
  DescribeUserProfileResponse,
  StartPipelineExecutionRequest,
  UpdateDomainRequest,
  UpdateInferenceComponentInput,
  UpdateMlflowAppRequest,
  UpdateMlflowTrackingServerRequest,
  UpdateModelPackageInput,
  UpdateMonitoringScheduleRequest,
  UpdateNotebookInstanceInput,
  UpdatePipelineRequest,
  UpdateSpaceRequest,
  UpdateTrainingJobRequest,
  UpdateUserProfileRequest,
} from '@aws-sdk/client-sagemaker';
import type { EnvironmentDescription } from './environment.ts';
import type { PathOf } from './path.ts';

/** The operations that the contract covers, with the request and the Describe answer of each. */
export interface Operations {
  CreateTrainingJob: { input: CreateTrainingJobRequest; describe: DescribeTrainingJobResponse };
  UpdateTrainingJob: { input: UpdateTrainingJobRequest; describe: DescribeTrainingJobResponse };
  CreateHyperParameterTuningJob: { input: CreateHyperParameterTuningJobRequest; describe: DescribeHyperParameterTuningJobResponse };
  CreateProcessingJob: { input: CreateProcessingJobRequest; describe: DescribeProcessingJobResponse };
  CreateTransformJob: { input: CreateTransformJobRequest; describe: DescribeTransformJobResponse };
  CreateAutoMLJob: { input: CreateAutoMLJobRequest; describe: DescribeAutoMLJobResponse };
  CreateAutoMLJobV2: { input: CreateAutoMLJobV2Request; describe: DescribeAutoMLJobV2Response };
  CreateCompilationJob: { input: CreateCompilationJobRequest; describe: DescribeCompilationJobResponse };
  CreateLabelingJob: { input: CreateLabelingJobRequest; describe: DescribeLabelingJobResponse };
  CreateInferenceRecommendationsJob: {
    input: CreateInferenceRecommendationsJobRequest;
    describe: DescribeInferenceRecommendationsJobResponse;
  };
  CreateModel: { input: CreateModelInput; describe: DescribeModelOutput };
  CreateEndpointConfig: { input: CreateEndpointConfigInput; describe: DescribeEndpointConfigOutput };
  CreateInferenceComponent: { input: CreateInferenceComponentInput; describe: DescribeInferenceComponentOutput };
  UpdateInferenceComponent: { input: UpdateInferenceComponentInput; describe: DescribeInferenceComponentOutput };
  CreateMonitoringSchedule: { input: CreateMonitoringScheduleRequest; describe: DescribeMonitoringScheduleResponse };
  UpdateMonitoringSchedule: { input: UpdateMonitoringScheduleRequest; describe: DescribeMonitoringScheduleResponse };
  CreateDataQualityJobDefinition: { input: CreateDataQualityJobDefinitionRequest; describe: DescribeDataQualityJobDefinitionResponse };
  CreateModelQualityJobDefinition: { input: CreateModelQualityJobDefinitionRequest; describe: DescribeModelQualityJobDefinitionResponse };
  CreateModelBiasJobDefinition: { input: CreateModelBiasJobDefinitionRequest; describe: DescribeModelBiasJobDefinitionResponse };
  CreateModelExplainabilityJobDefinition: {
    input: CreateModelExplainabilityJobDefinitionRequest;
    describe: DescribeModelExplainabilityJobDefinitionResponse;
  };
  CreateNotebookInstance: { input: CreateNotebookInstanceInput; describe: DescribeNotebookInstanceOutput };
  UpdateNotebookInstance: { input: UpdateNotebookInstanceInput; describe: DescribeNotebookInstanceOutput };
  CreateDomain: { input: CreateDomainRequest; describe: DescribeDomainResponse };
  UpdateDomain: { input: UpdateDomainRequest; describe: DescribeDomainResponse };
  CreateUserProfile: { input: CreateUserProfileRequest; describe: DescribeUserProfileResponse };
  UpdateUserProfile: { input: UpdateUserProfileRequest; describe: DescribeUserProfileResponse };
  CreateSpace: { input: CreateSpaceRequest; describe: DescribeSpaceResponse };
  UpdateSpace: { input: UpdateSpaceRequest; describe: DescribeSpaceResponse };
  CreateApp: { input: CreateAppRequest; describe: DescribeAppResponse };
  CreateFeatureGroup: { input: CreateFeatureGroupRequest; describe: DescribeFeatureGroupResponse };
  CreateModelPackage: { input: CreateModelPackageInput; describe: DescribeModelPackageOutput };
  UpdateModelPackage: { input: UpdateModelPackageInput; describe: DescribeModelPackageOutput };
  CreateModelCard: { input: CreateModelCardRequest; describe: DescribeModelCardResponse };
  CreateModelCardExportJob: { input: CreateModelCardExportJobRequest; describe: DescribeModelCardExportJobResponse };
  CreatePipeline: { input: CreatePipelineRequest; describe: DescribePipelineResponse };
  UpdatePipeline: { input: UpdatePipelineRequest; describe: DescribePipelineResponse };
  /** The client’s types do not know `RoleArn` yet; the service model does. */
  StartPipelineExecution: { input: StartPipelineExecutionRequest & { RoleArn?: string }; describe: DescribePipelineExecutionResponse };
  CreateMlflowTrackingServer: { input: CreateMlflowTrackingServerRequest; describe: DescribeMlflowTrackingServerResponse };
  UpdateMlflowTrackingServer: { input: UpdateMlflowTrackingServerRequest; describe: DescribeMlflowTrackingServerResponse };
  CreateMlflowApp: { input: CreateMlflowAppRequest; describe: DescribeMlflowAppResponse };
  UpdateMlflowApp: { input: UpdateMlflowAppRequest; describe: DescribeMlflowAppResponse };
}
/** Operations of SageMaker that the contract has rows for. */
export type OperationName = keyof Operations;

type EnvironmentPath = PathOf<EnvironmentDescription>;

/** Where the wanted value comes from: the environment document, or the same for every environment. */
export type Wanted = { readonly environment: EnvironmentPath } | { readonly constant: string | boolean };

/**
 * How a request's value must match the wanted one.
 * - `equals`: the same scalar. - `one-of`: a scalar out of the wanted list. - `subset`: a non-empty list, every element in the wanted list.
 * - `true` / `false`: the boolean. - `absent`: the field may not be given.
 * - `in-bucket`: an S3 URI in one of the wanted buckets. - `in-registry`: an image URI in one of the wanted registries.
 */
export type Match = 'equals' | 'one-of' | 'subset' | 'true' | 'false' | 'absent' | 'in-bucket' | 'in-registry';

/**
 * When the SDK writes the wanted value itself.
 * - `always`: creating enclosing objects. - `with-parent`: only where the caller gave the enclosing object (data capture, say).
 * - `never`: the caller chooses within the limits; an absent value is left to AWS.
 */
export type Fill = 'always' | 'with-parent' | 'never';

/** When IAM refuses a request that lacks the condition key: in any case, in none, or where this other key tells that `within` was given. */
export type Demanded = 'always' | 'never' | `sagemaker:${string}`;

/** One rule about one field of one operation: the row that all five walls read. */
export interface Control<Op extends OperationName = OperationName> {
  /** Stable name, unique in the contract, used in findings, statement ids and documentation. */
  readonly id: string;
  readonly operation: Op;
  /** Path in the request. */
  readonly path: string;
  /** Path in the Describe answer; `null` where Describe does not return it. */
  readonly describePath: string | null;
  readonly wanted: Wanted;
  readonly match: Match;
  readonly fill: Fill;
  /**
   * The enclosing object that the caller may leave out; the rule holds where it is given. Elements of a list are such
   * objects without being named here.
   */
  readonly within?: string;
  readonly demanded: Demanded;
  /** A boolean of the environment that, when true, leaves the choice to the caller (the wanted value stays the default). */
  readonly relaxedBy?: EnvironmentPath;
  /** The IAM condition key that carries this field for this action, or `null` with `noConditionKey` saying what enforces it instead. */
  readonly conditionKey: `sagemaker:${string}` | null;
  readonly noConditionKey?: string;
  /** Two or three words for a label beside a padlock. */
  readonly title: string;
  /** One sentence for people: why. */
  readonly because: string;
  /** One sentence: what to do when it is refused. */
  readonly remedy: string;
}

interface Row<Op extends OperationName> {
  readonly path: PathOf<Operations[Op]['input']>;
  /** Only where it differs from `path`. */
  readonly describePath?: PathOf<Operations[Op]['describe']> | null;
  readonly wanted: Wanted;
  readonly match: Match;
  readonly fill?: Fill;
  readonly within?: PathOf<Operations[Op]['input']>;
  /** Where it is not: `always` for what is always filled in, `never` for the rest. */
  readonly demanded?: Demanded;
  readonly relaxedBy?: EnvironmentPath;
  readonly conditionKey: `sagemaker:${string}` | null;
  readonly noConditionKey?: string;
  readonly title: string;
  readonly because: string;
  readonly remedy?: string;
}

/** What to do when the caller's value was refused, where the row says nothing better. */
function defaultRemedy({ path, match, fill }: { readonly path: string; readonly match: Match; readonly fill: Fill }): string {
  if (match === 'absent') return `Leave ${path} out.`;
  return fill === 'never'
    ? `Leave ${path} out, or give what the environment says.`
    : `Leave ${path} out: Sealab fills it from the environment.`;
}

/** Turns the rows of one operation into controls; the compiler checks every path against the AWS SDK's types. */
export function controlsFor<Op extends OperationName>(operation: Op, rows: Readonly<Record<string, Row<Op>>>): readonly Control<Op>[] {
  return Object.entries(rows).map(([name, row]) => {
    const fill = row.fill ?? (row.match === 'absent' ? 'never' : 'always');
    return {
      demanded: fill === 'always' ? 'always' : 'never',
      remedy: defaultRemedy({ ...row, fill }),
      ...row,
      fill,
      id: `${operation}.${name}`,
      operation,
      describePath: row.describePath === undefined ? row.path : row.describePath,
    };
  });
}

/** Why each group of operations is guarded already, and which they are. */
const GROUPS: readonly (readonly [because: string, operations: string])[] = [
  ['Refers to an endpoint configuration, which the contract guards.', 'CreateEndpoint UpdateEndpoint'],
  [
    'Moves traffic and instances within what the contract has guarded.',
    'UpdateEndpointWeightsAndCapacities UpdateInferenceComponentRuntimeConfig',
  ],
  [
    'Ends a job.',
    'StopTrainingJob StopProcessingJob StopHyperParameterTuningJob StopTransformJob StopAutoMLJob StopCompilationJob StopLabelingJob StopInferenceRecommendationsJob StopPipelineExecution',
  ],
  ['Removes an endpoint.', 'DeleteEndpoint'],
  ['Removes a configuration.', 'DeleteEndpointConfig DeleteAppImageConfig'],
  ['Removes a model.', 'DeleteModel DeleteModelPackage DeleteModelPackageGroup DeleteModelCard DeleteInferenceComponent'],
  ['Removes a job that has ended.', 'DeleteTrainingJob DeleteProcessingJob DeleteHyperParameterTuningJob DeleteCompilationJob'],
  [
    'Removes what was made under the contract.',
    'DeleteNotebookInstance DeleteDomain DeleteUserProfile DeleteSpace DeleteApp DeleteFeatureGroup DeletePipeline DeleteMlflowTrackingServer DeleteMlflowApp DeleteMonitoringSchedule DeleteDataQualityJobDefinition DeleteModelQualityJobDefinition DeleteModelBiasJobDefinition DeleteModelExplainabilityJobDefinition',
  ],
  ['Starts what was created under the contract; lifecycle and role cannot change here.', 'StartNotebookInstance'],
  ['Ends a notebook session.', 'StopNotebookInstance'],
  ['Opens a notebook that was made under the contract; IAM lets only the owner whom its tag names.', 'CreatePresignedNotebookInstanceUrl'],
  [
    'Starts or halts what was created under the contract.',
    'StartMonitoringSchedule StopMonitoringSchedule StartMlflowTrackingServer StopMlflowTrackingServer',
  ],
  ['Sets when an alert is raised.', 'UpdateMonitoringAlert'],
  [
    'Goes on with an execution that was started under the contract, or names it.',
    'RetryPipelineExecution SendPipelineExecutionStepSuccess SendPipelineExecutionStepFailure UpdatePipelineExecution UpdatePipelineVersion',
  ],
  ['Adds features or describes them; stores and keys cannot change here.', 'UpdateFeatureGroup UpdateFeatureMetadata'],
  ['Is a name for model packages, of which the contract guards each.', 'CreateModelPackageGroup'],
  ['Changes what a card says; its key cannot change here.', 'UpdateModelCard'],
  ['Names the kernels of an image; images themselves are refused.', 'CreateAppImageConfig UpdateAppImageConfig'],
  [
    'Writes notes about experiments: names and numbers, without data, role or network.',
    'CreateExperiment UpdateExperiment DeleteExperiment CreateTrial UpdateTrial DeleteTrial CreateTrialComponent UpdateTrialComponent DeleteTrialComponent AssociateTrialComponent DisassociateTrialComponent CreateAction UpdateAction DeleteAction CreateArtifact UpdateArtifact DeleteArtifact CreateContext UpdateContext DeleteContext AddAssociation DeleteAssociation',
  ],
  ['Only reads.', 'QueryLineage'],
  ['Labels a resource.', 'AddTags'],
];

/**
 * Mutating operations without a field of their own to secure: what they refer to was checked when it was created, or
 * they only end, name or label things.
 */
export const GUARDED_BY_REFERENCE: Readonly<Record<string, string>> = Object.fromEntries(
  GROUPS.flatMap(([because, operations]) => operations.split(' ').map((operation) => [operation, because])),
);

/** Operations whose name begins with one of these only read. */
export const READ_ONLY_PREFIXES = ['Describe', 'List', 'Search', 'Get', 'BatchDescribe'] as const;

/** Whether an operation only reads. The SDK lets these pass; IAM allows them one by one. */
export const isReadOnly = (operation: string): boolean => READ_ONLY_PREFIXES.some((prefix) => operation.startsWith(prefix));

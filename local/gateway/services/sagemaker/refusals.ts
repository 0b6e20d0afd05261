/** Why whole families of operations are not done here. The first pattern that fits an operation is its reason. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/MlflowApp|MlflowTrackingServer/, 'There is no managed MLflow here: experiments, trials and trial components are.'],
  [/PartnerApp/, 'Partner applications are services of others.'],
  [/(Domain|UserProfile|Space|Apps?|AppImageConfig|StudioLifecycleConfig)(s|Url)?$/, 'Studio does not run here: notebook instances do.'],
  [/Cluster|ComputeQuota|ScalingConfigurationRecommendation/, 'HyperPod clusters do not run on one machine.'],
  [/Labeling|Workforce|Workteam|FlowDefinition|HumanTaskUi|RenderUiTemplate/, 'People who label data cannot be emulated.'],
  [/Edge|Device/, 'There are no edge devices here.'],
  [/Hub/, 'There is no model hub here: bring the model to a bucket of the project.'],
  [/Marketplace|Algorithm/, 'There are no algorithm resources here: name an image.'],
  [/AutoML|Candidate/, 'AutoML does not run here: tune a training job instead.'],
  [
    /Compilation|Optimization|AIBenchmark|AIRecommendation|AIWorkload|InferenceRecommendation/,
    'The hardware that this is about is not in this machine.',
  ],
  [/TrainingPlan|ReservedCapacity|UltraServer/, 'Capacity cannot be reserved on one machine.'],
  [
    /Monitoring|DataQuality|ModelQuality|ModelBias|ModelExplainability/,
    'Model Monitor and Clarify are closed to new customers: look at captured data with a processing job.',
  ],
  [/ModelCard/, 'Model cards are not kept here: a model package carries its ModelCard.'],
  [/InferenceExperiment/, 'Shadow tests of SageMaker do not run here.'],
  [/InferenceComponent|InferenceRouter/, 'Inference components are not hosted here: a variant names its model.'],
  [/Project$|Projects$|ServicecatalogPortfolio/, 'Projects of Studio are not here: Service Catalog itself is.'],
  [/CodeRepositor/, 'Git repositories of notebook instances are not here.'],
  [/Image(Version)?(s|Versions)?$|Aliases/, 'Images of Studio are not here.'],
  [/ResourceCatalogs|Polic(y|ies)$|LineageGroup/, 'Nothing is shared with other accounts here.'],
  [/QueryLineage|Suggestions/, 'This is not answered here: ListAssociations and Search are.'],
  [/ModelMetadata/, 'This is a catalogue of AWS.'],
  [/PipelineExecutionStep(Success|Failure)/, 'Callback steps are refused when a pipeline is made.'],
  [/PipelineVersion/, 'One version of a pipeline is kept, and the definition of each execution.'],
  [/TrainingSession|StartSession/, 'Sessions into running containers do not go through this endpoint.'],
  [/(^|Describe|List|Create|Stop|Delete)Jobs?$|JobSchemaVersion/, 'Jobs of this kind run on capacity of AWS.'],
  [/BatchGetMetrics/, 'Single values of metrics are not kept: DescribeTrialComponent has their summaries.'],
  [/UpdateRecord|ListRecords/, 'Records are put and got whole, by their identifiers.'],
  [/BidirectionalStream/, 'A stream goes one way here: InvokeEndpointWithResponseStream.'],
  [/UpdateNotebookInstance$/, 'A notebook instance cannot be changed here: delete it and create another.'],
  [/UpdateTrainingJob/, 'There is no profiler, no remote debugging and no warm pool to change.'],
];

/** Why an operation of SageMaker is refused, in one sentence; `undefined` where nobody has said. */
export const refusalOf = (operation: string): string | undefined => REASONS.find(([pattern]) => pattern.test(operation))?.[1];

/** Why each group of operations is refused, and which they are. */
const GROUPS: readonly (readonly [because: string, operations: string])[] = [
  ['It opens a shell into a space, past every other control.', 'StartSession'],
  [
    'Whoever holds such a link is signed in, and no condition key ties it to a person: the administrator opens it for a user.',
    'CreatePresignedDomainUrl CreatePresignedMlflowAppUrl CreatePresignedMlflowTrackingServerUrl CreatePartnerAppPresignedUrl CreateHubContentPresignedUrls',
  ],
  [
    'A resource policy of its own would share the project’s endpoints and models with other accounts.',
    'PutEndpointPolicy DeleteEndpointPolicy PutModelPackageGroupPolicy DeleteModelPackageGroupPolicy',
  ],
  [
    'A cluster’s nodes stay, run scripts as root and open shells, and IAM has no key for their disks: training jobs do the same work and end.',
    'CreateCluster UpdateCluster UpdateClusterSoftware DeleteCluster BatchAddClusterNodes BatchDeleteClusterNodes BatchRebootClusterNodes BatchReplaceClusterNodes AttachClusterNodeNetworkInterface AttachClusterNodeVolume DetachClusterNodeVolume StartClusterHealthCheck CreateClusterExtension UpdateClusterExtension DeleteClusterExtension CreateClusterSchedulerConfig UpdateClusterSchedulerConfig DeleteClusterSchedulerConfig CreateComputeQuota UpdateComputeQuota DeleteComputeQuota',
  ],
  [
    'It carries models to devices outside the project network.',
    'CreateDeviceFleet UpdateDeviceFleet DeleteDeviceFleet RegisterDevices UpdateDevices DeregisterDevices CreateEdgeDeploymentPlan DeleteEdgeDeploymentPlan CreateEdgeDeploymentStage DeleteEdgeDeploymentStage StartEdgeDeploymentStage StopEdgeDeploymentStage CreateEdgePackagingJob StopEdgePackagingJob',
  ],
  [
    'Hubs bring in models and code from outside the project, and share them with other accounts.',
    'CreateHub UpdateHub DeleteHub ImportHubContent UpdateHubContent DeleteHubContent CreateHubContentReference UpdateHubContentReference DeleteHubContentReference',
  ],
  ['A partner’s software would see the project’s data.', 'CreatePartnerApp UpdatePartnerApp DeletePartnerApp'],
  [
    'IAM has no condition keys for it, so nothing but the SDK would hold the job to the project’s keys and network.',
    'CreateAIBenchmarkJob StopAIBenchmarkJob DeleteAIBenchmarkJob CreateAIRecommendationJob StopAIRecommendationJob DeleteAIRecommendationJob CreateAIWorkloadConfig DeleteAIWorkloadConfig CreateOptimizationJob StopOptimizationJob DeleteOptimizationJob CreateTrainingSession StopTrainingSession DeleteTrainingSession',
  ],
  ['What the job does stands in a document of its own form, which no control can read.', 'CreateJob StopJob DeleteJob'],
  [
    'A router puts one name before endpoints, with outputs that IAM has no keys for.',
    'CreateInferenceRouter UpdateInferenceRouter DeleteInferenceRouter',
  ],
  [
    'It copies requests of a live endpoint to other models, and IAM has no keys for where they are kept.',
    'CreateInferenceExperiment UpdateInferenceExperiment StartInferenceExperiment StopInferenceExperiment DeleteInferenceExperiment',
  ],
  ['An algorithm resource brings an image of its own: train from an approved image instead.', 'CreateAlgorithm DeleteAlgorithm'],
  [
    'Images are brought in by the administrator, through an approved registry.',
    'CreateImage UpdateImage DeleteImage CreateImageVersion UpdateImageVersion DeleteImageVersion',
  ],
  [
    'It decides which people outside the project see its data, which is the administrator’s to decide.',
    'CreateWorkforce UpdateWorkforce DeleteWorkforce CreateWorkteam UpdateWorkteam DeleteWorkteam CreateFlowDefinition DeleteFlowDefinition CreateHumanTaskUi DeleteHumanTaskUi RenderUiTemplate',
  ],
  [
    'Such a script runs as root where notebooks start: only the project’s own stack may write it.',
    'CreateNotebookInstanceLifecycleConfig UpdateNotebookInstanceLifecycleConfig DeleteNotebookInstanceLifecycleConfig CreateStudioLifecycleConfig DeleteStudioLifecycleConfig',
  ],
  ['It names a repository outside the project, with credentials for it.', 'CreateCodeRepository UpdateCodeRepository DeleteCodeRepository'],
  [
    'It launches templates with roles that are not the project’s: products of the project’s own portfolio do this.',
    'CreateProject UpdateProject DeleteProject EnableSagemakerServicecatalogPortfolio DisableSagemakerServicecatalogPortfolio',
  ],
  ['It buys capacity for the account, which is the administrator’s to decide.', 'CreateTrainingPlan ExtendTrainingPlan'],
  ['Tags decide who may open a notebook and whose costs these are, so nobody may take them off.', 'DeleteTags'],
];

/** Operations that the environment refuses, each with one sentence that says why. */
export const REFUSED: Readonly<Record<string, string>> = Object.fromEntries(
  GROUPS.flatMap(([because, operations]) => operations.split(' ').map((operation) => [operation, because])),
);

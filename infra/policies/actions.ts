/**
 * Actions that roles of the project may use at all, written out: what AWS adds to a service tomorrow is refused until
 * somebody has looked at it. Role policies take their parts from these lists, the permissions boundary all of them.
 */

/** Jobs that a pipeline starts; it makes models too, and writes into the registry. */
export const PIPELINE_JOBS = [
  'sagemaker:CreateTrainingJob',
  'sagemaker:CreateProcessingJob',
  'sagemaker:CreateTransformJob',
  'sagemaker:CreateHyperParameterTuningJob',
] as const;
export const CREATE_JOBS = [...PIPELINE_JOBS, 'sagemaker:CreateAutoMLJobV2'] as const;
export const STOP_JOBS = [
  'sagemaker:StopTrainingJob',
  'sagemaker:StopProcessingJob',
  'sagemaker:StopTransformJob',
  'sagemaker:StopHyperParameterTuningJob',
  'sagemaker:StopAutoMLJob',
] as const;
export const CREATE_MODEL = 'sagemaker:CreateModel';
export const CREATE_HOSTING = [CREATE_MODEL, 'sagemaker:CreateEndpointConfig', 'sagemaker:CreateEndpoint'] as const;
export const UPDATE_HOSTING = ['sagemaker:UpdateEndpoint', 'sagemaker:UpdateEndpointWeightsAndCapacities'] as const;
export const DELETE_HOSTING = ['sagemaker:DeleteModel', 'sagemaker:DeleteEndpointConfig', 'sagemaker:DeleteEndpoint'] as const;
export const INVOKE = ['sagemaker:InvokeEndpoint', 'sagemaker:InvokeEndpointAsync', 'sagemaker:InvokeEndpointWithResponseStream'] as const;
export const CREATE_NOTEBOOKS = ['sagemaker:CreateNotebookInstance', 'sagemaker:DeleteNotebookInstance'] as const;
export const RUN_NOTEBOOKS = ['sagemaker:StartNotebookInstance', 'sagemaker:StopNotebookInstance'] as const;
export const OPEN_NOTEBOOK = 'sagemaker:CreatePresignedNotebookInstanceUrl';
export const TAG = 'sagemaker:AddTags';

export const CREATE_MODEL_GROUP = 'sagemaker:CreateModelPackageGroup';
export const REGISTER_MODEL = 'sagemaker:CreateModelPackage';
export const REGISTER_MODELS = [CREATE_MODEL_GROUP, REGISTER_MODEL] as const;
/** Apart from registering: nobody approves what he has made. */
export const APPROVE_MODELS = ['sagemaker:UpdateModelPackage'] as const;
export const DELETE_REGISTERED = ['sagemaker:DeleteModelPackage', 'sagemaker:DeleteModelPackageGroup'] as const;
/** These name the role that the pipeline runs with. */
export const DEFINE_PIPELINES = ['sagemaker:CreatePipeline', 'sagemaker:UpdatePipeline'] as const;
export const RUN_PIPELINES = [
  'sagemaker:DeletePipeline',
  'sagemaker:StartPipelineExecution',
  'sagemaker:StopPipelineExecution',
  'sagemaker:RetryPipelineExecution',
] as const;
export const CREATE_FEATURES = ['sagemaker:CreateFeatureGroup'] as const;
export const CHANGE_FEATURES = ['sagemaker:UpdateFeatureGroup', 'sagemaker:UpdateFeatureMetadata', 'sagemaker:DeleteFeatureGroup'] as const;
export const USE_FEATURES = ['sagemaker:PutRecord', 'sagemaker:GetRecord', 'sagemaker:BatchGetRecord', 'sagemaker:DeleteRecord'] as const;
export const CREATE_EXPERIMENTS = ['sagemaker:CreateExperiment', 'sagemaker:CreateTrial', 'sagemaker:CreateTrialComponent'] as const;
export const CHANGE_EXPERIMENTS = [
  'sagemaker:UpdateExperiment',
  'sagemaker:UpdateTrial',
  'sagemaker:UpdateTrialComponent',
  'sagemaker:DeleteExperiment',
  'sagemaker:DeleteTrial',
  'sagemaker:DeleteTrialComponent',
  'sagemaker:AssociateTrialComponent',
  'sagemaker:DisassociateTrialComponent',
] as const;

export const READ_SAGEMAKER = [
  'sagemaker:DescribeTrainingJob',
  'sagemaker:DescribeProcessingJob',
  'sagemaker:DescribeTransformJob',
  'sagemaker:DescribeHyperParameterTuningJob',
  'sagemaker:ListTrainingJobsForHyperParameterTuningJob',
  'sagemaker:DescribeAutoMLJobV2',
  'sagemaker:DescribeModel',
  'sagemaker:DescribeEndpointConfig',
  'sagemaker:DescribeEndpoint',
  'sagemaker:DescribeModelPackage',
  'sagemaker:DescribeModelPackageGroup',
  'sagemaker:DescribePipeline',
  'sagemaker:ListPipelineExecutions',
  'sagemaker:DescribePipelineExecution',
  'sagemaker:DescribePipelineDefinitionForExecution',
  'sagemaker:ListPipelineExecutionSteps',
  'sagemaker:ListPipelineParametersForExecution',
  'sagemaker:DescribeFeatureGroup',
  'sagemaker:DescribeFeatureMetadata',
  'sagemaker:DescribeExperiment',
  'sagemaker:DescribeTrial',
  'sagemaker:DescribeTrialComponent',
  'sagemaker:DescribeNotebookInstance',
  'sagemaker:DescribeNotebookInstanceLifecycleConfig',
  'sagemaker:ListTags',
] as const;
/** These have no resource to name. */
export const LIST_SAGEMAKER = [
  'sagemaker:ListTrainingJobs',
  'sagemaker:ListProcessingJobs',
  'sagemaker:ListTransformJobs',
  'sagemaker:ListHyperParameterTuningJobs',
  'sagemaker:ListAutoMLJobs',
  'sagemaker:ListCandidatesForAutoMLJob',
  'sagemaker:ListModels',
  'sagemaker:ListEndpointConfigs',
  'sagemaker:ListEndpoints',
  'sagemaker:ListModelPackages',
  'sagemaker:ListModelPackageGroups',
  'sagemaker:ListPipelines',
  'sagemaker:ListFeatureGroups',
  'sagemaker:ListExperiments',
  'sagemaker:ListTrials',
  'sagemaker:ListTrialComponents',
  'sagemaker:ListNotebookInstances',
  'sagemaker:ListNotebookInstanceLifecycleConfigs',
  'sagemaker:Search',
] as const;

/** Everything of SageMaker that some role of the project may do. */
export const SAGEMAKER = [
  ...CREATE_JOBS,
  ...STOP_JOBS,
  ...CREATE_HOSTING,
  ...UPDATE_HOSTING,
  ...DELETE_HOSTING,
  ...INVOKE,
  ...CREATE_NOTEBOOKS,
  ...RUN_NOTEBOOKS,
  OPEN_NOTEBOOK,
  TAG,
  ...REGISTER_MODELS,
  ...APPROVE_MODELS,
  ...DELETE_REGISTERED,
  ...DEFINE_PIPELINES,
  ...RUN_PIPELINES,
  ...CREATE_FEATURES,
  ...CHANGE_FEATURES,
  ...USE_FEATURES,
  ...CREATE_EXPERIMENTS,
  ...CHANGE_EXPERIMENTS,
  ...READ_SAGEMAKER,
  ...LIST_SAGEMAKER,
] as const;

export const READ_OBJECTS = ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectTagging'] as const;
export const WRITE_OBJECTS = ['s3:PutObject', 's3:PutObjectTagging', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'] as const;
export const DELETE_OBJECTS = ['s3:DeleteObject', 's3:DeleteObjectVersion'] as const;
export const LIST_BUCKET = ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'] as const;
/** All that touches the data itself: closed to whoever does not come through the project's endpoint. */
export const OBJECT_ACTIONS = [...READ_OBJECTS, ...WRITE_OBJECTS, ...DELETE_OBJECTS, ...LIST_BUCKET] as const;
/** How a bucket is set up, for the posture view. */
export const READ_BUCKET_SETTINGS = [
  's3:GetBucketLocation',
  's3:GetBucketPolicy',
  's3:GetBucketPublicAccessBlock',
  's3:GetBucketVersioning',
  's3:GetEncryptionConfiguration',
] as const;

/** Feature groups look at it before they write to a bucket. */
export const READ_BUCKET_ACL = 's3:GetBucketAcl';

export const USE_KEY = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
] as const;
export const READ_KEY = ['kms:DescribeKey', 'kms:GetKeyRotationStatus'] as const;
export const GRANT_KEY = 'kms:CreateGrant';

export const READ_LOGS = ['logs:DescribeLogStreams', 'logs:GetLogEvents', 'logs:FilterLogEvents'] as const;
export const WRITE_LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'] as const;
export const READ_METRICS = ['cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics', 'cloudwatch:ListMetrics'] as const;
/** Alarms that roll an update of an endpoint back. */
export const READ_ALARMS = 'cloudwatch:DescribeAlarms';
export const WRITE_METRICS = 'cloudwatch:PutMetricData';

/** What a pre-flight asks about roles and limits. */
export const SIMULATE_ROLES = ['iam:GetRole', 'iam:SimulatePrincipalPolicy'] as const;
export const READ_QUOTAS = 'servicequotas:ListServiceQuotas';

export const PULL_IMAGES = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'] as const;
/** Whether an image is there, for the pre-flight. */
export const READ_IMAGES = 'ecr:DescribeImages';
export const ECR_TOKEN = 'ecr:GetAuthorizationToken';

export const READ_PARAMETERS = ['ssm:GetParameter', 'ssm:GetParameters'] as const;
export const READ_PACKAGES = [
  'codeartifact:GetAuthorizationToken',
  'codeartifact:GetRepositoryEndpoint',
  'codeartifact:ReadFromRepository',
  'codeartifact:DescribeRepository',
  'codeartifact:ListPackages',
  'codeartifact:ListPackageVersions',
] as const;
export const BEARER_TOKEN = 'sts:GetServiceBearerToken';

export const READ_NETWORK = [
  'ec2:DescribeVpcs',
  'ec2:DescribeSubnets',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeRouteTables',
  'ec2:DescribeVpcEndpoints',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeDhcpOptions',
] as const;
export const CREATE_INTERFACE = 'ec2:CreateNetworkInterface';
export const MANAGE_INTERFACE = [
  'ec2:CreateNetworkInterfacePermission',
  'ec2:DeleteNetworkInterface',
  'ec2:DeleteNetworkInterfacePermission',
] as const;

export const FIND_PRODUCTS = ['servicecatalog:SearchProducts', 'servicecatalog:DescribeProductView'] as const;
export const LAUNCH_PRODUCT = [
  'servicecatalog:DescribeProduct',
  'servicecatalog:DescribeProvisioningParameters',
  'servicecatalog:ListLaunchPaths',
  'servicecatalog:ProvisionProduct',
] as const;
/** Limited to the caller's own by `servicecatalog:userLevel`. */
export const OWN_PRODUCTS = [
  'servicecatalog:DescribeProvisionedProduct',
  'servicecatalog:DescribeRecord',
  'servicecatalog:ListRecordHistory',
  'servicecatalog:SearchProvisionedProducts',
  'servicecatalog:TerminateProvisionedProduct',
  'servicecatalog:UpdateProvisionedProduct',
] as const;

/** What Service Catalog does in CloudFormation with a launch role. */
export const LAUNCH_STACKS = [
  'cloudformation:CreateStack',
  'cloudformation:DeleteStack',
  'cloudformation:DescribeStackEvents',
  'cloudformation:DescribeStacks',
  'cloudformation:GetTemplateSummary',
  'cloudformation:SetStackPolicy',
  'cloudformation:UpdateStack',
  'cloudformation:ValidateTemplate',
] as const;

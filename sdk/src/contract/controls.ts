import type { Control, OperationName } from './control.ts';
import { createApp } from './controls/create-app.ts';
import { createAutoMLJob } from './controls/create-auto-ml-job.ts';
import { createAutoMLJobV2 } from './controls/create-auto-ml-job-v2.ts';
import { createCompilationJob } from './controls/create-compilation-job.ts';
import { createDataQualityJobDefinition } from './controls/create-data-quality-job-definition.ts';
import { createDomain } from './controls/create-domain.ts';
import { createEndpointConfig } from './controls/create-endpoint-config.ts';
import { createFeatureGroup } from './controls/create-feature-group.ts';
import { createHyperParameterTuningJob } from './controls/create-hyper-parameter-tuning-job.ts';
import { createInferenceComponent } from './controls/create-inference-component.ts';
import { createInferenceRecommendationsJob } from './controls/create-inference-recommendations-job.ts';
import { createLabelingJob } from './controls/create-labeling-job.ts';
import { createMlflowApp } from './controls/create-mlflow-app.ts';
import { createMlflowTrackingServer } from './controls/create-mlflow-tracking-server.ts';
import { createModel } from './controls/create-model.ts';
import { createModelBiasJobDefinition } from './controls/create-model-bias-job-definition.ts';
import { createModelCard } from './controls/create-model-card.ts';
import { createModelCardExportJob } from './controls/create-model-card-export-job.ts';
import { createModelExplainabilityJobDefinition } from './controls/create-model-explainability-job-definition.ts';
import { createModelPackage } from './controls/create-model-package.ts';
import { createModelQualityJobDefinition } from './controls/create-model-quality-job-definition.ts';
import { createMonitoringSchedule } from './controls/create-monitoring-schedule.ts';
import { createNotebookInstance } from './controls/create-notebook-instance.ts';
import { createPipeline } from './controls/create-pipeline.ts';
import { createProcessingJob } from './controls/create-processing-job.ts';
import { createSpace } from './controls/create-space.ts';
import { createTrainingJob } from './controls/create-training-job.ts';
import { createTransformJob } from './controls/create-transform-job.ts';
import { createUserProfile } from './controls/create-user-profile.ts';
import { startPipelineExecution } from './controls/start-pipeline-execution.ts';
import { updateDomain } from './controls/update-domain.ts';
import { updateInferenceComponent } from './controls/update-inference-component.ts';
import { updateMlflowApp } from './controls/update-mlflow-app.ts';
import { updateMlflowTrackingServer } from './controls/update-mlflow-tracking-server.ts';
import { updateModelPackage } from './controls/update-model-package.ts';
import { updateMonitoringSchedule } from './controls/update-monitoring-schedule.ts';
import { updateNotebookInstance } from './controls/update-notebook-instance.ts';
import { updatePipeline } from './controls/update-pipeline.ts';
import { updateSpace } from './controls/update-space.ts';
import { updateTrainingJob } from './controls/update-training-job.ts';
import { updateUserProfile } from './controls/update-user-profile.ts';

/** The contract: the controls of every covered operation. Adding an operation makes the compiler list what is missing. */
export const CONTROLS: { readonly [Op in OperationName]: readonly Control<Op>[] } = {
  CreateTrainingJob: createTrainingJob,
  UpdateTrainingJob: updateTrainingJob,
  CreateHyperParameterTuningJob: createHyperParameterTuningJob,
  CreateProcessingJob: createProcessingJob,
  CreateTransformJob: createTransformJob,
  CreateAutoMLJob: createAutoMLJob,
  CreateAutoMLJobV2: createAutoMLJobV2,
  CreateCompilationJob: createCompilationJob,
  CreateLabelingJob: createLabelingJob,
  CreateInferenceRecommendationsJob: createInferenceRecommendationsJob,
  CreateModel: createModel,
  CreateEndpointConfig: createEndpointConfig,
  CreateInferenceComponent: createInferenceComponent,
  UpdateInferenceComponent: updateInferenceComponent,
  CreateMonitoringSchedule: createMonitoringSchedule,
  UpdateMonitoringSchedule: updateMonitoringSchedule,
  CreateDataQualityJobDefinition: createDataQualityJobDefinition,
  CreateModelQualityJobDefinition: createModelQualityJobDefinition,
  CreateModelBiasJobDefinition: createModelBiasJobDefinition,
  CreateModelExplainabilityJobDefinition: createModelExplainabilityJobDefinition,
  CreateNotebookInstance: createNotebookInstance,
  UpdateNotebookInstance: updateNotebookInstance,
  CreateDomain: createDomain,
  UpdateDomain: updateDomain,
  CreateUserProfile: createUserProfile,
  UpdateUserProfile: updateUserProfile,
  CreateSpace: createSpace,
  UpdateSpace: updateSpace,
  CreateApp: createApp,
  CreateFeatureGroup: createFeatureGroup,
  CreateModelPackage: createModelPackage,
  UpdateModelPackage: updateModelPackage,
  CreateModelCard: createModelCard,
  CreateModelCardExportJob: createModelCardExportJob,
  CreatePipeline: createPipeline,
  UpdatePipeline: updatePipeline,
  StartPipelineExecution: startPipelineExecution,
  CreateMlflowTrackingServer: createMlflowTrackingServer,
  UpdateMlflowTrackingServer: updateMlflowTrackingServer,
  CreateMlflowApp: createMlflowApp,
  UpdateMlflowApp: updateMlflowApp,
};

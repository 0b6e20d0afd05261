import { controlsFor } from '../control.ts';
import { mlflow } from './mlflow-rows.ts';

export const updateMlflowTrackingServer = controlsFor('UpdateMlflowTrackingServer', { ArtifactBucket: mlflow.ArtifactBucket });

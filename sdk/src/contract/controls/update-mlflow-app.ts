import { controlsFor } from '../control.ts';
import { mlflow } from './mlflow-rows.ts';

export const updateMlflowApp = controlsFor('UpdateMlflowApp', { ArtifactBucket: mlflow.ArtifactBucket });

import { controlsFor } from '../control.ts';
import { mlflow } from './mlflow-rows.ts';

export const createMlflowTrackingServer = controlsFor('CreateMlflowTrackingServer', mlflow);

import { controlsFor } from '../control.ts';
import { inferenceComponent } from './inference-component-rows.ts';

export const updateInferenceComponent = controlsFor('UpdateInferenceComponent', inferenceComponent);

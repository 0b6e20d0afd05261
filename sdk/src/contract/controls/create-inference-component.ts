import { controlsFor } from '../control.ts';
import { inferenceComponent } from './inference-component-rows.ts';

export const createInferenceComponent = controlsFor('CreateInferenceComponent', inferenceComponent);

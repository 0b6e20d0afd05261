import { controlsFor } from '../control.ts';
import { jobDefinition } from './monitoring-rows.ts';

export const createModelBiasJobDefinition = controlsFor('CreateModelBiasJobDefinition', jobDefinition('ModelBias'));

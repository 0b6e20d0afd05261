import { controlsFor } from '../control.ts';
import { jobDefinition } from './monitoring-rows.ts';

export const createModelQualityJobDefinition = controlsFor('CreateModelQualityJobDefinition', jobDefinition('ModelQuality'));
